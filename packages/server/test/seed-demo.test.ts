import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import pg from 'pg'
import { seedDemo } from '../src/cli/seed/demo.ts'
import { demoPeople } from '../src/cli/seed/demo-people.ts'
import { catalogueFor } from '../src/cli/seed/load.ts'
import { sampleRoles, sampleTitles } from '../src/cli/seed/sample-catalogue.ts'
import { defineSampleFields } from '../src/cli/seed/sample-custom-fields.ts'
import { readConfig } from '../src/config.ts'
import { requireCustomValues } from '../src/core/custom-fields.ts'
import { customValuesOf, isAdministrator } from '../src/core/index.ts'
import { validateUserFields } from '../src/core/validate.ts'
import { termsOf } from '../src/store/user-terms.ts'
import { cometchatOf } from './cometchat-people.ts'
import { readFixture } from './fixture-format.ts'
import { at, startRollcall, type TestRollcall } from './support.ts'

const password = 'rollcall-demo'
const roleIds = ['619538262eebe7f03bde3db0', '6195382e7fde7e397f8b1f88', '61953833306b4481a5f5a34b']

async function connected({ connection }: TestRollcall): Promise<pg.Client> {
  const client = new pg.Client(connection)
  // The database is dropped under it where a test fails.
  client.on('error', () => {})
  await client.connect()
  return client
}

/** As the command does, but on the test's own database. */
async function load(rollcall: TestRollcall): Promise<number> {
  await defineSampleFields(rollcall, rollcall.operator)
  const users = demoPeople(await catalogueFor(rollcall, rollcall.operator))
  return rollcall.directory.loadUsers(rollcall.operator, {
    roles: Object.values(sampleRoles),
    jobTitles: Object.values(sampleTitles),
    users,
    logins: { password, userIds: users.map(({ id }) => id) },
  })
}

test('the requests of the Cotalker documents give what they say', async (t) => {
  const rollcall = await startRollcall(t)
  assert.equal(await load(rollcall), 130)
  const token = await rollcall.login('edward@cotalker.com', password)

  const byEmail = await rollcall.call('GET', '/api/v2/users?email=nick%40wuxi.com&email=yanxiang%40wuxi.com', { token })
  const found = at(byEmail.body, 'data', 'users')
  assert.ok(Array.isArray(found))
  assert.deepEqual(found.map((user) => at(user, 'email')).sort(), ['nick@wuxi.com', 'yanxiang@wuxi.com'])

  for (const id of ['6194f0345923b62967d7ba46', '581118cf1dabccc92616be4f']) {
    const byId = await rollcall.call('GET', `/api/v2/users/${id}`, { token, admin: true })
    assert.equal(at(byId.body, 'data', '_id'), id)
  }

  const me = await rollcall.call('GET', '/api/v3/users/me', {
    token: await rollcall.login('john.doe@example.com', password),
  })
  const { _id, email, jobTitle, isActive, accessRoles, name, modifiedAt, createdAt } = JSON.parse(me.text).data
  assert.deepEqual(
    { _id, email, jobTitle, isActive, accessRoles, name, createdAt },
    {
      _id: '5fb589b607ae0d8647792ec0',
      email: 'john.doe@example.com',
      jobTitle: 'full-stack developer',
      isActive: true,
      accessRoles: ['5fb58a84444beecfca50a2b4'],
      name: { displayName: '', names: 'John', lastName: 'Doe', secondLastName: '' },
      createdAt: '2019-04-26T22:00:31.263Z',
    },
  )
  assert.equal(modifiedAt, '2020-10-26T14:08:48.220Z')

  const patched = await rollcall.call('PATCH', '/api/v2/users/61953bf9bdc3558a4966e54d', {
    token,
    admin: true,
    body: { phone: '8675309' },
  })
  assert.equal(patched.status, 200)
  assert.deepEqual(
    ['phone', 'accessRoles', 'createdAt'].map((member) => at(patched.body, member)),
    ['8675309', roleIds, '2021-11-17T15:34:42.171Z'],
  )
  assert.equal(at(patched.body, 'companies', 0, '_id'), '61953bd8a1dd11a1943c28be')
})

test('the create sample makes its user, with the keywords in order', async (t) => {
  const rollcall = await startRollcall(t)
  await load(rollcall)
  const made = await rollcall.call('POST', '/api/v2/users?debug=true', {
    token: await rollcall.login('edward@cotalker.com', password),
    admin: true,
    body: {
      name: { displayName: 'Ma Tianbo', names: 'Tianbo', lastName: 'Ma', secondLastName: '' },
      email: 'apple@jingmen.com',
      accessRoles: roleIds,
    },
  })
  assert.ok(made.status === 200 || made.status === 201, made.text)
  assert.deepEqual(at(made.body, 'search'), ['tianbo', 'ma', 'apple', 'jingmen', 'com', 'applejingmencom'])
  assert.deepEqual(at(made.body, 'accessRoles'), roleIds)
})

