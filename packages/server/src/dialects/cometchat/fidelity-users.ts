import { different, exact, type OperationFidelity, tolerant } from '../_kit/fidelity.ts'

const fixture = (title: string) => `fixtures/users.json: ${title}`
const listed = (title: string) => `fixtures/users-list.json: ${title}`
const synced = (title: string) => `cometchat-sync.test.ts: ${title}`
const uid = tolerant('taken in any letter case', fixture('a change'))
const plain = (itself: OperationFidelity['itself']): OperationFidelity => ({ itself, parameters: {} })
const alike = tolerant(
  'the cursor as its parts, or whole as JSON',
  synced('is taken in every spelling, and the page is passed over'),
)
const bySeconds = different(
  'whole seconds: of several changes within one second those behind a page are passed by, and what changes meanwhile may be told twice; `next` does neither',
  synced('gives what changed after that second or before it, walking from it in pages'),
)
const eachByItself = different(
  'one who can not be changed, as the last administrator, leaves the others as they are told, and stands in `failed` with `success: false` and an `error`',
  'cometchat-bulk.test.ts: one who has to stay keeps nobody else',
)
const keysOnly = different(
  'for keys alone; with a token it is passed over',
  'cometchat-list.test.ts: deactivated people are on no list of a user',
)

/** How near the calls on users are to CometChat. */
export const usersFidelity: Readonly<Record<string, OperationFidelity>> = {
  'GET /users': {
    itself: different(
      '`total` is always exact; `cursor` stands in `meta` and beside it, says the newest change of the page, and has `next`; newest first for a key, else who is here first, then by name and uid; the viewing user is not on its own lists',
      listed("the platform's sample, as superhero4 sees it"),
    ),
    parameters: {
      searchKey: tolerant('in any letter case and with or without accents', 'cometchat-list.test.ts: searchKey=ABE'),
      searchIn: tolerant('unknown entries are passed over', 'cometchat-list.test.ts: searchKey=c&searchIn=email'),
      status: tolerant('also `online`; anything else filters nothing', 'cometchat-list.test.ts: status=elsewhere'),
      count: exact,
      perPage: different(
        'below 1, or no number, is 400; above 1000 is 1000',
        listed('perPage wins, page 0 is the first, and a size above 1000 is 1000'),
      ),
      per_page: tolerant('what SDKs call `perPage`', listed("by superhero4's own token")),
      page: tolerant('below 1 is 1', listed('perPage wins, page 0 is the first, and a size above 1000 is 1000')),
      role: tolerant('in any letter case', listed('of a role, with tags')),
      roles: tolerant('in each way to write lists', listed('of roles and tags, as PHP writes lists')),
      tags: different('any of them', listed('of roles and tags, as PHP writes lists')),
      withTags: exact,
      withDeactivated: keysOnly,
      onlyDeactivated: keysOnly,
      uids: exact,
      sortBy: exact,
      sortOrder: exact,
      friendsOnly: exact,
      hideBlockedUsers: exact,
      updatedAt: bySeconds,
      affix: bySeconds,
      next: different(
        "our own: everybody who has changed since the cursor's page and passes the request's filters, each once; `total` then says no more than whether another page follows",
        synced(
          'with eight writers at once nothing that was acknowledged is missed, and nobody is told without having changed',
        ),
      ),
      cursor: alike,
      'cursor[updatedAt]': alike,
      'cursor[affix]': alike,
      'cursor[next]': alike,
    },
  },
  'POST /users': plain(
    different(
      'a taken uid also has `details`; a key of the smaller scope gives no role, and with `ROLLCALL_COMETCHAT_AUTH_KEY=tokens` makes and changes nobody',
      fixture('a role from the key that ships in apps'),
    ),
  ),
  'PUT /users/{uid}': {
    itself: different(
      'metadata is replaced as a whole; `unset` also takes `statusMessage` and `tags`; an empty value clears',
      fixture('a change'),
    ),
    parameters: { uid },
  },
  'DELETE /users/{uid}': {
    itself: different(
      'a deactivation answers `deactivatedUids` beside `success` and `message`; the last administrator stays: 400 `ERR_OPERATION_FAILED`',
      fixture('a deactivation'),
    ),
    parameters: { uid },
  },
  'DELETE /users': plain(eachByItself),
  'PUT /users': plain(eachByItself),
  'POST /data_import/users': plain(
    different(
      'a row that fails has `success: false` and an `error`; the body may be 1 MiB',
      fixture('an import, each row by itself'),
    ),
  ),
}

/** What clients that keep a copy of the users should know. */
export const usersNotes: Readonly<Record<string, string>> = {
  'Keeping up with changes': `The \`cursor\` of a page of \`GET /users\` has three members. \`next\` names a moment of the database: sent back as
\`next=\`, with the same filters, it gives everybody who has changed since that page was read, as they are now, each once, in
pages; go on with the \`next\` of each page, until \`current_page\` is \`total_pages\`, and later with the last one. Nothing that
was acknowledged is missed, on however many servers. Who reads several numbered pages first keeps the \`next\` of the first of
them. Users who leave the filters, or are erased, are not told; \`withDeactivated=1\` tells of those who were deactivated.

\`updatedAt\` and \`affix\` by themselves are what other clients echo: \`append\` gives who changed in a later second, the oldest
change first, \`prepend\` who changed before that second, the newest first. More than that whole seconds cannot say: where a page
ends in the middle of a second, its other changes are passed by, and a change that is committed late may be older than the
cursor. The cursor of a list by creation says the newest change on its page: its seconds are
no way to walk a numbered list or to keep up with one (people are left out); its \`next\` is.`,
}
