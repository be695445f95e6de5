import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { NewUser } from '../src/core/index.ts'
import { peopleOf } from './cotalker-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { clock, adminToken, directory, operator } = rollcall
const people = peopleOf(rollcall)

const [minute, hour] = [60_000, 3_600_000]
const ids = {
  bot: 'b07000000000000000000001',
  otherBot: 'b07000000000000000000002',
  property: 'fab000000000000000000001',
}
const [role, otherRole] = [await people.role(['one']), await people.role(['two'])]
const title = await people.jobTitle('writer', [])
/** Each is made an hour after the one before; by name, for the table below. */
const given: Record<string, NewUser> = {
  ana: { email: 'ana@example.com', accessRoles: [role], job: title, properties: [ids.property] },
  ben: { email: 'ben@example.com', accessRoles: [role, otherRole], kind: 'bot', botId: ids.bot },
  cem: { email: 'cem@example.com', active: false, botId: ids.otherBot },
  dov: { email: 'dov@example.com', accessRoles: [otherRole], givenNames: 'Dov' },
}
const userIds: Record<string, string> = {}
for (const [name, fields] of Object.entries(given)) {
  clock.advance(hour)
  userIds[name] = (await people.user({ givenNames: name, ...fields })).id
}
const idOf = (name: string): string => userIds[name] ?? assert.fail(name)
await directory.updateUser(operator, { userId: idOf('dov'), changes: { bosses: [idOf('ana')], peers: [idOf('ben')] } })
// Ana is changed last, so that creation and modification order differ.
clock.advance(hour)
await directory.updateUser(operator, { userId: idOf('ana'), changes: { jobTitle: 'changed' } })

const start = Date.parse('2026-01-01T00:00:00.000Z')
const after1 = (hours: number, ms = 0) => new Date(start + hours * hour + ms).toISOString()
const nameOf = new Map(Object.entries(userIds).map(([name, id]) => [id, name]))

async function list(query: string) {
  const reply = await rollcall.call('GET', `/api/v2/users${query}`, { token: adminToken, admin: true })
  const users = at(reply.body, 'data', 'users')
  const names = Array.isArray(users)
    ? users.map((user: unknown) => nameOf.get(String(at(user, '_id'))) ?? 'admin')
    : undefined
  return { status: reply.status, names, body: reply.body, text: reply.text }
}

