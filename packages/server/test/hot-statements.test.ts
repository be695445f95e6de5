import assert from 'node:assert/strict'
import { after, before, describe, mock, test } from 'node:test'
import pg from 'pg'
import { PeopleGenerator } from '../src/cli/seed/generated-people.ts'
import { catalogueFor } from '../src/cli/seed/load.ts'
import { sampleRoles, sampleTitles } from '../src/cli/seed/sample-catalogue.ts'
import type { User } from '../src/core/index.ts'
import { settleUsers } from '../src/store/bulk-users.ts'
import { cometchatOf } from './cometchat-people.ts'
import { workspaceOf } from './rocketchat-people.ts'
import { adminEmail, adminPassword, type Reply, startRollcall } from './support.ts'

/** What requests really send to the database is asked again with EXPLAIN: every statement by an index. */
const rollcall = await startRollcall({ after })
const { directory, operator, connection, adminToken } = rollcall
const people = 40_000
const batch = 4000

interface Sent {
  readonly name: string | undefined
  readonly text: string
  readonly values: readonly unknown[]
}
const query = mock.method(pg.Client.prototype, 'query')
after(() => query.mock.restore())

/** What was sent since the last call of it, whichever connection it went over. */
function takeSent(): Sent[] {
  const sent = query.mock.calls.map(({ arguments: [first, second] }: { arguments: readonly unknown[] }): Sent => {
    const config = typeof first === 'string' ? { text: first, values: second } : Object(first)
    const { name, text, values } = config
    return {
      name: typeof name === 'string' ? name : undefined,
      text: typeof text === 'string' ? text : '',
      values: Array.isArray(values) ? values : [],
    }
  })
  query.mock.resetCalls()
  return sent.filter(({ text }) => /\b(?:select|insert|update|delete)\b/.test(text))
}
const isRound = ({ text }: Sent) => text.includes('pg_current_snapshot()') && text.includes('from events where xid >=')