test('people with different rights may do what their roles say', async (t) => {
  const rollcall = await startRollcall(t)
  await load(rollcall)
  const john = '5fb589b607ae0d8647792ec0'
  const tryAs = async (email: string, body: object) => {
    const token = await rollcall.login(email, password)
    return (await rollcall.call('PATCH', `/api/v2/users/${john}`, { token, admin: true, body })).status
  }
  assert.equal(await tryAs('users.admin@example.com', { jobTitle: 'developer' }), 200)
  assert.equal(await tryAs('users.admin@example.com', { accessRoles: roleIds }), 403)
  assert.equal(await tryAs('access.admin@example.com', { accessRoles: roleIds }), 200)
  assert.equal(await tryAs('access.admin@example.com', { jobTitle: 'pilot' }), 403)
  assert.equal(await tryAs('read.admin@example.com', { jobTitle: 'pilot' }), 403)
  assert.equal(await tryAs('john.doe@example.com', { jobTitle: 'pilot' }), 403)
})

test('the people of the Rocket.Chat documents have what is printed of them', async (t) => {
  const rollcall = await startRollcall(t)
  await load(rollcall)
  const { directory, operator } = rollcall
  const { catalogue } = await directory.getUser(operator, { userId: rollcall.admin.id })
  const people = new Map(demoPeople(catalogue).map((person) => [person.username, person]))
  const printed = [
    ['botkit.user', 'Botkit User', 'bot', 'botkit@user.cm', false, ['bot'], null],
    ['john.m', 'John M', 'human', 'john@m.com', true, ['user'], null],
    ['user.one', 'User One', 'human', 'remego8086@d3ff.com', false, ['livechat-manager', 'livechat-agent'], null],
    ['ciel', 'Ciel', 'human', 'example@test.com', false, ['user'], null],
    ['example', 'Example User', 'human', 'example.user@example.com', false, ['user'], 0],
  ]
  assert.deepEqual(
    printed.map(([username]) => {
      const person = people.get(String(username))
      assert.ok(person)
      const { shownName, kind, email, emailVerified, accessRoles, utcOffset } = person
      const codes = accessRoles.map((id) => catalogue.roles.get(id)?.code)
      return [username, shownName, kind, email, emailVerified, codes, utcOffset]
    }),
    printed,
  )
  const [ciel, admin] = [people.get('ciel'), people.get('rocket.admin')]
  assert.ok(ciel && admin)
  assert.deepEqual(customValuesOf(ciel), { clearance: 'High', team: 'Queen' })
  assert.ok(isAdministrator(admin, catalogue) && !isAdministrator(ciel, catalogue))
})

test('most of the sample staff have values of the custom fields, unless somebody has defined others', async (t) => {
  const rollcall = await startRollcall(t)
  const { directory, operator } = rollcall
  const valuesNow = async () => {
    await defineSampleFields(rollcall, operator)
    return demoPeople(await catalogueFor(rollcall, operator)).map(customValuesOf)
  }
  const values = await valuesNow()
  assert.ok(values.filter(({ clearance }) => clearance !== undefined).length > 80)
  assert.ok(values.filter(({ team }) => team !== undefined).length > 60)

  const customFields = '{"team":{"type":"text"},"clearance":{"type":"select","options":["none"]}}'
  await directory.updateTenant(operator, { changes: { settings: { customFields } } })
  assert.deepEqual(new Set((await valuesNow()).flatMap(Object.keys)), new Set(['team']))
  assert.equal((await directory.getTenant(operator, {})).settings.customFields, customFields)
})

test('the sample company: valid, symmetric, with its events, and nobody twice', async (t) => {
  const rollcall = await startRollcall(t)
  await load(rollcall)
  await rollcall.store.reads.round()
  const catalogue = await rollcall.store.reads.catalogue(rollcall.tenant.id)
  assert.ok(catalogue)
  const people = demoPeople(catalogue)
  const ids = new Set(people.map(({ id }) => id))
  assert.equal(ids.size, 130)
  assert.ok(people.every(({ email }) => email !== 'apple@jingmen.com'))
  assert.ok(people.filter(({ active }) => !active).length >= 5)
  assert.equal(people.filter(({ kind }) => kind === 'bot').length, 2)
  for (const { email, username, givenNames, familyName, secondFamilyName, phone, tags, accessRoles, job } of people) {
    validateUserFields({ email, username, givenNames, familyName, secondFamilyName, phone, tags, accessRoles, job })
    assert.ok(accessRoles.every((id) => catalogue.roles.has(id)))
    assert.ok(job === null || catalogue.jobTitles.has(job))
  }
  for (const { extensions } of people) {
    if ('customFields' in extensions) requireCustomValues({}, extensions, catalogue.tenant)
  }
  for (const person of people) {
    const stored = await rollcall.store.reads.user(rollcall.tenant.id, person.id)
    assert.deepEqual({ ...stored, revision: 0, passwordModifiedAt: null }, { ...person, revision: 0 })
    for (const boss of person.bosses) {
      const chief = people.find(({ id }) => id === boss)
      assert.ok(chief?.subordinates.includes(person.id))
    }
  }

  const client = await connected(rollcall)
  const events = await client.query<{ id: string }>(
    `select subject_id as id from events where type = 'user.created' and subject_id = any($1)`,
    [[...ids]],
  )
  assert.equal(events.rows.length, 130)
  const terms = await client.query<{ id: string; terms: string[] }>(
    'select user_id as id, array_agg(term order by term) as terms from user_terms group by user_id',
  )
  const termsById = new Map(terms.rows.map((row) => [row.id, row.terms]))
  for (const person of people) assert.deepEqual(termsById.get(person.id)?.sort(), termsOf(person).sort())

  const eventCount = async () => (await client.query<{ n: number }>('select count(*)::int as n from events')).rows[0]?.n
  const before = await eventCount()
  assert.equal(await load(rollcall), 0)
  assert.equal(await eventCount(), before)
  await client.end()
})