const everyone = ['ana', 'dov', 'cem', 'ben', 'admin']
/** What each query finds, in order; by default the last modified first. */
const found: Record<string, readonly string[]> = {
  '': everyone,
  '?search=ben': ['ben'],
  '?search=': everyone,
  '?isActive=all': everyone,
  '?isActive=true': ['ana', 'dov', 'ben', 'admin'],
  '?isActive=false': ['cem'],
  '?isActive=': everyone,
  '?email=ana%40example.com': ['ana'],
  '?email=ANA%40Example.com': ['ana'],
  '?email=ana%40example.com&email=ben%40example.com': ['ana', 'ben'],
  '?email[]=ana%40example.com&email[]=ben%40example.com': ['ana', 'ben'],
  '?email%5B%5D=ana%40example.com&email=ben%40example.com': ['ana', 'ben'],
  '?email=ana%40example.com,ben%40example.com': ['ana', 'ben'],
  '?email=nobody%40example.com': [],
  '?email=': everyone,
  '?email=&email=ben%40example.com': ['ben'],
  [`?id=${idOf('ana')}`]: ['ana'],
  [`?id=${idOf('ana').toUpperCase()}`]: ['ana'],
  [`?id=${idOf('ana')}&id=${idOf('cem')}&limit=30`]: ['ana', 'cem'],
  [`?id[]=${idOf('ana')}&id[]=${idOf('cem')}`]: ['ana', 'cem'],
  [`?id=${idOf('ana')},${idOf('cem')}`]: ['ana', 'cem'],
  '?id=&limit=100': everyone,
  '?id=ffffffffffffffffffffffff': [],
  [`?bot=${ids.bot}`]: ['ben'],
  [`?bot=${ids.bot}&bot=${ids.otherBot}`]: ['cem', 'ben'],
  [`?property=${ids.property}`]: ['ana'],
  [`?property=${ids.property},${ids.bot}`]: ['ana'],
  [`?accessRole=${role}`]: ['ana', 'ben'],
  [`?accessRole=${role}&accessRole=${otherRole}`]: ['ana', 'dov', 'ben'],
  [`?job=${title}`]: ['ana'],
  [`?relatedUser=${idOf('dov')}`]: ['ana', 'ben'],
  [`?relatedUser=${idOf('ana')}`]: ['dov'],
  [`?relatedUser=${idOf('ana')}&relatedUser=${idOf('dov')}`]: ['ana', 'dov', 'ben'],
  '?relatedUser=ffffffffffffffffffffffff': [],
  [`?modified=${after1(5)}`]: ['ana'],
  [`?modified_gt=${after1(3)}`]: ['ana', 'dov'],
  [`?modified_gte=${after1(3)}`]: ['ana', 'dov', 'cem'],
  [`?modified_lt=${after1(3)}`]: ['ben', 'admin'],
  [`?modified_lte=${after1(3)}`]: ['cem', 'ben', 'admin'],
  [`?modified_gt=${after1(1)}&modified_lt=${after1(5)}`]: ['dov', 'cem', 'ben'],
  '?modified_gt=': everyone,
  '?modified_gt=&modified_lte=&created=': everyone,
  [`?created=${after1(1)}`]: ['ana'],
  [`?created=${after1(1, 1)}`]: [],
  [`?created_gt=${after1(3)}`]: ['dov'],
  [`?created_gte=${after1(3)}`]: ['dov', 'cem'],
  [`?created_lt=${after1(1)}`]: ['admin'],
  [`?created_lte=${after1(1)}`]: ['ana', 'admin'],
  [`?created_gte=${start + 3 * hour}`]: ['dov', 'cem'],
  '?created_gte=2026-01-01T03:00:00Z': ['dov', 'cem'],
  '?created_gte=2026-01-01T03:00': ['dov', 'cem'],
  '?created_gte=2026-01-01T05:00:00%2B02:00': ['dov', 'cem'],
  '?created_gte=2026-01-02': [],
  '?orderBy=desc': everyone,
  '?orderBy=asc': ['admin', 'ben', 'cem', 'dov', 'ana'],
  '?order_by=asc': ['admin', 'ben', 'cem', 'dov', 'ana'],
  '?orderBy=': everyone,
  '?sortBy=modifiedAt': everyone,
  '?sortBy=email': everyone,
  '?sort_by=email&order_by=asc': ['admin', 'ben', 'cem', 'dov', 'ana'],
  '?limit=2': ['ana', 'dov'],
  '?limit=2&page=2': ['cem', 'ben'],
  '?limit=2&page=3': ['admin'],
  '?limit=2&page=4': [],
  '?page=1000000000': [],
  '?limit=1000000': everyone,
  '?page=&limit=&count=': everyone,
  '?creatd_gte=2030-01-01T00:00:00.000Z': everyone,
  '?unknown=1&company=2&__proto__=3&constructor=4': everyone,
  [`?accessRole=${role}&isActive=true&search=ana`]: ['ana'],
  [`?accessRole=${role}&isActive=false`]: [],
  [`?accessRole=${role}&email=dov%40example.com`]: [],
}

describe('what a query finds, and its total', () => {
  for (const [query, names] of Object.entries(found)) {
    test(`GET /users${query}`, async () => {
      const reply = await list(query)
      assert.equal(reply.status, 200, reply.text)
      assert.deepEqual(reply.names, names)
      assert.deepEqual(Object.keys(Object(at(reply.body, 'data'))), ['users'])
    })
  }
})

describe('the total is of all matches, not of the page', () => {
  const totals: Record<string, number> = {
    '?count=true&limit=1': 5,
    '?count=true&limit=1&page=99': 5,
    '?count=1': 5,
    '?count=true&isActive=true': 4,
    '?count=true&isActive=false': 1,
    [`?count=true&accessRole=${role}&limit=1`]: 2,
    [`?count=true&accessRole=${role}&isActive=true&search=ben`]: 1,
    [`?count=true&job=${title}`]: 1,
    '?count=true&search=nobody': 0,
  }
  for (const [query, total] of Object.entries(totals)) {
    test(`GET /users${query}`, async () => {
      const { body } = await list(query)
      assert.equal(at(body, 'data', 'count'), total)
      assert.equal(at(body, 'data', 'counter'), total)
    })
  }

  test('count=false and count=0 leave it out', async () => {
    for (const query of ['?count=false', '?count=0', '?count=']) {
      assert.deepEqual(Object.keys(Object(at((await list(query)).body, 'data'))), ['users'])
    }
  })
})

