import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { byModification, parseSearch, type User, type UserFilter, type UserQuery } from '../src/core/index.ts'
import { matches } from '../src/core/keywords.ts'
import { countKey, countKeysOf, termsOf } from '../src/store/user-terms.ts'
import { startRollcall, type TestRollcall } from './support.ts'

const names = ['Mara', 'Marta', 'Tomás', 'Núria', 'Oda', 'Ossian', 'ma', 'Quillon']
const surnames = ['Marlund', 'Ibáñez Soto', 'Quist', 'O-Dell', 'Tarn', '']
const job = (n: number) => `6b${String(n).padStart(22, '0')}`
const searches = [
  'mar',
  'MARTA',
  'nuria',
  'soto ibanez',
  'ibanezsoto',
  '.*art',
  '.*quis',
  'o dell',
  'p1',
  'examplecom',
  'zz',
]

const rollcall = await startRollcall({ after })

const queryOf = (filter: UserFilter, direction: 'asc' | 'desc', limit: number, offset = 0): UserQuery => ({
  filter,
  order: byModification(direction),
  limit,
  offset,
  total: true,
})

const roleIds = await makeRoles(rollcall)
const everyone = await makePeople(rollcall)

async function makeRoles({ directory, operator }: TestRollcall): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < 4; n += 1) ids.push((await directory.createRole(operator, { name: `r${n}`, permissions: [] })).id)
  return ids
}

async function makePeople({ directory, operator, clock, admin, store, tenant }: TestRollcall): Promise<User[]> {
  const ids: string[] = [admin.id]
  for (let n = 0; n < 60; n += 1) {
    // Several people share each millisecond, so that the order has to fall back on ids.
    if (n % 3 === 0) clock.advance(1)
    const { user } = await directory.createUser(operator, {
      email: `p${n}@example.com`,
      givenNames: names[n % names.length] ?? '',
      familyName: surnames[n % surnames.length] ?? '',
      accessRoles: roleIds.filter((_, at) => (n >> at) % 2 === 1),
      job: n % 4 === 0 ? job(n % 3) : null,
      properties: n % 5 === 0 ? [job(7), job(8)] : [],
      botId: n % 11 === 0 ? job(9) : null,
      bosses: n % 7 === 3 ? [ids[n % ids.length] ?? admin.id] : [],
      active: n % 6 !== 5,
    })
    ids.push(user.id)
  }
  for (const n of [3, 20, 41]) await directory.updateUser(operator, { userId: ids[n] ?? '', changes: { phone: '1' } })
  const { items } = await store.reads.users(tenant.id, queryOf({}, 'desc', 1000))
  assert.equal(items.length, 61)
  return [...items]
}

/** The filter's meaning, told once more without SQL. */
function chosen(user: User, filter: UserFilter): boolean {
  const { ids, emails, bots, properties, accessRoles, jobs, relatedTo, active, search, modified, created } = filter
  const { propertyJobs = [], related = [], equal = [] } = filter
  const any = (wanted: readonly string[] | undefined, has: readonly (string | null)[]) =>
    wanted === undefined || wanted.some((value) => has.includes(value))
  return (
    any(ids, [user.id]) &&
    any(emails, [user.email]) &&
    any(bots, [user.botId]) &&
    (any(properties, user.properties) || propertyJobs.some((id) => user.job === id)) &&
    related.every((one) => any(one.ids, user[one.field])) &&
    equal.every(({ field, values }) => [user[field]].flat().some((value) => values.includes(value))) &&
    any(accessRoles, user.accessRoles) &&
    any(jobs, [user.job]) &&
    any(relatedTo, [...user.bosses, ...user.peers, ...user.subordinates]) &&
    (active === undefined || user.active === active) &&
    (search === undefined || matches(search, user.keywords)) &&
    (modified?.after === undefined || user.modifiedAt > modified.after) &&
    (created?.until === undefined || user.createdAt <= created.until)
  )
}

const some = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 1, maxLength: 3 })
const filters: fc.Arbitrary<UserFilter> = fc.record(
  {
    ids: fc.nat(70).chain((n) => fc.constant(everyone.slice(n % 50, (n % 50) + 20).map(({ id }) => id))),
    emails: some(fc.nat(70).map((n) => `p${n}@example.com`)),
    bots: some(fc.constantFrom(job(9), job(1))),
    properties: some(fc.constantFrom(job(7), job(8), job(1))),
    accessRoles: some(fc.nat(3)).map((at) => at.map((n) => roleIds[n] ?? '')),
    jobs: some(fc.nat(4).map(job)),
    relatedTo: some(fc.nat(60)).map((at) => at.map((n) => everyone[n]?.id ?? '')),
    active: fc.boolean(),
    related: some(
      fc.record({
        field: fc.constantFrom('bosses', 'peers', 'subordinates'),
        ids: some(fc.nat(60)).map((at) => at.map((n) => everyone[n]?.id ?? '')),
      }),
    ),
    equal: some(
      fc.oneof(
        fc.record({ field: fc.constant('givenNames'), path: fc.constant([]), values: some(fc.constantFrom(...names)) }),
        fc.record({
          field: fc.constant('job'),
          path: fc.constant([]),
          values: some(fc.constantFrom(null, job(0), job(1))),
        }),
        fc.record({
          field: fc.constant('properties'),
          path: fc.constant([]),
          values: some(fc.constantFrom(job(7), job(1))),
        }),
      ),
    ),
    search: fc.constantFrom(...searches).map((text) => parseSearch(text) ?? undefined),
    modified: fc.nat(20).map((ms) => ({ after: new Date(Date.parse('2026-01-01T00:00:00.000Z') + ms) })),
    created: fc.nat(20).map((ms) => ({ until: new Date(Date.parse('2026-01-01T00:00:00.000Z') + ms) })),
  },
  { requiredKeys: [] },
)

