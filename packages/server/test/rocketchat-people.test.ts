import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { admin, directory, operator } = rollcall
const people = workspaceOf(rollcall)
const reader = await people.memberOf(admin)
const regular = await people.memberIn(['user'], { username: 'regular', name: 'Regular One', nickname: 'Reg' })
const guest = await people.memberIn(['guest'], { username: 'guest', name: 'Guest One' })
const nobody = await people.member([], { username: 'nobody', name: 'Nobody' })
const robot = await people.user({
  ...{ username: 'robot', name: 'Róbot', kind: 'bot', bio: 'Reads 100% of it', nickname: 'Iron', statusText: 'on' },
  accessRoles: await people.builtIn('bot'),
})
const gone = await people.user({ username: 'gone', name: 'Regularly Gone', active: false, registrationReason: 'hired' })

const lacking = {
  success: false,
  error: 'User does not have the permissions required for this action [error-unauthorized]',
}
const asked = (path: string, given: Readonly<Record<string, unknown>>): string =>
  `${path}?${new URLSearchParams(
    Object.entries(given).map(([name, value]): [string, string] => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  )}`
const coded = (reason: string, errorType: string, details?: object) => ({
  success: false,
  error: `${reason} [${errorType}]`,
  errorType,
  ...(details !== undefined && { details }),
})
const parsing = { helperMethod: 'parseJsonQuery' }

type Case = readonly [title: string, given: Readonly<Record<string, unknown>>, as: Member, expected: readonly string[]]

/** A test of each case: the usernames in the answer's list. */
function findings(path: string, member: string, cases: readonly Case[]): void {
  for (const [title, given, as, expected] of cases) {
    test(title, async () => {
      const { status, body, text } = await people.get(asked(path, given), as)
      assert.equal(status, 200, text)
      assert.deepEqual(
        [at(body, member)].flat().map((user) => at(user, 'username')),
        expected,
      )
    })
  }
}

describe('users.listByStatus', () => {
  const all = ['gone', 'guest', 'nobody', 'regular', 'robot', 'rollcall.admin']

  test('shows regular people what users.list shows them, and why somebody registered', async () => {
    const { body } = await people.get('users.listByStatus?count=1', regular)
    assert.deepEqual(body, {
      users: [
        {
          ...{ _id: gone.id, username: 'gone', name: 'Regularly Gone', nameInsensitive: 'regularly gone' },
          ...{ type: 'user', active: false, status: 'offline', reason: 'hired' },
        },
      ],
      ...{ count: 1, offset: 0, total: 6, success: true },
    })
  })

  test('shows whoever may read them addresses and roles beside', async () => {
    const { body } = await people.get('users.listByStatus?searchTerm=robot', reader)
    assert.deepEqual(at(body, 'users'), [
      {
        ...{ _id: robot.id, username: 'robot', name: 'Róbot', nameInsensitive: 'róbot', type: 'bot', active: true },
        ...{ emails: [{ address: robot.email, verified: false }], roles: ['bot'], status: 'offline' },
      },
    ])
  })

  findings('users.listByStatus', 'users', [
    ['everybody', {}, regular, all],
    ['the active', { status: 'active' }, regular, all.slice(1)],
    ['the deactivated', { status: 'deactivated' }, regular, ['gone']],
    ['bots', { type: 'bot' }, regular, ['robot']],
    ['people', { type: 'user', status: 'active' }, regular, ['guest', 'nobody', 'regular', 'rollcall.admin']],
    ['a type that is none', { type: 'visitor' }, regular, []],
    ['who has logged in', { hasLoggedIn: true }, reader, ['rollcall.admin']],
    ['who has not', { hasLoggedIn: 'false', status: 'active' }, reader, ['guest', 'nobody', 'regular', 'robot']],
    ['by a role', { 'roles[]': 'bot' }, reader, ['robot']],
    ['by several roles', { roles: 'bot,guest' }, reader, ['guest', 'robot']],
    ['by a role that is none', { roles: 'chief' }, reader, []],
    ['by all roles', { roles: 'all' }, reader, all],
    ['by a part of a name, in any case, with accents or without', { searchTerm: 'ROB' }, regular, ['robot']],
    ['by a part of an address', { searchTerm: robot.email }, reader, ['robot']],
    ['by what is no pattern', { searchTerm: '.*' }, regular, []],
    ['by what became of them', { inactiveReason: 'deactivated' }, reader, ['gone']],
    ['by something else that did', { 'inactiveReason[]': 'idle_too_long' }, reader, []],
    ['in another order', { sort: { username: -1 }, count: 2 }, regular, ['rollcall.admin', 'robot']],
  ])

  test('refuses what it does not know, and whoever may not list', async () => {
    const notOne = coded('must be equal to one of the allowed values', 'invalid-params')
    for (const given of [{ status: 'idle' }, { inactiveReason: 'bored' }]) {
      const { status, body } = await people.get(asked('users.listByStatus', given), reader)
      assert.deepEqual([status, body], [400, notOne])
    }
    const refused = await people.get('users.listByStatus', nobody)
    assert.deepEqual([refused.status, refused.body], [403, lacking])
    assert.equal((await people.get('users.listByStatus')).status, 401)
  })

  test('takes view-outside-room where the workspace says so', async (t) => {
    const set = (listingNeedsSearch: boolean) =>
      directory.updateTenant(operator, { changes: { settings: { listingNeedsSearch } } })
    await set(true)
    t.after(() => set(false))
    const { status, body } = await people.get('users.listByStatus', guest)
    assert.deepEqual([status, body], [403, { success: false, error: 'unauthorized' }])
  })
})

