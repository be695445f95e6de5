import { different, exact, type OperationFidelity, tolerant } from '../_kit/fidelity.ts'

const fixture = (name: string, title: string) => `fixtures/${name}.json: ${title}`
const uid = tolerant('taken in any letter case', fixture('friends', 'who is a friend already'))
const paging = {
  perPage: different(
    'below 1, or no number, is 400; above 1000 is 1000',
    fixture('blocked-users', 'a page size that is none'),
  ),
  per_page: tolerant('what SDKs call `perPage`', fixture('blocked-users', 'by its own token, the same')),
  page: exact,
}
const searchKey = different(
  'what names or uids begin with, in any letter case',
  fixture('blocked-users', 'what is searched for begins uids as well'),
)
const order =
  'who is here first, then by name and uid; told as the user of the path sees them, without private metadata; deactivated people are left out'
const rows =
  'who can not be blocked has `success: false` and an `error` in its row; rows have the uids as they were sent; 1000 at once'
const unblocked = 'whoever was not blocked is a success as well, also while deactivated; strangers and oneself are none'
const direction = tolerant(
  'in any letter case; anything but `blockedByMe` and `hasBlockedMe` is `both`',
  fixture('blocked-users', 'a direction that is none is both'),
)

/** How near blocked users and friends are to CometChat. */
export const relationsFidelity: Readonly<Record<string, OperationFidelity>> = {
  'POST /users/{uid}/blockedusers': {
    itself: different(
      rows,
      fixture(
        'blocked-users',
        'people are blocked, each for itself: a stranger, a deactivated one and oneself are not',
      ),
    ),
    parameters: { uid },
  },
  'DELETE /users/{uid}/blockedusers': {
    itself: different(unblocked, fixture('blocked-users', 'people are unblocked, blocked or not, deactivated or not')),
    parameters: { uid },
  },
  'GET /users/{uid}/blockedusers': {
    itself: different(
      order,
      'cometchat-links.test.ts: who is here comes first, then names decide; all pages together are all of them',
    ),
    parameters: {
      uid,
      ...paging,
      searchKey,
      direction,
    },
  },
  'POST /blockedusers': { itself: different(rows, fixture('blocked-users', 'as the SDK has it')), parameters: {} },
  'DELETE /blockedusers': {
    itself: different(unblocked, fixture('blocked-users', 'as the SDK has it, unblocked')),
    parameters: {},
  },
  'GET /blockedusers': {
    itself: different(order, fixture('blocked-users', "the caller's list")),
    parameters: { ...paging, searchKey, direction },
  },
  'POST /users/{uid}/friends': {
    itself: different(
      'who can not become a friend has `success: false` and an `error` in its row; who finds room becomes one though others do not',
      'cometchat-links.test.ts: a thousand friends are the most: who finds room becomes one, the others are told one by one',
    ),
    parameters: { uid },
  },
  'GET /users/{uid}/friends': {
    itself: different(
      order,
      'cometchat-links.test.ts: whoever is deactivated is hidden from the lists, and there again afterwards; whoever is erased is gone',
    ),
    parameters: { uid, ...paging, searchKey },
  },
  'DELETE /users/{uid}/friends': {
    itself: different(
      'whoever is no friend, or nobody, is passed by',
      fixture('friends', 'friendships end on both sides; who was no friend is passed by'),
    ),
    parameters: { uid },
  },
}
