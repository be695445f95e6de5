import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import type pg from 'pg'
import type { Condition, SortKey, User, UserQuery } from '../src/core/index.ts'
import { openCaches } from '../src/store/caches.ts'
import { Lanes, type Querying } from '../src/store/lanes.ts'
import { createReads } from '../src/store/reads.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { connection, directory, operator, store, tenant } = rollcall
const tenantId = tenant.id

/** The caches of a process of its own, which counts the statements it sends beside its rounds. */
function anotherProcess() {
  const real = new Lanes({ connection, count: 1, statementTimeout: 5000, ensure: async () => {} })
  const caches = openCaches({ connection, ensure: async () => {}, onError: () => {} })
  let sent = 0
  let gate: Promise<void> | null = null
  let reached: () => void = () => {}
  const counting: Querying = {
    query: async <Row extends pg.QueryResultRow>(statement: Parameters<Querying['query']>[0]): Promise<Row[]> => {
      sent += 1
      const rows = await real.query<Row>(statement)
      reached()
      await gate
      return rows
    },
  }
  after(async () => {
    await caches.freshness.close()
    await real.close()
  })
  const everyUser = store.reads.everyUser
  const reads = createReads({ lanes: counting, slow: counting, patterns: counting, ...caches, everyUser })
  return {
    reads,
    statements: async (work: () => Promise<unknown>): Promise<number> => {
      const before = sent
      await work()
      return sent - before
    },
    /** Holds the next answer back from the cache until it is let go. */
    pause: () => {
      const opened = Promise.withResolvers<void>()
      const arrived = new Promise<void>((resolve) => {
        reached = resolve
      })
      gate = opened.promise
      return {
        arrived,
        release: () => {
          gate = null
          opened.resolve()
        },
      }
    },
  }
}

/** Ids grow with time. */
const newest: UserQuery = {
  filter: {},
  order: [{ field: 'id', path: [], direction: 'desc' }],
  limit: 10,
  offset: 0,
  total: true,
}
const made = async (name: string): Promise<User> => {
  const { user } = await directory.createUser(operator, { email: `${name}@rollcall.example`, givenNames: name })
  return user
}
const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id)

describe('whole pages', () => {
  test('the same page again takes no statement, until anybody of the tenant changes, in whichever process', async () => {
    const [one, two] = [await made('whole-one'), await made('whole-two')]
    const { reads, statements } = anotherProcess()
    await reads.round()
    const first = await reads.users(tenantId, newest)
    assert.deepEqual(ids(first.items).slice(0, 2), [two.id, one.id])
    await reads.round()
    assert.equal(await statements(() => reads.users(tenantId, { ...newest })), 0)
    assert.equal(await reads.users(tenantId, newest), first)

    await directory.updateUser(operator, { userId: one.id, changes: { phone: '1' } })
    await reads.round()
    const second = await reads.users(tenantId, newest)
    assert.deepEqual(
      second.items.slice(0, 2).map(({ phone }) => phone),
      [null, '1'],
    )
    const third = await made('whole-three')
    await reads.round()
    assert.equal((await reads.users(tenantId, newest)).items[0]?.id, third.id)
    assert.equal((await reads.users(tenantId, newest)).total, (second.total ?? 0) + 1)
  })

  test("another tenant's changes leave a page as it is", async () => {
    const other = directory.operator(directory.newId())
    const admin = { email: 'admin@other.example', password: 'Others-pass-word-1' }
    await directory.createTenant(other, { appId: 'other', name: 'Other', admin })
    const { reads, statements } = anotherProcess()
    await reads.round()
    await reads.users(tenantId, newest)
    await directory.createUser(other, { email: 'who@other.example', givenNames: 'Who' })
    await reads.round()
    assert.equal(await statements(() => reads.users(tenantId, newest)), 0)
  })

  test('a page during whose fetch somebody changed is given, and not kept', async () => {
    const person = await made('meanwhile')
    const { reads, statements, pause } = anotherProcess()
    await reads.round()
    const { arrived, release } = pause()
    const early = reads.users(tenantId, newest)
    await arrived
    await directory.updateUser(operator, { userId: person.id, changes: { phone: '2' } })
    await reads.round()
    release()
    await early
    assert.equal(await statements(() => reads.users(tenantId, newest)), 1)
    assert.equal((await reads.users(tenantId, newest)).items[0]?.phone, '2')
  })

  test('a text that looks like a date is asked for apart from that date', async () => {
    const { user } = await directory.createUser(operator, { email: 'dated@rollcall.example', givenNames: 'Dated' })
    const at = user.createdAt
    const asking = (value: string | Date): UserQuery => ({
      ...newest,
      filter: { where: { at: { field: 'createdAt', path: [] }, test: { op: 'at-least', value } } },
    })
    const { reads } = anotherProcess()
    await reads.round()
    assert.equal((await reads.users(tenantId, asking(at))).items.length > 0, true)
    assert.deepEqual((await reads.users(tenantId, asking(at.toISOString()))).items, [])
  })
})

