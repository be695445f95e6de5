import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { PeopleGenerator } from '../src/cli/seed/generated-people.ts'
import { catalogueFor } from '../src/cli/seed/load.ts'
import { seedPeople } from '../src/cli/seed/many-people.ts'
import { defineSampleFields } from '../src/cli/seed/sample-custom-fields.ts'
import {
  byModification,
  customFieldsOf,
  customValuesOf,
  DirectoryError,
  rowFields,
  type User,
} from '../src/core/index.ts'
import { validateUserFields } from '../src/core/validate.ts'
import { termsOf } from '../src/store/user-terms.ts'
import { startRollcall, type TestRollcall } from './support.ts'

/** Runs what the command runs; gives what it said. */
async function seed(rollcall: TestRollcall, count: number, which = 1): Promise<void> {
  const { connection, tenant, operator } = rollcall
  const database = { connection, kind: 'external', ensure: async () => {}, close: async () => {} } as const
  const session = {
    ...rollcall,
    database,
    defaultTenant: tenant,
    firstAdmin: null,
    forgetFirstSecrets: async () => {},
    close: async () => {},
  }
  await seedPeople(session, operator, count, which)
}

async function rowsOf<Row extends pg.QueryResultRow>({ connection }: TestRollcall, text: string): Promise<Row[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

async function generator(rollcall: TestRollcall, which = 1): Promise<PeopleGenerator> {
  return new PeopleGenerator(which, await catalogueFor(rollcall, rollcall.operator))
}

const fieldNames = ['clearance', 'team']

async function total(rollcall: TestRollcall, filter: { active?: boolean } = {}): Promise<number | null> {
  const query = { filter, order: byModification('desc'), limit: 1, offset: 0, total: true } as const
  await rollcall.store.reads.round()
  return (await rollcall.store.reads.users(rollcall.tenant.id, query)).total
}

test('2,000 people: rows, posting lists, totals and events say the same', async (t) => {
  const rollcall = await startRollcall(t)
  await seed(rollcall, 2000)
  const people = await generator(rollcall)
  const { tenant, admin, store } = rollcall

  const ids = await rowsOf<{ id: string }>(rollcall, 'select id from users order by id')
  assert.equal(ids.length, 2001)
  const users = await Promise.all(ids.map(({ id }) => store.reads.user(tenant.id, id)))
  const stored = new Map(users.flatMap((user) => (user === null || user.id === admin.id ? [] : [[user.id, user]])))
  assert.equal(stored.size, 2000)
  for (let number = 0; number < 2000; number += 1) {
    const person = people.person(number)
    assert.deepEqual(stored.get(person.id), person)
  }

  const terms = await rowsOf<{ id: string; terms: string[]; moments: number }>(
    rollcall,
    `select user_id as id, array_agg(term) as terms, count(distinct t.modified_at)::int as moments
     from user_terms t join users u on u.id = t.user_id and u.modified_at = t.modified_at group by user_id`,
  )
  assert.equal(terms.length, 2001)
  for (const { id, terms: found, moments } of terms) {
    const user = stored.get(id)
    if (user !== undefined) assert.deepEqual([found.sort(), moments], [termsOf(user).sort(), 1])
  }

  const events = await rowsOf<{ id: string; record: Record<string, unknown>; touches: string[] }>(
    rollcall,
    `select subject_id as id, record, touches from events where type = 'user.created' and subject_id <> '${admin.id}'`,
  )
  assert.equal(events.length, 2000)
  for (const { id, record } of events) {
    const user = stored.get(id)
    assert.ok(user)
    assert.deepEqual(record, JSON.parse(JSON.stringify(user)))
  }
  assert.deepEqual(
    events.flatMap(({ touches }) => touches),
    ['tenant'],
  )

  for (const active of [true, false, undefined]) {
    const [row] = await rowsOf<{ n: number }>(
      rollcall,
      `select count(*)::int as n from users where active = ${active ?? 'active'}`,
    )
    assert.equal(await total(rollcall, active === undefined ? {} : { active }), row?.n)
  }
  const counts = await rowsOf<{ key: string; n: number }>(
    rollcall,
    'select key, sum(n)::int as n from user_counts group by key having count(*) > 1',
  )
  assert.deepEqual(counts, [], 'the totals are folded')
  for (const role of (await catalogueFor(rollcall, rollcall.operator)).roles.keys()) {
    const [row] = await rowsOf<{ counted: number; kept: number }>(
      rollcall,
      `select (select count(*)::int from users where '${role}' = any(access_roles)) as counted,
         (select coalesce(sum(n), 0)::int from user_counts where key = 'role:${role}') as kept`,
    )
    assert.equal(row?.counted, row?.kept)
  }
})

test('the same seed gives the same people in any database, another seed others', async (t) => {
  const [one, other] = [await startRollcall(t), await startRollcall(t)]
  for (const rollcall of [one, other]) await seed(rollcall, 300)
  const columns = 'id, uid, username, email, given_names, family_name, second_family_name, job, created_at, modified_at'
  const text = `select ${columns}, keywords, membership_id, deactivated_at, extensions from users where username <> 'rollcall.admin' order by id`
  assert.deepEqual(await rowsOf(one, text), await rowsOf(other, text))

  const [values] = await rowsOf<{ n: number }>(
    one,
    `select count(*)::int as n from users where extensions ? 'customFields'`,
  )
  assert.ok((values?.n ?? 0) > 150, `${values?.n}`)

  await seed(one, 300, 2)
  assert.equal(await total(one), 601)
})

test('run again, it adds none twice; with a larger number, the rest', async (t) => {
  const rollcall = await startRollcall(t)
  await seed(rollcall, 120)
  await seed(rollcall, 120)
  assert.equal(await total(rollcall), 121)
  await seed(rollcall, 250)
  assert.equal(await total(rollcall), 251)
  const [events] = await rowsOf<{ n: number }>(
    rollcall,
    `select count(*)::int as n from events where type = 'user.created'`,
  )
  assert.equal(events?.n, 251)
})

test("where somebody has a sample person's address, nothing of the batch is written and the connection serves on", async (t) => {
  const rollcall = await startRollcall(t)
  const taken = (await generator(rollcall)).person(70)
  await rollcall.directory.createUser(rollcall.operator, { email: taken.email })
  await assert.rejects(seed(rollcall, 100), /already has a sample person's email/)
  assert.equal(await total(rollcall), 2)
  await rollcall.directory.createUser(rollcall.operator, { email: 'next@example.com' })
  assert.equal(await total(rollcall), 3)
})

test('only the command line may load', async (t) => {
  const { directory, tenant } = await startRollcall(t)
  const actor = { ...(await directory.operator(tenant.id)), dialect: 'cotalker' }
  await assert.rejects(
    directory.loadUsers(actor, { users: [] }),
    (error) => error instanceof DirectoryError && error.code === 'forbidden',
  )
})

test('generated people: valid, with common and rare names, some of them gone', async (t) => {
  const rollcall = await startRollcall(t)
  await seed(rollcall, 1)
  const generated = await generator(rollcall)
  const people = Array.from({ length: 20_000 }, (_, number) => generated.person(number))
  const share = (is: (user: User) => boolean) => people.filter(is).length / people.length
  const { roles, jobTitles } = await catalogueFor(rollcall, rollcall.operator)

  const mar = share(({ keywords }) => keywords.some((word) => word.startsWith('mar')))
  assert.ok(mar > 0.07 && mar < 0.08, String(mar))
  const gone = share(({ active }) => !active)
  assert.ok(gone > 0.09 && gone < 0.11, String(gone))
  const valued = (name: string, is: (value: unknown) => boolean) => share((user) => is(customValuesOf(user)[name]))
  const [cleared, high] = [valued('clearance', Boolean), valued('clearance', (value) => value === 'High')]
  assert.ok(cleared > 0.58 && cleared < 0.62 && high > 0.11 && high < 0.13, `${cleared}, ${high}`)
  const teamed = valued('team', (value) => typeof value === 'string' && /^[A-Za-z]{2,10}$/.test(value))
  assert.ok(teamed > 0.38 && teamed < 0.42, String(teamed))
  assert.equal(new Set(people.map(({ id }) => id)).size, people.length)
  assert.ok(new Set(people.map(({ modifiedAt }) => modifiedAt.getTime())).size > people.length * 0.99)
  assert.ok(new Set(people.map(({ familyName }) => familyName)).size > 5000)
  for (const user of people.slice(0, 2000)) {
    const { keywords, shownName, membershipId, id, ...rest } = user
    assert.deepEqual(
      Object.keys(user).filter((field) => rowFields.some((one) => one === field)).length,
      rowFields.length,
    )
    const { email, username, givenNames, familyName, phone, tags, properties, extensions, accessRoles, job } = rest
    validateUserFields({
      ...{ email, username, givenNames, familyName, phone, tags, properties, extensions, accessRoles, job },
    })
    assert.ok(accessRoles.every((role) => roles.has(role)) && accessRoles.length > 0)
    assert.ok(job === null || jobTitles.has(job))
    assert.match(id + membershipId, /^[0-9a-f]{48}$/)
    assert.ok(keywords.length > 4 && shownName !== '')
  }
})

test('a number gives the person that it gave before there were custom fields', async (t) => {
  const rollcall = await startRollcall(t)
  const bare = await generator(rollcall)
  await defineSampleFields(rollcall, rollcall.operator)
  const people = await generator(rollcall)
  assert.deepEqual([...customFieldsOf((await catalogueFor(rollcall, rollcall.operator)).tenant).keys()], fieldNames)
  for (let number = 0; number < 500; number += 1) {
    const { extensions, ...rest } = people.person(number)
    const { customFields, ...others } = extensions
    assert.deepEqual({ ...rest, extensions: others }, bare.person(number))
  }
})