describe('pages of users', () => {
  test('of any filter: in total order, with the exact total, all pages together the filtered set', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.constantFrom('asc', 'desc'),
        fc.integer({ min: 1, max: 30 }),
        async (filter, direction, limit) => {
          const expected = everyone.filter((user) => chosen(user, filter)).sort(byRecency(direction))
          const seen: string[] = []
          for (let offset = 0; offset === 0 || offset < expected.length; offset += limit) {
            const query = queryOf(filter, direction, limit, offset)
            const page = await rollcall.store.reads.users(rollcall.tenant.id, query)
            assert.equal(page.total, expected.length)
            seen.push(...page.items.map(({ id }) => id))
          }
          assert.deepEqual(
            seen,
            expected.map(({ id }) => id),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a word that many have is found by walking the users, a rare one by its list: the same answer', async () => {
    const { directory, operator, store, tenant } = rollcall
    const client = new pg.Client(rollcall.connection)
    await client.connect()
    // Over the bound from which a word counts as common: as posting lists only, whose users do not exist.
    await client.query(
      `insert into user_terms (tenant_id, term, modified_at, user_id)
       select $1, 'k:common' || n, now(), lpad(n::text, 24, '0') from generate_series(1, 11000) n`,
      [tenant.id],
    )
    const made = await Promise.all(
      ['Commonson', 'Commoner'].map((familyName, n) =>
        directory.createUser(operator, { email: `c${n}@example.org`, familyName }),
      ),
    )
    const search = parseSearch('common')
    assert.ok(search)
    const page = await store.reads.users(tenant.id, { ...queryOf({ search }, 'desc', 10), total: false })
    assert.deepEqual(new Set(page.items.map(({ id }) => id)), new Set(made.map(({ user }) => user.id)))
    await client.query(`delete from user_terms where term like 'k:common%' and user_id like '000000%'`)
    for (const { user } of made) await directory.deleteUser(operator, { userId: user.id })
    await client.end()
  })

  test('posting lists and maintained totals are what the users make them, after any history of changes', async (t) => {
    const fresh = await startRollcall(t)
    const { directory, operator } = fresh
    const people: string[] = []
    const roles = [...(await makeRoles(fresh))]
    const steps = fc.sample(
      fc.tuple(fc.constantFrom('create', 'change', 'activity', 'roles', 'delete'), fc.nat(1000)),
      { numRuns: 80, seed: 7 },
    )
    for (const [step, n] of steps) {
      const userId = people[n % Math.max(people.length, 1)]
      if (step === 'create' || userId === undefined) {
        const { user } = await directory.createUser(operator, {
          email: `h${people.length}-${n}@example.com`,
          givenNames: names[n % names.length] ?? '',
        })
        people.push(user.id)
      } else if (step === 'change') {
        await directory.updateUser(operator, {
          userId,
          changes: { familyName: surnames[n % surnames.length] ?? '', job: n % 2 ? job(n % 3) : null },
        })
      } else if (step === 'activity') await directory.updateUser(operator, { userId, changes: { active: n % 2 === 0 } })
      else if (step === 'roles')
        await directory.updateUser(operator, {
          userId,
          // In any order: which one comes first is kept as well.
          changes: { accessRoles: [...roles.slice(n % 5), ...roles.slice(0, n % 3)].slice(0, n % 4) },
        })
      else {
        await directory.deleteUser(operator, { userId })
        people.splice(people.indexOf(userId), 1)
      }
    }
    const { items } = await fresh.store.reads.users(fresh.tenant.id, queryOf({}, 'desc', 1000))
    assert.equal(items.length, people.length + 1)
    const client = new pg.Client(fresh.connection)
    await client.connect()
    const terms = await client.query<{ user_id: string; term: string; modified_at: Date; active: boolean }>(
      'select * from user_terms',
    )
    const counts = await client.query<{ key: string; n: number }>(
      'select key, sum(n)::int as n from user_counts group by key having sum(n) <> 0',
    )
    await client.end()
    const rows = (list: readonly (readonly [string, string, number, boolean])[]) =>
      list.map((row) => row.join(' ')).sort()
    assert.deepEqual(
      rows(terms.rows.map((row) => [row.user_id, row.term, row.modified_at.getTime(), row.active])),
      rows(
        items.flatMap((user) =>
          termsOf(user).map((term) => [user.id, term, user.modifiedAt.getTime(), user.active] as const),
        ),
      ),
    )
    const expected = new Map<string, number>()
    for (const key of items.flatMap(countKeysOf)) expected.set(key, (expected.get(key) ?? 0) + 1)
    assert.deepEqual(new Map(counts.rows.map(({ key, n }) => [key, n])), expected)
    assert.ok(expected.has(countKey('all', true)))
  })
})

const byRecency = (direction: 'asc' | 'desc') => (one: User, other: User) => {
  const order = one.modifiedAt.getTime() - other.modifiedAt.getTime() || (one.id < other.id ? -1 : 1)
  return direction === 'asc' ? order : -order
}