describe('users.autocomplete', () => {
  test('offers what the platform does', async () => {
    const { body } = await people.get(asked('users.autocomplete', { selector: { term: 'iron' } }), regular)
    assert.deepEqual(body, {
      items: [{ _id: robot.id, username: 'robot', name: 'Róbot', nickname: 'Iron', status: 'offline' }],
      success: true,
    })
  })

  const of = (selector: object) => ({ selector })
  findings('users.autocomplete', 'items', [
    ['by a part of the username', of({ term: 'ULAR' }), regular, ['regular']],
    ['by a part of the name', of({ term: 'one' }), regular, ['guest', 'regular']],
    ['by a part of the biography', of({ term: '100%' }), regular, ['robot']],
    ['not by an address, even for whoever may read it', of({ term: '@example' }), reader, []],
    ['the deactivated are left out', of({ term: 'gone' }), reader, []],
    ['all active people', of({}), regular, ['guest', 'nobody', 'regular', 'robot', 'rollcall.admin']],
    ['but these', of({ exceptions: ['robot', 'nobody', 'rollcall.admin'] }), regular, ['guest', 'regular']],
    ['of one kind', of({ term: 'o', conditions: { type: 'bot' } }), regular, ['robot']],
    ['of several', of({ conditions: { $or: [{ type: 'bot' }, { username: 'guest' }] } }), regular, ['guest', 'robot']],
    ['nobody, without view-outside-room', of({ term: 'one' }), guest, []],
  ])

  test('at most ten', async (t) => {
    const more = await Promise.all(Array.from({ length: 12 }, (_, at) => people.user({ username: `crowd.${at}` })))
    t.after(async () => {
      for (const { id } of more) await directory.deleteUser(operator, { userId: id })
    })
    const { body } = await people.get(asked('users.autocomplete', { selector: { term: 'crowd' } }), regular)
    assert.equal([at(body, 'items')].flat().length, 10)
  })

  test('refuses what is no selector', async () => {
    const cases: readonly [string, object][] = [
      ['users.autocomplete', coded("must have required property 'selector'", 'invalid-params')],
      [
        'users.autocomplete?selector=robot',
        coded('selector must be a JSON object of term, exceptions and conditions', 'invalid-params'),
      ],
      [
        asked('users.autocomplete', of({ conditions: { username: { $ne: 'x' } } })),
        coded('Invalid operation: $ne', 'error-invalid-query', parsing),
      ],
    ]
    for (const [path, expected] of cases) {
      const { status, body } = await people.get(path, regular)
      assert.deepEqual([status, body], [400, expected])
    }
    const refused = await people.get(asked('users.autocomplete', of({ term: 'x' })), nobody)
    assert.deepEqual([refused.status, refused.body], [403, lacking])
  })
})