test('a company that lacks people gets them back, with their bosses and passwords; the others stay', async (t) => {
  const rollcall = await startRollcall(t)
  const { connection, directory, operator, tenant } = rollcall
  const session = {
    ...rollcall,
    database: { connection, kind: 'external', ensure: async () => {}, close: async () => {} },
    defaultTenant: tenant,
    firstAdmin: null,
    forgetFirstSecrets: async () => {},
    close: async () => {},
  } as const
  await seedDemo(session, readConfig({}), operator, tenant)
  const [lead, nick, ciel] = ['6a00000000000000000e0007', '6194f0345923b62967d7ba46', '6a00000000000000000d0010']
  const before = (await directory.getUser(operator, { userId: lead })).user
  assert.ok(before.bosses.length === 1 && before.subordinates.length > 0)
  for (const userId of [lead, ciel]) await directory.deleteUser(operator, { userId })
  await directory.updateUser(operator, { userId: nick, changes: { phone: '8675309' } })

  await seedDemo(session, readConfig({}), operator, tenant)
  const after = (await directory.getUser(operator, { userId: lead })).user
  assert.deepEqual([after.bosses, after.subordinates.toSorted()], [before.bosses, before.subordinates.toSorted()])
  for (const id of [...after.bosses, ...after.subordinates]) {
    const { bosses, subordinates } = (await directory.getUser(operator, { userId: id })).user
    assert.ok([...bosses, ...subordinates].includes(lead))
  }
  assert.equal((await directory.getUser(operator, { userId: nick })).user.phone, '8675309')
  await rollcall.login('example@test.com', password)
})

test("the heroes of CometChat's documents are as printed, seen by superhero4 and by nobody in particular", async (t) => {
  const rollcall = await startRollcall(t)
  const { connection, directory, operator, tenant } = rollcall
  // Somebody has made that page's role before.
  await directory.createRole(operator, { code: 'manager', name: 'Manager', permissions: [] })
  const session = {
    ...rollcall,
    database: { connection, kind: 'external', ensure: async () => {}, close: async () => {} },
    defaultTenant: tenant,
    firstAdmin: null,
    forgetFirstSecrets: async () => {},
    close: async () => {},
  } as const
  await seedDemo(session, readConfig({}), operator, tenant)
  const { exchanges } = readFixture(
    path.join(import.meta.dirname, '../src/dialects/cometchat/fixtures/users-list.json'),
  )
  const { keys } = await cometchatOf(rollcall)
  const printed = exchanges.slice(0, 2)
  for (const { request, reply } of printed) {
    const headers = { apikey: keys.fullAccess, ...request.headers }
    const { body } = await rollcall.call('GET', request.path, { headers })
    for (const member of ['data', 'meta.pagination', 'cursor.updatedAt', 'cursor.affix']) {
      assert.deepEqual(at(body, ...member.split('.')), at(reply.body, ...member.split('.')), member)
    }
  }
  assert.equal(printed.length, 2)
})

test('the command loads once, says so the second time, and refuses bad arguments in one line', async (t) => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'rollcall-seed-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const main = path.join(import.meta.dirname, '../src/main.ts')
  const env = { ...process.env, ROLLCALL_DATA_DIR: dataDir, ROLLCALL_ADMIN_PASSWORD: 'secret-admin' }
  const seed = (...args: string[]) => promisify(execFile)(process.execPath, [main, 'seed', ...args], { env })

  const first = await seed('--demo')
  assert.ok(first.stderr.includes(`Made the default tenant in ${dataDir}; its administrator is `), first.stderr)
  assert.match(first.stdout, /^Made 130 people/)
  assert.match(first.stdout, /with the password rollcall-demo/)
  assert.match(first.stdout, /curl -s/)
  assert.match(first.stdout, /v3\/users' -H 'apikey: [0-9a-f]{40}'/)
  assert.match(first.stdout, /users\.list\?query=%7B%22customFields\.clearance%22%3A%22High%22%7D&fields=%7B/)
  assert.match(
    (await seed('--demo')).stdout,
    /^The sample people are there already \(130 of 130\)\. Nothing was changed\./,
  )
  for (const [args, line] of [
    [[], /Say what to load/],
    [['--demo', '--tenant', 'nobody'], /--tenant: there is no tenant nobody/],
  ] as const) {
    await assert.rejects(seed(...args), (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 2)
      assert.match(error.stderr, line)
      assert.equal(error.stderr.trim().split('\n').length, 1)
      return true
    })
  }
})
