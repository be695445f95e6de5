import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, clock, directory, operator } = rollcall
const admin = { token: rollcall.adminToken, admin: true }
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const roles = [await people.role(['one']), await people.role(['two']), await people.role(['three'])]
const jobs = ['fab000000000000000000001', 'fab000000000000000000002']
const properties = ['fab00000000000000000000a', 'fab00000000000000000000b']
const names = ['Ana', 'Anabel', 'Ben', 'Núñez', 'de la Cruz', '田中']
const hour = 3_600_000
const pick = <T>(values: readonly T[], at: number): T => values[at % values.length] ?? assert.fail()

interface Person {
  readonly id: string
  readonly email: string
  readonly active: boolean
  readonly accessRoles: readonly string[]
  readonly job: string | null
  readonly properties: readonly string[]
  readonly search: readonly string[]
  readonly createdAt: string
  readonly modifiedAt: string
  readonly related: readonly string[]
}

/** Forty people of every mixture, some made and some changed at the same moment. */
async function crowd(): Promise<Person[]> {
  const ids: string[] = []
  for (let n = 0; n < 40; n += 1) {
    if (n % 3 === 0) clock.advance(hour)
    const boss = ids[n - 7]
    const user = await people.user({
      givenNames: pick(names, n),
      familyName: pick(names, n * 3 + 1),
      accessRoles: roles.filter((_, index) => ((n >> index) & 1) === 1),
      active: n % 4 !== 0,
      ...(n % 3 !== 0 && { job: pick(jobs, n) }),
      ...(n % 5 < 2 && { properties: [pick(properties, n)] }),
      ...(boss !== undefined && n % 2 === 0 && { bosses: [boss] }),
    })
    ids.push(user.id)
  }
  clock.advance(hour)
  for (const id of ids.filter((_, n) => n % 6 === 0)) {
    await directory.updateUser(operator, { userId: id, changes: { phone: '1' } })
  }
  const users = [rollcall.admin.id, ...ids].map(async (userId) => (await directory.getUser(operator, { userId })).user)
  return (await Promise.all(users)).map((user) => ({
    id: user.id,
    email: user.email,
    active: user.active,
    accessRoles: user.accessRoles,
    job: user.job,
    properties: user.properties,
    search: user.keywords,
    createdAt: user.createdAt.toISOString(),
    modifiedAt: user.modifiedAt.toISOString(),
    related: [...user.bosses, ...user.peers, ...user.subordinates],
  }))
}
const all = await crowd()
const instants = [...new Set(all.flatMap(({ createdAt, modifiedAt }) => [createdAt, modifiedAt]))]

/** Mostly absent: with many filters at once nobody would be left. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
const some = <T>(values: readonly T[], most = 3) =>
  rarely(fc.subarray([...values], { minLength: 1, maxLength: Math.min(most, values.length) }))
const one = <T>(values: readonly T[]) => rarely(fc.constantFrom(...values))
const aFilter = fc.record({
  id: some(
    all.map(({ id }) => id),
    30,
  ),
  email: some(
    all.map(({ email }) => email),
    30,
  ),
  accessRole: some(roles),
  job: some(jobs),
  property: some(properties),
  relatedUser: some(all.map(({ id }) => id)),
  isActive: one(['all', 'true', 'false']),
  search: one(['ana', 'an', 'de la', 'nunez', '.*abe', 'example', 'ben ana', '田', 'person1', 'zzz']),
  modified_gte: one(instants),
  modified_lt: one(instants),
  created_gt: one(instants),
  created_lte: one(instants),
})
type Filter = typeof aFilter extends fc.Arbitrary<infer F> ? F : never

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
function isFound(search: string, keywords: readonly string[]): boolean {
  const inside = search.startsWith('.*')
  const words = fold(search).match(/[\p{L}\p{N}]+/gu) ?? []
  const has = (word: string) => keywords.some((keyword) => (inside ? keyword.includes(word) : keyword.startsWith(word)))
  return has(words.join('')) || words.every(has)
}
const isAny = (wanted: readonly string[] | undefined, values: readonly string[]) =>
  wanted === undefined || wanted.some((value) => values.includes(value))

/** What the reference says of each parameter, on the whole crowd in memory. */
const matching = (filter: Filter): Person[] =>
  all.filter(
    (person) =>
      isAny(filter.id, [person.id]) &&
      isAny(filter.email, [person.email]) &&
      isAny(filter.accessRole, person.accessRoles) &&
      isAny(filter.job, person.job === null ? [] : [person.job]) &&
      isAny(filter.property, person.properties) &&
      isAny(filter.relatedUser, person.related) &&
      (filter.isActive === undefined || filter.isActive === 'all' || String(person.active) === filter.isActive) &&
      (filter.search === undefined || isFound(filter.search, person.search)) &&
      (filter.modified_gte === undefined || person.modifiedAt >= filter.modified_gte) &&
      (filter.modified_lt === undefined || person.modifiedAt < filter.modified_lt) &&
      (filter.created_gt === undefined || person.createdAt > filter.created_gt) &&
      (filter.created_lte === undefined || person.createdAt <= filter.created_lte),
  )
const byRecency = (one: Person, other: Person) =>
  other.modifiedAt.localeCompare(one.modifiedAt) || (one.id < other.id ? 1 : -1)

function queryOf(values: Readonly<Record<string, string | readonly string[] | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    for (const each of [value].flat()) if (each) query.append(name, each)
  return query.toString()
}