describe('directory', () => {
  test('shows people to regular people without addresses and dates', async () => {
    const { body } = await people.get('directory?text=robot', regular)
    assert.deepEqual(body, {
      result: [{ _id: robot.id, username: 'robot', name: 'Róbot', nickname: 'Iron', bio: 'Reads 100% of it' }],
      ...{ count: 1, offset: 0, total: 1, success: true },
    })
  })

  test('and to whoever may read them with both', async () => {
    const { body } = await people.get('directory?text=robot', reader)
    assert.deepEqual(at(body, 'result'), [
      {
        ...{ _id: robot.id, username: 'robot', name: 'Róbot', nickname: 'Iron', bio: 'Reads 100% of it' },
        ...{ emails: [{ address: robot.email, verified: false }], createdAt: '2026-01-01T00:00:00.000Z' },
      },
    ])
  })

  findings('directory', 'result', [
    ['everybody who is active', {}, regular, ['guest', 'nobody', 'regular', 'robot', 'rollcall.admin']],
    ['by a text', { text: 'one', type: 'users' }, regular, ['guest', 'regular']],
    [
      'by a text in a query, as older clients ask',
      { query: { text: 'one', type: 'users' } },
      regular,
      ['guest', 'regular'],
    ],
    ['by an address', { text: robot.email }, reader, ['robot']],
    ['one after the other', { text: 'one', count: 1, offset: 1 }, regular, ['regular']],
    ['in another order', { text: 'one', sort: { name: -1 } }, regular, ['regular', 'guest']],
    ['no channels', { type: 'channels' }, regular, []],
    ['no teams', { query: { text: 'one', type: 'teams' } }, reader, []],
    ['nobody, without view-outside-room', { text: 'one' }, guest, []],
  ])

  test('refuses what is no query, and several keys of an order', async () => {
    const cases: readonly [object, object][] = [
      [{ query: 'one' }, coded('Invalid query parameter provided: "one"', 'error-invalid-query', parsing)],
      [{ sort: { name: 1, username: 1 } }, coded('This method support only one "sort" parameter', 'invalid-params')],
    ]
    for (const [given, expected] of cases) {
      const { status, body } = await people.get(asked('directory', { ...given }), regular)
      assert.deepEqual([status, body], [400, expected])
    }
    assert.equal((await people.get('directory', nobody)).status, 403)
  })
})

describe('spotlight', () => {
  test('shows people and no rooms', async () => {
    const { body } = await people.get('spotlight?query=@robot', regular)
    assert.deepEqual(body, {
      users: [{ _id: robot.id, username: 'robot', name: 'Róbot', status: 'offline' }],
      ...{ rooms: [], success: true },
    })
  })

  findings('spotlight', 'users', [
    ['people by a part of the name', { query: '@one' }, regular, ['guest', 'regular']],
    ['people and rooms', { query: 'rob' }, regular, ['robot']],
    ['rooms', { query: '#robot' }, regular, []],
    ['the deactivated are left out', { query: 'gone' }, regular, []],
    ['nobody, without view-outside-room', { query: '@one' }, guest, []],
  ])

  test('refuses a call without a query', async () => {
    const { status, body } = await people.get('spotlight', regular)
    assert.deepEqual([status, body], [400, coded("must have required property 'query'", 'invalid-params')])
  })
})
