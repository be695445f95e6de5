import { different, exact, type Fidelity, type Judgement, tolerant } from '../_kit/fidelity.ts'

const fixture = (file: string, title: string) => `fixtures/${file}.json: ${title}`
const accounts = (title: string) => `rocketchat-accounts.test.ts: ${title}`
const pictures = (title: string) => `rocketchat-avatars.test.ts: ${title}`
const allExact = <const N extends string>(...names: N[]) =>
  Object.fromEntries(names.map((name): [string, Judgement] => [name, exact]))

const noRooms = (file: string, title: string) => different('nobody owns a room here', fixture(file, title))
const welcomed = 'who is created with a random password and a welcome is mailed one; without a welcome nobody knows it'
const noSecondFactor = 'asks for no second factor'

/** What creates, changes and deletes users, and their pictures. */
export const accountsFidelity: Fidelity['operations'] = {
  'POST /users.create': {
    itself: different(
      'the permission is asked for before the roles and custom fields are looked at; giving roles takes `assign-roles`',
      fixture('users-create', 'an administrator takes who may make one'),
    ),
    parameters: {
      ...allExact('email', 'name', 'password', 'username', 'bio', 'nickname', 'statusText', 'roles', 'verified'),
      active: different('`false` takes `edit-other-user-active-status` as well', fixture('users-create', 'everything')),
      requirePasswordChange: exact,
      setRandomPassword: different('sets `requirePasswordChange`', accounts(welcomed)),
      sendWelcomeEmail: different(
        'mails a password that was made, with `setRandomPassword`; never one that was given',
        accounts(welcomed),
      ),
      joinDefaultChannels: different('there are no channels', fixture('users-create', 'everything')),
      customFields: exact,
      fields: different('the answer has everything', fixture('users-create', 'everything')),
      freeSwitchExtension: different('not kept', fixture('users-create', 'everything')),
    },
  },
  'POST /users.update': {
    itself: different(
      `${noSecondFactor}; who may not read private values is answered the public ones`,
      fixture('users-update', 'an editor who may not read private values'),
    ),
    parameters: {
      userId: exact,
      data: tolerant(
        "one's own password takes the present one, in users.updateOwnBasicInfo: here it is passed over without `edit-other-user-password`",
        fixture('users-update', "one's own password is passed over without the right to set others'"),
      ),
      confirmRelinquish: noRooms('users-update', 'everything'),
    },
  },
  'POST /users.setActiveStatus': {
    itself: exact,
    parameters: { ...allExact('userId', 'activeStatus'), confirmRelinquish: noRooms('users-active', 'deactivated') },
  },
  'POST /users.deactivateIdle': {
    itself: different(
      'the caller and the last administrator stay active',
      fixture('users-active', 'who has not logged in for a hundred days'),
    ),
    parameters: allExact('daysIdle', 'role'),
  },
  'POST /users.delete': {
    itself: different(
      'an administrator is deleted only by who may make one',
      'rocketchat-bad-input.test.ts: of an administrator, by who may not make one',
    ),
    parameters: {
      ...allExact('userId', 'username'),
      user: tolerant('another word for `username`', fixture('users-delete', 'nobody is named')),
      confirmRelinquish: noRooms('users-delete', 'by id'),
    },
  },
  'POST /users.deleteOwnAccount': {
    itself: exact,
    parameters: {
      password: tolerant('clear text as well', accounts('who deletes the own account is gone, with all ways in')),
      confirmRelinquish: noRooms('own-account', 'with the digest of the right one'),
    },
  },
  'POST /users.updateOwnBasicInfo': {
    itself: tolerant(
      'the present email in another case needs no proof; `currentPassword` may be clear text',
      fixture('own-account', 'the present email in another case'),
    ),
    parameters: allExact('data', 'customFields'),
  },
  'GET /users.getUsernameSuggestion': { itself: exact, parameters: {} },
  'GET /users.checkUsernameAvailability': { itself: exact, parameters: allExact('username') },
  'POST /users.register': {
    itself: different(
      "nobody has to be approved or to confirm an address; refused from other hosts' web pages",
      accounts('who registered has the default roles and can log in; the reason goes with the activation'),
    ),
    parameters: {
      ...allExact('username', 'email', 'pass', 'name', 'reason', 'customFields'),
      secret: different('there is no secret address for registration', fixture('register', 'somebody new')),
    },
  },
  'POST /users.forgotPassword': {
    itself: different(
      'answers as it should, and sends no mail: an administrator sets a new password',
      fixture('register', 'a password was forgotten'),
    ),
    parameters: allExact('email'),
  },
  'GET /users.getPreferences': {
    itself: different("what was set, without a server's defaults", fixture('preferences', 'none yet')),
    parameters: {},
  },
  'POST /users.setPreferences': {
    itself: tolerant('`null` removes one', fixture('preferences', 'others are added, null removes')),
    parameters: allExact('userId', 'data'),
  },
  'GET /users.getAvatar': {
    itself: different(
      'who names a username is not told whether somebody has it, and strangers who name an id not which username it has',
      fixture('users-avatars', 'by id, for strangers'),
    ),
    parameters: allExact('userId', 'username', 'user'),
  },
  'POST /users.setAvatar': {
    itself: different(
      'PNG, JPEG, GIF and WebP of at most 1 MiB, by their bytes and unchanged; `avatarUrl` is refused, since the server would fetch it',
      pictures('uploads that are refused write nothing'),
    ),
    parameters: allExact('image', 'userId', 'username'),
  },
  'POST /users.resetAvatar': {
    itself: different(
      'removes a link to a picture as well',
      'rocketchat-cross.test.ts: a picture that was linked to in Cotalker is shown here, until one is uploaded or it is reset',
    ),
    parameters: {
      ...allExact('userId', 'username'),
      user: tolerant('another word for `username`', fixture('users-avatars', 'nobody has this name')),
    },
  },
  'GET /avatar/{username}': {
    itself: different(
      'no other size or format is made of a picture, and one that was linked to is redirected to',
      'rocketchat-cross.test.ts: a picture that was linked to in Cotalker is shown here, until one is uploaded or it is reset',
    ),
    parameters: {
      username: tolerant(
        'with `.png`, `.jpg` or `.svg` behind it as well',
        pictures('an uploaded picture is served as what its bytes say, with its mark, until it is removed'),
      ),
    },
  },
  'GET /avatar/uid/{userId}': {
    itself: different(
      'without a picture there is a question mark: initials would tell a name',
      pictures('without a picture there are initials, and they say nothing about who there is'),
    ),
    parameters: allExact('userId'),
  },
}