let met = 0
test('all pages together are the filtered set, in order, and the total is its number', async () => {
  await fc.assert(
    fc.asyncProperty(aFilter, fc.integer({ min: 1, max: 17 }), fc.boolean(), async (filter, limit, ascending) => {
      const expected = matching(filter)
        .sort(byRecency)
        .map(({ id }) => id)
      if (ascending) expected.reverse()
      const found: string[] = []
      for (let page = 1; page <= expected.length / limit + 2; page += 1) {
        const paging = { limit: String(limit), page: String(page), count: 'true', orderBy: ascending ? 'asc' : 'desc' }
        const { body, text } = await call('GET', `/api/v2/users?${queryOf({ ...filter, ...paging })}`, admin)
        const users = at(body, 'data', 'users')
        assert.ok(Array.isArray(users), text)
        assert.equal(at(body, 'data', 'count'), expected.length)
        assert.ok(users.length <= limit)
        found.push(...users.map((user: unknown) => String(at(user, '_id'))))
      }
      assert.deepEqual(found, expected)
      if (expected.length > 1) met += 1
    }),
    { numRuns: 150 },
  )
  assert.ok(met > 50, `only ${met} of the filters left more than one person`)
})

const aText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\0',
    '\ud800',
    '__proto__',
    'constructor',
    '',
    'true',
    '-1',
    '1e999',
    'null',
    '%',
    '.*',
    "'",
    '[]',
    '{}',
  ),
  fc.constantFrom(...all.slice(0, 3).map(({ id }) => id)),
)
const parameters = [
  'search',
  'limit',
  'page',
  'count',
  'orderBy',
  'sortBy',
  'isActive',
  'email',
  'bot',
  'id',
  'ids',
  'relatedUser',
  'property',
  'accessRole',
  'job',
  'modified',
  'modified_gt',
  'modified_lte',
  'created',
  'created_gte',
  'debug',
  'notifyEmail',
  'order_by',
  'id[]',
  '__proto__',
  'unknown',
]
const aQuery = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...parameters), aText), aText), { maxLength: 6 })
const aRequest = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'),
  path: fc.oneof(
    fc.constantFrom(
      '/auth/local',
      '/api/v2/users',
      '/api/v3/users/me',
      '/api/v2/accessroles',
      '/api/v2',
      '/api/v3/nothing',
    ),
    fc.constantFrom(
      ...all.slice(0, 5).map(({ id }) => `/api/v2/users/${id}`),
      ...roles.map((id) => `/api/v3/accessroles/${id}`),
    ),
    aText.map((text) => `/api/v2/users/${encodeURIComponent(text.toWellFormed())}`),
  ),
  query: aQuery,
  encoded: fc.boolean(),
  headers: fc.dictionary(
    fc.constantFrom(
      'admin',
      'authorization',
      'content-type',
      'accept',
      'host',
      'company',
      'content-encoding',
      'x-request-id',
    ),
    fc.oneof(
      fc.constantFrom(
        'true',
        'application/json',
        'text/plain',
        'Bearer x',
        `Bearer ${rollcall.adminToken}`,
        'gzip',
        '*/*',
      ),
      fc.string({ maxLength: 20 }),
    ),
  ),
  known: fc.boolean(),
  body: fc.oneof(
    fc.constant(undefined),
    fc.json(),
    aText,
    fc
      .dictionary(
        fc.constantFrom(
          'email',
          'name',
          'accessRoles',
          'phone',
          'job',
          'jobTitle',
          'bot',
          'system',
          'avatar',
          'settings',
          'isActive',
          'isReadOnly',
          'properties',
          'extensions',
          'companies',
          'password',
          'permissions',
          'active',
          'description',
        ),
        fc.oneof(
          aText,
          fc.jsonValue({ maxDepth: 3 }),
          fc.array(aText, { maxLength: 3 }),
          fc.record({ names: aText, lastName: aText }),
          fc.constant([{ hierarchy: { boss: [rollcall.admin.id] } }]),
        ),
      )
      .map((members) => JSON.stringify(members)),
  ),
})

test('nothing that is sent makes an error of ours, and nothing refused is written', async () => {
  await fc.assert(
    fc.asyncProperty(aRequest, async ({ method, path, query, encoded, headers, known, body }) => {
      const text = query.map(([name, value]) => {
        const part = (raw: string) => (encoded ? encodeURIComponent(raw.toWellFormed()) : encodeURI(raw.toWellFormed()))
        return `${part(name)}=${part(value)}`
      })
      const url = text.length === 0 ? path : `${path}?${text.join('&')}`
      const printable = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\x20-\x7e]/g, '')]),
      )
      const before = await stored.countOf('events')
      const reply = await call(asMethod(method), url, {
        ...(known && admin),
        headers: printable,
        ...(body !== undefined && { body }),
      })
      assert.ok(reply.status < 500, `${reply.status}: ${reply.text}`)
      if (reply.status >= 400) {
        assert.equal(await stored.countOf('events'), before)
        assert.equal(at(reply.body, 'statusCode'), reply.status, reply.text)
        assert.equal(typeof at(reply.body, 'code'), 'string')
      }
    }),
    { numRuns: 1000 },
  )
})

function asMethod(name: string): Parameters<typeof call>[0] {
  for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'] as const) if (method === name) return method
  return assert.fail(name)
}