describe('what can not be read is refused by name', () => {
  const refused: Record<string, string> = {
    'limit=0': 'limit: must be at least 1',
    'limit=-1': 'limit: must be at least 1',
    'limit=ten': 'limit: must be a whole number',
    'limit=1.5': 'limit: must be a whole number',
    'limit=1e3': 'limit: must be a whole number',
    'limit=10&limit=20': 'limit: must be a whole number',
    'page=0': 'page: must be at least 1',
    'page=1000000001': 'page: must be at most 1000000000',
    'page=one': 'page: must be a whole number',
    'count=maybe': 'count: must be true or false',
    'debug=maybe': 'debug: must be true or false',
    'isActive=yes': 'isActive: must be one of all, true, false',
    'isActive=1': 'isActive: must be one of all, true, false',
    'isActive=True': 'isActive: must be one of all, true, false',
    'orderBy=up': 'orderBy: must be one of asc, desc',
    'order_by=ASC': 'orderBy: must be one of asc, desc',
    'id=abc': 'id.0: must be an ObjectId of 24 hexadecimal digits',
    'id=6a0000000000000000000001&id=zzzzzzzzzzzzzzzzzzzzzzzz': 'id.1: must be an ObjectId of 24 hexadecimal digits',
    'id=6a00000000000000000000010': 'id.0: must be an ObjectId of 24 hexadecimal digits',
    'bot=abc': 'bot.0: must be an ObjectId of 24 hexadecimal digits',
    'relatedUser=abc': 'relatedUser.0: must be an ObjectId of 24 hexadecimal digits',
    'property=abc': 'property.0: must be an ObjectId of 24 hexadecimal digits',
    'accessRole=abc': 'accessRole.0: must be an ObjectId of 24 hexadecimal digits',
    'job=abc': 'job.0: must be an ObjectId of 24 hexadecimal digits',
    'email=a%00b': 'email.0: must not contain NUL',
  }
  for (const name of ['modified', 'modified_gt', 'created_lte']) {
    for (const value of ['yesterday', '2026-13-01', '2026-02-30', '2026-01-01T25:00:00Z', '1e3', 'null']) {
      refused[`${name}=${value}`] = `${name}: must be an ISO 8601 date, e.g. 2021-11-17T15:34:42.171Z`
    }
  }
  for (const [query, message] of Object.entries(refused)) {
    test(query, async () => {
      const { status, body } = await list(`?${query}`)
      assert.equal(status, 400)
      assert.deepEqual(body, { error: message, message, code: 'invalid_input', statusCode: 400 })
    })
  }
})

test('ten are given when nobody says how many, and a thousand at most', async (t) => {
  const many = await startRollcall(t)
  for (let count = 0; count < 12; count += 1) await peopleOf(many).user({ email: `many${count}@example.com` })
  const lengthOf = async (query: string) => {
    const { body } = await many.call('GET', `/api/v2/users${query}`, { token: many.adminToken, admin: true })
    const users = at(body, 'data', 'users')
    return Array.isArray(users) ? users.length : -1
  }
  assert.equal(await lengthOf(''), 10)
  assert.equal(await lengthOf('?page=2'), 3)
  assert.equal(await lengthOf('?limit=99999'), 13)
  // The cap shows in where the second page begins.
  assert.equal(await lengthOf('?limit=99999&page=2'), 0)
})

test('people who were changed at the same moment are in the order of their ids, in both directions', async (t) => {
  const together = await startRollcall(t)
  const { user } = peopleOf(together)
  const made = []
  for (let count = 0; count < 5; count += 1) made.push((await user()).id)
  const idsFor = async (query: string) => {
    const { body } = await together.call('GET', `/api/v2/users?${query}`, { token: together.adminToken, admin: true })
    const users = at(body, 'data', 'users')
    assert.ok(Array.isArray(users))
    return users.map((user: unknown) => String(at(user, '_id')))
  }
  const all = [together.admin.id, ...made].sort()
  assert.deepEqual(await idsFor('orderBy=asc'), all)
  assert.deepEqual(await idsFor('orderBy=desc'), all.toReversed())
  const paged = []
  for (const page of [1, 2, 3]) paged.push(...(await idsFor(`orderBy=asc&limit=2&page=${page}`)))
  assert.deepEqual(paged, all)
})

