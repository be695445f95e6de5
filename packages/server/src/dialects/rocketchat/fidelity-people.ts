import { absent, different, exact, type Fidelity, tolerant } from '../_kit/fidelity.ts'

const fixture = (file: string, title: string) => `fixtures/${file}.json: ${title}`
const leak = (title: string) => `rocketchat-leaks.test.ts: ${title}`
const selector = { userId: exact, username: exact, user: exact }

const sort = different(
  'names are ordered in lower case without accents; what the caller may not see is passed over, and so is what nobody can order by; the id decides between equals',
  leak('no order follows from what is hidden'),
)
const page = { count: exact, offset: exact, sort }
const passedOver = different(
  'passed over for whoever may not read what it compares',
  leak('logins, roles and reasons filter nothing'),
)
const noPrivateText = different(
  'upstream shows everybody addresses and roles; here only view-full-other-user-info does, and lets a search look at addresses',
  leak('nothing private is shown'),
)

/** Reading users. */
export const peopleFidelity: Fidelity['operations'] = {
  'GET /users.list': {
    itself: different(
      '`utcOffset` is shown where it is set, as in the samples; custom fields that are not public are hidden from regular users, whom upstream shows them; `x-rollcall-ignored` names parameters that were passed over',
      leak('nothing private is shown'),
    ),
    parameters: {
      ...page,
      query: different(
        'more operators that read values are taken; patterns are answered in linear time; hidden attributes are passed over wherever they stand',
        leak('a hidden part of a query leaves what the visible part finds'),
      ),
      fields: different(
        'private custom fields are passed over, by name and as a whole',
        'rocketchat-list.test.ts: a private custom field is passed over',
      ),
      email: different(
        'finds nobody but oneself without view-full-other-user-info',
        "rocketchat-list.test.ts: by one's own address",
      ),
      username: tolerant('of a release to come', 'rocketchat-list.test.ts: by a part of the username'),
      customFields: tolerant('of a release to come', fixture('users-list', 'by custom fields, as later releases ask')),
      includeCustomFields: tolerant(
        'of a release to come',
        fixture('users-list', 'by custom fields, as later releases ask'),
      ),
    },
  },
  'GET /users.info': {
    itself: different(
      '`services` says of oneself whether there is a password, and lists no tokens; others need view-d-room',
      'rocketchat-info.test.ts: people see all of themselves, and that they have a password, but nothing of it',
    ),
    parameters: {
      ...selector,
      importId: exact,
      email: tolerant('of later releases', 'rocketchat-info.test.ts: by address, in any case'),
      includeUserRooms: different('there are no rooms', fixture('users-info', 'oneself')),
      fields: different('only `userRooms` means something', fixture('users-info', 'all custom fields')),
      freeSwitchExtension: absent('nobody has one'),
    },
  },
  'GET /users.listTeams': {
    itself: different('there are no teams', 'rocketchat-info.test.ts: there are no teams'),
    parameters: { userId: exact },
  },
  'GET /users.listByStatus': {
    itself: noPrivateText,
    parameters: {
      ...page,
      status: exact,
      type: exact,
      hasLoggedIn: passedOver,
      roles: passedOver,
      inactiveReason: passedOver,
      searchTerm: different(
        'accents do not count; addresses are looked at for whoever may read them alone',
        leak('a search does not look at addresses'),
      ),
    },
  },
  'GET /users.autocomplete': {
    itself: different(
      'without view-outside-room there is nobody, since there are no rooms to share; accents do not count',
      fixture('people', 'offered nobody, without view-outside-room'),
    ),
    parameters: {
      selector: different(
        'conditions on what the caller may not see are passed over',
        leak('conditions of an autocompletion do not ask about them'),
      ),
    },
  },
  'GET /directory': {
    itself: different(
      'creation dates and addresses are shown with view-full-other-user-info; without view-outside-room there is nobody',
      fixture('people', 'the directory, for a regular user'),
    ),
    parameters: {
      ...page,
      query: exact,
      text: exact,
      type: different('only `users` finds anything', fixture('people', 'the directory of channels')),
    },
  },
  'GET /spotlight': {
    itself: different(
      'there are no rooms; without view-outside-room there is nobody',
      fixture('people', 'people by a part of a name'),
    ),
    parameters: { query: exact },
  },
  'GET /users.getStatus': {
    itself: different(
      '`message` of others is shown as well, as documented',
      fixture('users-presence', 'a status that was set'),
    ),
    parameters: selector,
  },
  'GET /users.getPresence': { itself: exact, parameters: selector },
  'GET /users.presence': {
    itself: different(
      'only setting a status brings anybody here: no call and no login does',
      'rocketchat-presence.test.ts: who set nothing is offline; a call changes nothing about that',
    ),
    parameters: { ids: exact, from: exact },
  },
  'POST /users.setStatus': {
    itself: different(
      "with the switch for status messages off, one's own status may still be set; others' takes edit-other-user-info as upstream",
      'rocketchat-presence.test.ts: what the workspace has switched off',
    ),
    parameters: { ...selector, message: exact, status: exact },
  },
}
