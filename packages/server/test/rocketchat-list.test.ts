import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator } = rollcall
const definitions = { clearance: { type: 'text' }, team: { type: 'text', public: true } }
await directory.updateTenant(operator, { changes: { settings: { customFields: JSON.stringify(definitions) } } })
const people = workspaceOf(rollcall)
const { get } = people
const reader = await people.member(['view-full-other-user-info'], { username: 'reader', name: 'Reader One' })
const regular = await people.memberIn(['user'], {
  username: 'regular',
  name: 'Régular One',
  bio: 'Reads',
  customFields: { clearance: 'High', team: 'Queen' },
})
const guest = await people.memberIn(['guest'], { username: 'guest', name: 'guest Two', active: true })
const nobody = await people.member([], { username: 'nobody', name: '' })
await people.user({ username: 'Zoe.Gone', name: 'Zoe', active: false, kind: 'bot', customFields: { team: 'King' } })

const everyone = ['guest', 'nobody', 'reader', 'regular', 'rollcall.admin', 'Zoe.Gone']
const usernames = (body: unknown): unknown[] => [at(body, 'users')].flat().map((user) => at(user, 'username'))
const parameters = (given: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams(
    Object.entries(given).map(([name, value]): [string, string] => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  ).toString()
const list = (given: Readonly<Record<string, unknown>>, as?: Member) => get(`users.list?${parameters(given)}`, as)

const shown = {
  reader: { _id: reader.id, username: 'reader', name: 'Reader One', nameInsensitive: 'reader one' },
  regular: { _id: regular.id, username: 'regular', name: 'Régular One', nameInsensitive: 'régular one' },
  nobody: { _id: nobody.id, username: 'nobody', nameInsensitive: '' },
}
const common = { type: 'user', active: true, status: 'offline' }

test('a page holds everybody, ordered by username, in the members that the caller may see: its own record too', async () => {
  const { status, body, text } = await list({ count: 3, offset: 1 }, regular)
  assert.equal(status, 200, text)
  assert.deepEqual(body, {
    users: [
      { ...shown.nobody, ...common },
      { ...shown.reader, ...common },
      { ...shown.regular, ...common },
    ],
    count: 3,
    offset: 1,
    total: 6,
    success: true,
  })
})

test('whoever may read private values sees addresses, roles and logins', async () => {
  const { body } = await list({ count: 2, offset: 3 }, reader)
  const emails = [{ address: regular.user.email, verified: false }]
  assert.deepEqual(at(body, 'users', 0), { ...shown.regular, ...common, emails, roles: ['user'] })
  assert.deepEqual(at(body, 'users', 1, 'lastLogin'), '2026-01-01T00:00:00.000Z')
})

test('inactive people and bots are there; a guest may list, who has no right may not, a stranger is to log in', async () => {
  assert.deepEqual(usernames((await list({}, guest)).body), everyone)
  const refused = await list({}, nobody)
  assert.equal(refused.status, 403)
  assert.deepEqual(refused.body, {
    success: false,
    error: 'User does not have the permissions required for this action [error-unauthorized]',
  })
  const stranger = await list({})
  assert.equal(stranger.status, 401)
  assert.deepEqual(stranger.body, {
    success: false,
    status: 'error',
    error: 'You must be logged in to do this.',
    message: 'You must be logged in to do this.',
  })
})

describe('fields are added to the defaults or taken away', () => {
  const one = { count: 1, offset: 3 }
  const emails = [{ address: regular.user.email, verified: false }]
  const full = { ...shown.regular, ...common, emails, roles: ['user'] }
  const cases: readonly [string, object, Member, object][] = [
    ['one is added', { bio: 1 }, regular, { ...shown.regular, ...common, bio: 'Reads' }],
    ['a default alone narrows nothing', { username: 1 }, regular, { ...shown.regular, ...common }],
    [
      'some are taken away',
      { username: 0, status: 0, type: 0, active: 0 },
      regular,
      { _id: regular.id, name: 'Régular One', nameInsensitive: 'régular one' },
    ],
    [
      'the id and the folded name always come',
      { _id: 0, nameInsensitive: 0 },
      regular,
      { ...shown.regular, ...common },
    ],
    ['private ones are passed over', { emails: 1, roles: 1, createdAt: 1 }, regular, { ...shown.regular, ...common }],
    ['nobody has these', { services: 1, importIds: 1, password: 1 }, reader, full],
    [
      'public custom fields',
      { customFields: 1 },
      regular,
      { ...shown.regular, ...common, customFields: { team: 'Queen' } },
    ],
    [
      'one custom field',
      { 'customFields.clearance': 1, emails: 0, roles: 0 },
      reader,
      { ...shown.regular, ...common, customFields: { clearance: 'High' } },
    ],
    [
      'a private custom field is passed over',
      { 'customFields.clearance': 1 },
      regular,
      { ...shown.regular, ...common },
    ],
    [
      'all custom fields but one',
      { customFields: 1, 'customFields.team': 0 },
      reader,
      { ...full, customFields: { clearance: 'High' } },
    ],
    [
      'private ones for whoever may read them',
      { emails: 0, roles: 0, createdAt: 1, statusConnection: 1, statusDefault: 1, settings: 1 },
      reader,
      {
        ...{ ...shown.regular, ...common, statusConnection: 'offline', settings: {} },
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  ]
  for (const [title, fields, as, expected] of cases) {
    test(title, async () => {
      const { status, body, text } = await list({ ...one, fields }, as)
      assert.equal(status, 200, text)
      assert.deepEqual(at(body, 'users'), [expected])
    })
  }
})

describe('who is found', () => {
  const cases: readonly [string, Readonly<Record<string, unknown>>, Member, readonly string[]][] = [
    ['by a query', { query: { active: false } }, regular, ['Zoe.Gone']],
    ['by an empty query', { query: {} }, regular, everyone],
    ['by the public custom field that is shown', customField('team', 'Queen'), regular, ['regular']],
    ['by a private custom field', customField('clearance', 'High'), reader, ['regular']],
    ['by a part of the username', { username: 'READ' }, regular, ['reader']],
    ['by an address', { email: regular.user.email.toUpperCase() }, reader, ['regular']],
    ["by one's own address", { email: regular.user.email }, regular, ['regular']],
    ["not by somebody else's", { email: reader.user.email }, regular, []],
    ['by custom fields', { customFields: { clearance: 'High', team: 'Queen' } }, reader, ['regular']],
    ['by custom fields that nobody has together', { customFields: { clearance: 'High', team: 'King' } }, reader, []],
    ['with a parameter that nobody knows', { _: 123, status: 'active' }, regular, everyone],
    [
      'in the order of names',
      { sort: { name: 1 } },
      regular,
      ['nobody', 'rollcall.admin', 'guest', 'reader', 'regular', 'Zoe.Gone'],
    ],
    ['the other way round', { sort: { username: -1 } }, regular, everyone.toReversed()],
    [
      'by activity, then by name',
      { sort: { active: 1, username: -1 }, count: 3 },
      regular,
      ['Zoe.Gone', 'rollcall.admin', 'regular'],
    ],
    ['past the end', { offset: 6 }, regular, []],
    ['far past the end', { offset: 1e15 }, regular, []],
  ]
  for (const [title, given, as, expected] of cases) {
    test(title, async () => {
      const { status, body, text } = await list(given, as)
      assert.equal(status, 200, text)
      assert.deepEqual(usernames(body), expected)
      assert.equal(at(body, 'count'), expected.length)
      assert.equal(at(body, 'offset'), given.offset ?? 0)
      const isSlice = given.offset !== undefined || given.count !== undefined
      assert.equal(at(body, 'total'), isSlice ? everyone.length : expected.length)
    })
  }
})

function customField(name: string, value: string) {
  return { query: { [`customFields.${name}`]: value }, fields: { customFields: 1 } }
}

describe('what is refused', () => {
  const coded = (reason: string, errorType: string, details?: object) => ({
    success: false,
    error: `${reason} [${errorType}]`,
    errorType,
    ...(details !== undefined && { details }),
  })
  const parsing = { helperMethod: 'parseJsonQuery' }
  const cases: readonly [string, Readonly<Record<string, unknown>>, object][] = [
    ['a count that is no number', { count: 'many' }, coded('must be integer', 'invalid-params', { path: 'count' })],
    ['a negative offset', { offset: -1 }, coded('must be >= 0', 'invalid-params', { path: 'offset' })],
    [
      'an order that is none',
      { sort: '{name:1}' },
      coded('Invalid sort parameter provided: "{name:1}"', 'error-invalid-sort', parsing),
    ],
    [
      'a direction that is none',
      { sort: { name: 2 } },
      coded('Invalid sort parameter provided: "{"name":2}"', 'error-invalid-sort', parsing),
    ],
    [
      'fields that are none',
      { fields: { bio: true } },
      coded('Invalid fields parameter provided: "{"bio":true}"', 'error-invalid-fields', parsing),
    ],
    [
      'a query that is none',
      { query: '{name:"x"}' },
      coded('Invalid query parameter provided: "{name:"x"}"', 'error-invalid-query', parsing),
    ],
    [
      'a custom field that is not shown',
      { query: { 'customFields.team': 'Queen' } },
      coded('Invalid attribute: customFields.team', 'error-invalid-query', parsing),
    ],
    [
      'a pattern that can not be answered in linear time',
      { query: { username: { $regex: '(a)\\1' } } },
      coded('References back are not supported.', 'error-invalid-query', parsing),
    ],
    ['a text that nobody can have', { query: { username: 'a\0' } }, coded('must not contain NUL', 'invalid-params')],
    [
      'an operator that runs code',
      { query: { username: { $where: '1' } } },
      coded('Invalid operation: $where', 'error-invalid-query', parsing),
    ],
  ]
  for (const [title, given, expected] of cases) {
    test(title, async () => {
      for (const page of [{}, { count: 0 }]) {
        const { status, body } = await list({ ...page, ...given }, regular)
        assert.equal(status, 400)
        assert.deepEqual(body, expected)
      }
    })
  }

  test('custom fields as parameters, without the right to read them', async () => {
    for (const given of [{ customFields: { team: 'Queen' } }, { includeCustomFields: true }]) {
      const { status, body } = await list(given, regular)
      assert.equal(status, 403)
      assert.equal(
        at(body, 'error'),
        'User does not have the permissions required for this action [error-unauthorized]',
      )
    }
  })
})

test('with the setting for it, listing takes view-outside-room', async (t) => {
  const set = (listingNeedsSearch: boolean) =>
    directory.updateTenant(operator, { changes: { settings: { listingNeedsSearch } } })
  await set(true)
  t.after(() => set(false))
  const refused = await list({}, guest)
  assert.equal(refused.status, 403)
  assert.deepEqual(refused.body, { success: false, error: 'unauthorized' })
  assert.equal((await list({ count: 0 }, guest)).status, 403)
  assert.equal((await list({}, regular)).status, 200)
})

test('what was changed is seen in the next answer', async () => {
  const user = await people.user({ username: 'changing', name: 'Before' })
  const nameNow = async () => at((await list({ username: 'changing' }, regular)).body, 'users', 0, 'name')
  assert.equal(await nameNow(), 'Before')
  await directory.updateUser(operator, { userId: user.id, changes: { name: 'After' } })
  assert.equal(await nameNow(), 'After')
  await directory.setPresence(operator, { userId: user.id, status: 'busy' })
  assert.equal(at((await list({ username: 'changing' }, regular)).body, 'users', 0, 'status'), 'busy')
  await directory.deleteUser(operator, { userId: user.id })
  assert.deepEqual(usernames((await list({ username: 'changing' }, regular)).body), [])
})