const client = new pg.Client(connection)
client.on('error', () => {})
await client.connect()
after(() => client.end())

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Loops'?: number
  readonly Plans?: readonly PlanNode[]
}
/** Without what was not run: of two roads of one statement only one is taken. */
const nodesOf = (plan: PlanNode): PlanNode[] =>
  plan['Actual Loops'] === 0 ? [] : [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
/** A tenant has a handful of each, all of them read at once. */
const small = new Set(['tenants', 'access_roles', 'job_titles'])

/** The tables that a statement reads from end to end. Of writes and of prepared statements only the plan is made. */
async function scannedBy({ name, text, values }: Sent): Promise<string[]> {
  const explain = async (): Promise<string[]> => {
    const ask = async () => {
      if (name === undefined) {
        const run = /\b(?:insert|update|delete)\b/.test(text) ? '' : 'analyze, timing off, '
        return client.query(`explain (${run}format json) ${text}`, [...values])
      }
      // As the connection plans it after some uses: for any values.
      await client.query(`set local plan_cache_mode = force_generic_plan; deallocate all; prepare hot as ${text}`)
      const nulls = values.length === 0 ? '' : `(${values.map(() => 'null').join()})`
      return client.query(`explain (format json) execute hot${nulls}`)
    }
    const { rows } = await ask()
    const plans: PlanNode[] = rows.flatMap((row) =>
      Object(row)['QUERY PLAN'].map((one: { Plan: PlanNode }) => one.Plan),
    )
    const tables = plans.flatMap(nodesOf).flatMap((node) => {
      return node['Node Type'].includes('Seq Scan') ? (node['Relation Name'] ?? []) : []
    })
    return [...new Set(tables)].filter((table) => !small.has(table))
  }
  await client.query('begin')
  try {
    const scanned = await explain()
    if (scanned.every((table) => large.has(table))) return scanned
    // What is small here is read at once whatever indexes it has: does one lead there?
    await client.query('set local enable_seqscan = off')
    return await explain()
  } finally {
    await client.query('rollback')
  }
}
const large = new Set(['users', 'user_terms', 'user_texts'])

async function requireIndexes(sent: readonly Sent[], what: string): Promise<void> {
  for (const one of sent) assert.deepEqual(await scannedBy(one), [], `${what}: ${one.name ?? one.text}`)
}

const app = await cometchatOf(rollcall)
const workspace = workspaceOf(rollcall)
const admin = await workspace.memberIn(['admin'])
const cotalker = (path: string) => rollcall.call('GET', `/api/v2/users${path}`, { token: adminToken, admin: true })
const rocketchat = (path: string) => workspace.get(path, admin)
let known: User
let callers: Record<string, () => Promise<Reply>>

before(async () => {
  await directory.loadUsers(operator, {
    roles: Object.values(sampleRoles),
    jobTitles: Object.values(sampleTitles),
    users: [],
  })
  const generator = new PeopleGenerator(1, await catalogueFor(rollcall, operator))
  for (let first = 0; first < people; first += batch) {
    const users = Array.from({ length: batch }, (_, n) => generator.person(first + n))
    await directory.loadUsers(operator, { users })
  }
  await settleUsers(connection)
  known = generator.person(777)
  const { fieldStaff, surveyors } = sampleRoles
  const [title] = Object.values(sampleTitles)
  const byUid = `/users/${known.uid}`
  const asKnown = await app.as(known)
  const patch = (phone: string) =>
    rollcall.call('PATCH', `/api/v2/users/${known.id}`, { token: adminToken, admin: true, body: { phone } })
  callers = {
    'a login': () => rollcall.call('POST', '/auth/local', { body: { email: adminEmail, password: adminPassword } }),
    'Cotalker: me': () => cotalker('/me'),
    'Cotalker: by id': () => cotalker(`/${known.id}`),
    'Cotalker: newest first': () => cotalker('?limit=100'),
    'Cotalker: active, with a total': () => cotalker('?limit=100&isActive=true&count=true'),
    'Cotalker: a deep page': () => cotalker('?limit=100&page=190'),
    'Cotalker: a word': () => cotalker(`?limit=100&search=quispe`),
    'Cotalker: a beginning that many have': () => cotalker('?limit=100&search=mar'),
    'Cotalker: a beginning that many have, with a total': () =>
      cotalker('?limit=100&search=mar&isActive=true&count=true'),
    'Cotalker: a role': () => cotalker(`?limit=100&accessRoles[]=${surveyors.id}&isActive=true`),
    'Cotalker: a job title': () => cotalker(`?limit=100&jobs[]=${title?.id}`),
    'Cotalker: an address': () => cotalker(`?email=${known.email}`),
    'Cotalker: a change': () => patch('1'),
    'Rocket.Chat: by id': () => rocketchat(`users.info?userId=${known.id}`),
    'Rocket.Chat: by username': () => rocketchat(`users.info?username=${known.username}`),
    'Rocket.Chat: everybody': () => rocketchat('users.list?count=100'),
    'Rocket.Chat: a deep page': () => rocketchat('users.list?count=100&offset=20000'),
    'Rocket.Chat: a fragment': () => rocketchat('users.list?count=100&query={"name":{"$regex":"uisp","$options":"i"}}'),
    'Rocket.Chat: a beginning': () => rocketchat('users.list?count=100&query={"username":{"$regex":"^mar"}}'),
    'Rocket.Chat: autocomplete': () => rocketchat('users.autocomplete?selector={"term":"quisp"}'),
    'Rocket.Chat: who is here': () => rocketchat('users.presence'),
    'Rocket.Chat: a presence': () => workspace.post('users.setStatus', { message: 'x', status: 'busy' }, admin),
    'Rocket.Chat: a new user': () =>
      workspace.post(
        'users.create',
        { email: 'new@example.com', name: 'New', username: 'new', password: 'a long password' },
        admin,
      ),
    'CometChat: by uid': () => app.full('GET', byUid),
    'CometChat: newest first': () => app.full('GET', '/users?perPage=100'),
    'CometChat: a deep page': () => app.full('GET', '/users?perPage=100&page=200'),
    'CometChat: by name': () => app.full('GET', '/users?perPage=100&sortBy=name'),
    'CometChat: a beginning': () => app.full('GET', '/users?perPage=100&searchKey=mar'),
    'CometChat: a beginning, by name': () => app.full('GET', '/users?perPage=100&searchKey=mar&sortBy=name'),
    'CometChat: a beginning, for a user': () => asKnown('GET', '/users?perPage=100&searchKey=mar'),
    'CometChat: members': () => asKnown('GET', '/users?perPage=100'),
    'CometChat: roles': () => app.full('GET', `/users?perPage=100&roles=${fieldStaff.code},${surveyors.code}`),
    'CometChat: the ordinary role': () => app.full('GET', '/users?perPage=100&role=default'),
    'CometChat: tags': () => app.full('GET', '/users?perPage=100&tags=north,driver'),
    'CometChat: some uids': () => app.full('GET', `/users?perPage=100&uids=${known.uid},nobody`),
    'CometChat: who changed': () => app.full('GET', '/users?perPage=100&updatedAt=1700000000&affix=append'),
    'CometChat: a change': () => app.full('PUT', byUid, { body: { metadata: { x: 1 } } }),
    'CometChat: a new user': () => app.full('POST', '/users', { body: { uid: 'made', name: 'Made' } }),
    'CometChat: a token': () => app.full('POST', `${byUid}/auth_tokens`, { body: {} }),
    'CometChat: a user goes': () => app.full('DELETE', '/users/made', { body: { permanent: true } }),
  }
})

const statements: Sent[] = []

describe(`requests on ${people} users`, () => {
  test('ask indexes with each of their statements', async () => {
    for (const [what, call] of Object.entries(callers)) {
      takeSent()
      const reply = await call()
      const sent = takeSent()
      assert.ok(reply.status < 300, `${what}: ${reply.status} ${reply.text.slice(0, 200)}`)
      statements.push(...sent)
      await requireIndexes(sent, what)
    }
    // The test heard of those it is about.
    const names = new Set(statements.map(({ name }) => name))
    for (const name of ['inserted-user', 'updated-user', 'lock-users']) assert.ok(names.has(name), name)
    assert.ok(statements.some(isRound))
  })

  test('the test sees a statement that no index answers', async () => {
    takeSent()
    await rocketchat('users.list?count=100&query={"name":{"$regex":"x","$options":"i"}}')
    await assert.rejects(requireIndexes(takeSent(), 'a letter anywhere'), /a letter anywhere/)
  })

  test('a list of 100 takes one statement, two when the cache misses, none while nothing changed, besides the round', async () => {
    const other = await rollcall.another()
    const ask = async (path: string): Promise<number> => {
      takeSent()
      const reply = await other.call('GET', `/api/v2/users${path}`, { token: adminToken, admin: true })
      assert.equal(reply.status, 200)
      return takeSent().filter((one) => !isRound(one)).length
    }
    await ask('/me')
    assert.equal(await ask('?limit=100'), 2, 'users that this server has not read')
    assert.equal(await ask('?limit=99'), 1, 'users that it has')
    assert.equal(await ask('?limit=98&count=true'), 1, 'with their total')
    assert.equal(await ask('?limit=100'), 0, 'the very same list')
    await directory.updateUser(operator, { userId: known.id, changes: { phone: '2' } })
    assert.equal(await ask('?limit=100'), 2, 'somebody has changed')
  })
})