test('v2 and v3 answer alike, with and without a trailing slash, whatever a GET says of its body', async () => {
  const paths = ['/users', '/users?count=true&limit=2&debug=true', '/users/me', `/users/${idOf('ana')}`, '/accessroles']
  for (const path of paths) {
    const [bare = '', query] = path.split('?')
    const withSlash = query === undefined ? `${bare}/` : `${bare}/?${query}`
    const replies = await Promise.all(
      [`/api/v2${path}`, `/api/v3${path}`, `/api/v2${withSlash}`, `/api/v3${withSlash}`].flatMap((url) => [
        rollcall.call('GET', url, { token: adminToken, admin: true }),
        rollcall.call('GET', url, {
          headers: {
            AUTHORIZATION: `bearer ${adminToken}`,
            'CONTENT-Type': 'application/json',
            ADMIN: 'true',
            Company: 'x',
          },
        }),
      ]),
    )
    for (const reply of replies) {
      assert.equal(reply.status, 200, reply.text)
      assert.equal(reply.text, replies[0]?.text)
    }
  }
})

test('a reply holds exactly the documented members', async () => {
  const { body } = await list('?email=dov%40example.com')
  assert.deepEqual(body, {
    data: {
      users: [
        {
          _id: idOf('dov'),
          name: { displayName: '', names: 'Dov', lastName: '', secondLastName: '' },
          properties: [],
          accessRoles: [otherRole],
          isActive: true,
          termsConditions: false,
          search: ['dov', 'example', 'com', 'dovexamplecom'],
          isOnline: false,
          email: 'dov@example.com',
          companies: [
            {
              hierarchy: { boss: [idOf('ana')], peers: [idOf('ben')], subordinate: [] },
              _id: textOf(body, 'data', 'users', 0, 'companies', 0, '_id'),
              companyId: rollcall.tenant.id,
            },
          ],
          lastRequestDate: after1(4),
          createdAt: after1(4),
          modifiedAt: after1(4, 1),
          extensions: {},
        },
      ],
    },
  })
})

const textOf = (body: unknown, ...path: (string | number)[]) => String(at(body, ...path))

test('debug shows the understood query, secrets masked, on success and on error', async () => {
  const { body } = await list('?limit=1&id[]=&email=a@b,c@d&token=t&debug=true&search=nobody')
  assert.deepEqual(at(body, 'debug'), {
    data: { query: { limit: 1, email: ['a@b', 'c@d'], debug: true, search: 'nobody' } },
    errors: [],
  })
  assert.equal(at((await list('?limit=1&debug=false')).body, 'debug'), undefined)
  assert.equal(at((await list('?limit=0')).body, 'debug'), undefined)
  const wrong = await list('?limit=0&debug=true')
  assert.equal(wrong.status, 400)
  assert.deepEqual(at(wrong.body, 'debug'), {
    data: { query: { limit: 0, debug: true } },
    errors: [{ path: 'limit', message: 'limit: must be at least 1' }],
  })
  // Not understood yet when nobody is known: as it was sent.
  const stranger = await rollcall.call('GET', '/api/v2/users?debug=true&token=mine&apikey=mine')
  assert.deepEqual(at(stranger.body, 'debug', 'data'), {
    query: { debug: 'true', token: '[REDACTED]', apikey: '[REDACTED]' },
  })
})

test('modifiedAt advances even when the clock went back', async () => {
  const user = await people.user()
  const modified = async () =>
    textOf((await rollcall.call('GET', `/api/v2/users/${user.id}`, { token: adminToken })).body, 'data', 'modifiedAt')
  const before = await modified()
  clock.advance(-10 * minute)
  await directory.updateUser(operator, { userId: user.id, changes: { phone: '1' } })
  clock.advance(10 * minute)
  assert.ok((await modified()) > before)
  await directory.deleteUser(operator, { userId: user.id })
})