describe('who is here, of a page', () => {
  const seen = (userId: string) => directory.recordPresence(operator, [{ tenantId, userId, at: new Date() }])

  test('is kept with it, and read anew when somebody came, while the page stays', async () => {
    const person = await made('comes')
    const { reads, statements } = anotherProcess()
    await reads.round()
    const page = await reads.users(tenantId, newest)
    assert.equal((await reads.presences(tenantId, page.items)).get(person.id), undefined)
    await reads.round()
    assert.equal(await statements(() => reads.presences(tenantId, page.items)), 0)
    await seen(person.id)
    await reads.round()
    assert.equal(await reads.users(tenantId, newest), page)
    assert.equal((await reads.presences(tenantId, page.items)).get(person.id)?.status, 'online')
  })

  test('a page that is chosen by it is never kept', async () => {
    const person = await made('chosen')
    const here: Condition = { at: { field: 'status', path: [] }, test: { op: 'in', values: ['online'] } }
    const asked: UserQuery = { ...newest, filter: { where: here } }
    const { reads } = anotherProcess()
    await reads.round()
    assert.equal(ids((await reads.users(tenantId, asked)).items).includes(person.id), false)
    await seen(person.id)
    await reads.round()
    assert.equal(ids((await reads.users(tenantId, asked)).items).includes(person.id), true)
  })
})

test('whatever changes, and whoever asks what in between: kept pages are what the database says', async () => {
  const people = await Promise.all(['pa', 'pb', 'pc', 'pd', 'pe'].map((name) => made(`property-${name}`)))
  const [keeping, asking] = [anotherProcess(), anotherProcess()]
  const order = (field: SortKey['field']): readonly SortKey[] => [{ field, path: [], direction: 'asc' }]
  const queries: readonly UserQuery[] = [
    newest,
    { ...newest, limit: 2, offset: 1 },
    { ...newest, order: order('username'), limit: 3 },
    { ...newest, filter: { active: true }, total: true },
    { ...newest, filter: { where: { contains: 'property', within: ['username'] } }, order: order('foldedName') },
  ]
  const change = fc.oneof(
    fc.record({ kind: fc.constant('phone' as const), who: fc.nat(4), phone: fc.stringMatching(/^[0-9]{1,4}$/) }),
    fc.record({ kind: fc.constant('name' as const), who: fc.nat(4), displayName: fc.stringMatching(/^[a-z]{1,5}$/) }),
    fc.record({ kind: fc.constant('activity' as const), who: fc.nat(4) }),
    fc.record({ kind: fc.constant('seen' as const), who: fc.nat(4) }),
    fc.record({ kind: fc.constant('ask' as const), which: fc.nat(queries.length - 1) }),
  )
  const apply = async (step: typeof change extends fc.Arbitrary<infer Step> ? Step : never): Promise<void> => {
    if (step.kind === 'ask') return
    const userId = people[step.who]?.id ?? ''
    if (step.kind === 'phone') await directory.updateUser(operator, { userId, changes: { phone: step.phone } })
    else if (step.kind === 'name') {
      await directory.updateUser(operator, { userId, changes: { displayName: step.displayName } })
    } else if (step.kind === 'seen') await directory.recordPresence(operator, [{ tenantId, userId, at: new Date() }])
    else {
      const { user } = await directory.getUser(operator, { userId })
      await directory.updateUser(operator, { userId, changes: { active: !user.active } })
    }
  }
  const answer = async ({ reads }: ReturnType<typeof anotherProcess>, query: UserQuery) => {
    const page = await reads.users(tenantId, query)
    const presences = await reads.presences(tenantId, page.items)
    return { ...page, items: [...page.items], here: [...presences].sort(([one], [other]) => (one < other ? -1 : 1)) }
  }
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (steps) => {
      for (const step of steps) {
        await apply(step)
        const query = queries[step.kind === 'ask' ? step.which : 0] ?? newest
        await keeping.reads.round()
        const kept = await answer(keeping, query)
        const fresh = await answer(asking, query)
        assert.deepEqual(kept, fresh)
      }
    }),
    { numRuns: 25 },
  )
})
