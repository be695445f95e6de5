import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { PeopleGenerator } from '../src/cli/seed/generated-people.ts'
import { catalogueFor } from '../src/cli/seed/load.ts'
import { sampleRoles, sampleTitles } from '../src/cli/seed/sample-catalogue.ts'
import type { Condition, SortKey, Test, TextField, UserLink } from '../src/core/index.ts'
import { settleUsers } from '../src/store/bulk-users.ts'
import { type PageRow, userPage } from '../src/store/user-page.ts'
import { startRollcall } from './support.ts'

const people = 100_000
const batch = 4000

const rollcall = await startRollcall({ after })
const { directory, operator, connection, tenant } = rollcall
const client = new pg.Client(connection)
client.on('error', () => {})
await client.connect()
after(() => client.end())

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Loops': number
  /** Of each loop. */
  readonly 'Actual Rows': number
  readonly Plans?: readonly PlanNode[]
}
/** Those that were run: of two roads of one statement only one is taken. */
const nodesOf = (plan: PlanNode): PlanNode[] =>
  plan['Actual Loops'] === 0 ? [] : [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

interface Asked {
  readonly where?: Condition
  readonly order: readonly SortKey[]
  readonly offset?: number
}

/** How PostgreSQL answers: the tables that it reads from end to end, and the indexes that it uses. */
async function planOf({ where, order, offset = 0 }: Asked) {
  const { text, values } = userPage(tenant.id, { filter: { where }, order, limit: 100, offset, total: true })
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, timing off, format json) ${text}`,
    [...values],
  )
  const nodes = rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)))
  const scanned = nodes.flatMap((node) => (node['Node Type'].includes('Seq Scan') ? (node['Relation Name'] ?? []) : []))
  const indexes = nodes.flatMap((node) => node['Index Name'] ?? [])
  const blocks = nodes
    .filter((node) => node['Relation Name'] === 'user_blocks')
    .reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0)
  const [page] = (await client.query<PageRow>(text, [...values])).rows
  return { scanned: [...new Set(scanned)].sort(), indexes: new Set(indexes), blocks, total: page?.total ?? 0 }
}

const at = (
  field: 'uid' | 'shownName' | 'tags' | 'accessRoles' | 'status',
  asked: Test,
  path: string[] = [],
): Condition => ({
  at: { field, path },
  test: asked,
})
const starts = (field: 'uid' | 'shownName', text: string) => at(field, { op: 'starts', text })
const anyOf = (field: 'tags' | 'accessRoles' | 'status', values: readonly string[]) => at(field, { op: 'in', values })
const uidLast = { field: 'uid', path: [], direction: 'asc' } as const
const orders = {
  'newest first': [{ field: 'createdAt', path: [], direction: 'desc' }, uidLast],
  'by name': [{ field: 'foldedName', path: [], direction: 'asc' }, uidLast],
} as const
const orderIndex = { 'newest first': 'users_created', 'by name': 'users_folded_name' } as const

const both = (text: string) => ({ any: [starts('uid', text), starts('shownName', text)] })
/** Sets of up to this many are fetched and sorted; of larger ones the order's index is walked. */
const rare = 2000
const byCode = new Map((await directory.everyRole(operator, { right: null })).map(({ code, id }) => [code, id]))
const roles = (...codes: string[]) => codes.map((code) => byCode.get(code) ?? code)

/** Who has blocked some, and was blocked by others. */
const { user: viewer } = await directory.createUser(operator, { uid: 'viewer', name: 'Viewer' })
const active: Condition = { at: { field: 'active', path: [] }, test: { op: 'in', values: [true] } }
const fragment = (contains: string, ...more: TextField[]): Condition => ({
  contains,
  within: ['username', 'shownName', ...more],
})
const link = (kind: UserLink): Condition => ({ link: kind, of: viewer.id })

/** What is asked, the indexes that lead to it, and whether those are many. */
const conditions: [string, Condition, readonly string[], 'few' | 'many'][] = [
  ['a rare beginning of uids', starts('uid', '52'), ['users_uid_key'], 'few'],
  ['a common beginning of uids', starts('uid', '56'), ['users_uid_key'], 'many'],
  ['a rare beginning of names', starts('shownName', 'Martín A'), ['users_folded_name'], 'few'],
  ['a common beginning of names', starts('shownName', 'ma'), ['users_folded_name'], 'many'],
  ['a rare beginning of either', both('52'), ['users_uid_key', 'users_folded_name'], 'few'],
  ['a common beginning of either', both('ma'), ['users_uid_key', 'users_folded_name'], 'many'],
  ['one tag', anyOf('tags', ['north']), ['user_terms_pkey'], 'many'],
  ['some tags', anyOf('tags', ['north', 'mentor', 'nobody has it']), ['user_terms_pkey'], 'many'],
  ['a rare role', anyOf('accessRoles', roles('admin')), ['user_terms_pkey', 'user_counts_pkey'], 'few'],
  ['one role', anyOf('accessRoles', roles('guest')), ['user_terms_pkey', 'user_counts_pkey'], 'many'],
  ['some roles', anyOf('accessRoles', roles('moderator', 'guest')), ['user_terms_pkey'], 'many'],
  ['a first role', at('accessRoles', { op: 'in', values: roles('guest') }, ['0']), ['user_terms_pkey'], 'many'],
  [
    'a tag and a beginning',
    { all: [both('mart'), anyOf('tags', ['north'])] },
    ['users_uid_key', 'users_folded_name'],
    'few',
  ],
  ['blocked by somebody', link('blocked-by'), ['user_blocks_pkey'], 'few'],
  [
    'a block in either direction, with active people',
    { all: [{ any: [link('blocked-by'), link('has-blocked')] }, active] },
    ['user_blocks_pkey', 'user_blocks_blocked'],
    'few',
  ],
  ['a rare fragment of names', fragment('anillante'), ['user_texts_fragments'], 'few'],
  ['a fragment of names that ends each address', fragment('org'), ['user_texts_fragments'], 'few'],
  ['a fragment of an address', fragment('.12@ex', 'email'), ['user_texts_fragments'], 'few'],
  ['who is here', { not: anyOf('status', ['offline']) }, ['user_presence_status'], 'few'],
]

/** Three hundred each way with the viewer, among many others'. */
async function blockMany(): Promise<void> {
  const some = '(select id from users where tenant_id = $1 and id <> $2 order by id limit 300)'
  await client.query(
    `insert into user_blocks (tenant_id, user_id, blocked_id, at)
      select $1, $2, one.id, now() from ${some} one
      union all select $1, one.id, $2, now() from ${some} one
      union all select $1, one.id, other.id, now() from ${some} one cross join ${some} other where one.id <> other.id`,
    [tenant.id, viewer.id],
  )
  await client.query('analyze user_blocks')
}

describe(`pages of ${people} users`, () => {
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
    const here = Array.from({ length: 300 }, (_, n) => generator.person(n * 300))
    const sightings = here.map(({ id: userId }) => ({ tenantId: tenant.id, userId, at: rollcall.clock.now() }))
    await directory.recordPresence(operator, sightings)
    await blockMany()
    await settleUsers(connection)
  })

  for (const name of ['newest first', 'by name'] as const) {
    const order = orders[name]

    test(`everybody ${name}: the index of the order, nothing sorted from end to end`, async () => {
      for (const offset of [0, 100, 2000]) {
        const { scanned, indexes } = await planOf({ order, offset })
        assert.deepEqual([scanned.includes('users'), indexes.has(orderIndex[name])], [false, true], `from ${offset}`)
      }
    })

    for (const [what, where, roads, size] of conditions) {
      test(`${what}, ${name}: by indexes`, async () => {
        const { scanned, indexes, total } = await planOf({ where, order })
        assert.ok(total > 0 && total > rare === (size === 'many'), `${total} users`)
        assert.deepEqual(scanned, [])
        const expected = size === 'many' ? [...roads, orderIndex[name]] : [...roads, 'users_pkey']
        for (const index of expected) assert.ok(indexes.has(index), `${index} is not among ${[...indexes].join(', ')}`)
      })
    }
  }

  test('who is left when blocks hide people: the list of blocks is not gone through for everybody', async () => {
    const where = { all: [active, { not: link('blocked-by') }, { not: link('has-blocked') }] }
    for (const order of Object.values(orders)) {
      const { blocks, total } = await planOf({ where, order })
      assert.ok(total > people / 2 && total < people, `${total} users`)
      assert.ok(blocks < people, `${blocks} blocks were read`)
    }
  })

  test('the test sees a scan from end to end', async () => {
    const where: Condition = { at: { field: 'phone', path: [] }, test: { op: 'in', values: ['1'] } }
    assert.deepEqual((await planOf({ where, order: [{ field: 'phone', path: [], direction: 'asc' }] })).scanned, [
      'users',
    ])
  })
})
