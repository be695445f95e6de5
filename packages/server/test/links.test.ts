import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { type Condition, draftUser, type UserLink, withDerived } from '../src/core/index.ts'
import { openApp } from './apps.ts'
import { openStored } from './stored.ts'
import { countingIds, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, store, tenant, clock } = rollcall
const app = openApp(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const client = new pg.Client(rollcall.connection)
client.on('error', () => {})
await client.connect()
after(() => client.end())

const people = async (prefix: string, count: number): Promise<string[]> => {
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) ids.push((await app.user(`${prefix}-${n}`)).id)
  return ids.sort()
}
const rows = async (table: 'user_blocks' | 'user_friends', other: 'blocked_id' | 'friend_id', of: readonly string[]) =>
  (
    await client.query<{ row: string }>(
      `select user_id || '>' || ${other} as row from ${table} where user_id = any($1) order by 1`,
      [of],
    )
  ).rows.map(({ row }) => row)
const friendRows = (of: readonly string[]) => rows('user_friends', 'friend_id', of)
const blockRows = (of: readonly string[]) => rows('user_blocks', 'blocked_id', of)
const chosen = async (where: Condition): Promise<string[]> => {
  const order = [{ field: 'id', path: [], direction: 'asc' }] as const
  const page = await directory.browseUsers(operator, { where, order, limit: 1000, offset: 0, total: true })
  assert.equal(page.total, page.users.length)
  return page.users.map(({ id }) => id)
}

describe('links between users', () => {
  test('friends are friends of each other, blocks go one way, and a repeat changes nothing', async () => {
    const [a = '', b = '', c = ''] = await people('first', 3)
    const unknown = 'f'.repeat(24)
    const linking = { userId: a, otherIds: [b, c, b, unknown] }
    assert.deepEqual((await directory.befriendUsers(operator, linking)).sort(), [b, c])
    assert.deepEqual((await directory.blockUsers(operator, linking)).sort(), [b, c])
    assert.deepEqual(await friendRows([a, b, c]), [`${a}>${b}`, `${a}>${c}`, `${b}>${a}`, `${c}>${a}`])
    assert.deepEqual(await blockRows([a, b, c]), [`${a}>${b}`, `${a}>${c}`])
    await stored.unchanged(async () => {
      assert.deepEqual(await directory.befriendUsers(operator, { userId: b, otherIds: [a] }), [])
      assert.deepEqual(await directory.befriendUsers(operator, linking), [])
      assert.deepEqual(await directory.blockUsers(operator, linking), [])
    })
    const at = clock.now()
    const both = await directory.blocksBetween(operator, { viewerId: b, ids: [a, c] })
    assert.deepEqual([...both], [[a, { byViewer: null, byOther: at }]])
    assert.deepEqual(await directory.unfriendUsers(operator, { userId: b, otherIds: [a, c, unknown] }), [a])
    assert.deepEqual(await directory.unblockUsers(operator, { userId: a, otherIds: [b, c] }), [b, c])
    assert.deepEqual(await friendRows([a, b, c]), [`${a}>${c}`, `${c}>${a}`])
    assert.deepEqual(await blockRows([a, b, c]), [])
    await stored.unchanged(async () => {
      assert.deepEqual(await directory.unfriendUsers(operator, { userId: a, otherIds: [b] }), [])
      assert.deepEqual(await directory.unblockUsers(operator, { userId: a, otherIds: [b] }), [])
    })
    assert.deepEqual(await stored.eventsOf(a), ['user.created', 'user.befriended', 'user.blocked', 'user.unblocked'])
    assert.deepEqual(await stored.eventsOf(b), ['user.created', 'user.unfriended'])
  })

  test('nobody is linked with itself, with over a thousand at once, or with another tenant’s people', async () => {
    const [a = '', b = ''] = await people('own', 2)
    const elsewhere = await directory.operator(countingIds('7f')())
    const { admin: stranger } = await directory.createTenant(elsewhere, {
      appId: 'elsewhere',
      name: 'Elsewhere',
      admin: { email: 'a@example.com', password: 'another password' },
    })
    const many = Array.from({ length: 1001 }, (_, n) => String(n).padStart(24, '0'))
    const { actor: own } = await app.token(a)
    await stored.unchanged(async () => {
      for (const verb of [directory.blockUsers, directory.befriendUsers, directory.unfriendUsers]) {
        for (const otherIds of [[a], [b, a], many]) {
          await assert.rejects(verb(operator, { userId: a, otherIds }), { code: 'invalid_input' })
        }
        await assert.rejects(verb(operator, { userId: 'f'.repeat(24), otherIds: [b] }), { code: 'not_found' })
        await assert.rejects(verb(elsewhere, { userId: a, otherIds: [stranger.id] }), { code: 'not_found' })
        await assert.rejects(verb(own, { userId: b, otherIds: [a] }), { code: 'forbidden' })
        await assert.rejects(verb({ ...own, readOnly: true }, { userId: a, otherIds: [b] }), { code: 'forbidden' })
        assert.deepEqual(await verb(operator, { userId: a, otherIds: [stranger.id] }), [])
      }
      await assert.rejects(directory.blocksBetween(own, { viewerId: b, ids: [a] }), { code: 'forbidden' })
    })
    assert.deepEqual(await directory.blockUsers(own, { userId: a, otherIds: [b] }), [b])
  })

  test('nobody gets more than a thousand friends, from either side', async () => {
    const catalogue = await store.reads.catalogue(tenant.id)
    assert.ok(catalogue)
    const drafted = Array.from({ length: 1001 }, (_, n) => {
      const id = `7a${String(n).padStart(22, '0')}`
      const command = { username: `crowd${n}`, email: `crowd${n}@example.com` }
      return withDerived(draftUser(command, { id, membershipId: id, at: clock.now(), catalogue }))
    })
    await directory.loadUsers(operator, { users: drafted })
    const [a = ''] = await people('popular', 1)
    const ids = drafted.map(({ id }) => id)
    const last = ids.at(-1) ?? ''
    assert.equal((await directory.befriendUsers(operator, { userId: a, otherIds: ids.slice(0, 1000) })).length, 1000)
    await stored.unchanged(async () => {
      await assert.rejects(directory.befriendUsers(operator, { userId: a, otherIds: [last] }), { code: 'too_many' })
      await assert.rejects(directory.befriendUsers(operator, { userId: last, otherIds: [a] }), { code: 'too_many' })
      assert.deepEqual(await directory.befriendUsers(operator, { userId: a, otherIds: ids.slice(0, 9) }), [])
    })
    await directory.unfriendUsers(operator, { userId: ids[0] ?? '', otherIds: [a] })
    assert.deepEqual(await directory.befriendUsers(operator, { userId: last, otherIds: [a] }), [a])
    assert.deepEqual(await chosen({ link: 'friend', of: a }), ids.slice(1))
    await directory.deleteUser(operator, { userId: a })
    assert.deepEqual(await friendRows(ids), [])
  })

  test('an erased user is gone from both sides', async () => {
    const [a = '', b = '', c = ''] = await people('erased', 3)
    await directory.befriendUsers(operator, { userId: a, otherIds: [b, c] })
    await directory.blockUsers(operator, { userId: a, otherIds: [b] })
    await directory.blockUsers(operator, { userId: c, otherIds: [a, b] })
    await directory.deleteUser(operator, { userId: a })
    assert.deepEqual([await friendRows([a, b, c]), await blockRows([a, b, c])], [[], [`${c}>${b}`]])
    assert.deepEqual([...(await directory.blocksBetween(operator, { viewerId: c, ids: [a, b] })).keys()], [b])
  })

  test('conditions on links say what the links are', async () => {
    const ids = await people('graph', 9)
    const [friends, blocks] = [new Set<string>(), new Set<string>()]
    const step = fc.record({
      verb: fc.constantFrom('block', 'unblock', 'befriend', 'unfriend'),
      one: fc.nat(8),
      others: fc.uniqueArray(fc.nat(8), { maxLength: 4 }),
    })
    const verbs = {
      block: directory.blockUsers,
      unblock: directory.unblockUsers,
      befriend: directory.befriendUsers,
      unfriend: directory.unfriendUsers,
    }
    const linked: Record<UserLink, (of: string, id: string) => boolean> = {
      friend: (of, id) => friends.has(of + id),
      'blocked-by': (of, id) => blocks.has(of + id),
      'has-blocked': (of, id) => blocks.has(id + of),
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.constantFrom<UserLink>('friend', 'blocked-by', 'has-blocked'),
        fc.constantFrom<UserLink>('friend', 'blocked-by', 'has-blocked'),
        fc.nat(8),
        async (steps, link, second, at) => {
          for (const { verb, one, others } of steps) {
            const [userId = '', otherIds] = [ids[one], others.flatMap((n) => (n === one ? [] : (ids[n] ?? [])))]
            await verbs[verb](operator, { userId, otherIds })
            for (const other of otherIds) {
              const set = verb.endsWith('friend') ? friends : blocks
              const pairs = set === friends ? [userId + other, other + userId] : [userId + other]
              for (const pair of pairs) verb.startsWith('un') ? set.delete(pair) : set.add(pair)
            }
          }
          const of = ids[at] ?? ''
          const [one, two] = [
            { link, of },
            { link: second, of },
          ]
          const here: Condition = { at: { field: 'id', path: [] }, test: { op: 'in', values: ids } }
          const said = (holds: (id: string) => boolean) => ids.filter(holds)
          const [isOne, isTwo] = [(id: string) => linked[link](of, id), (id: string) => linked[second](of, id)]
          assert.deepEqual(await chosen(one), said(isOne))
          assert.deepEqual(
            await chosen({ all: [one, { not: two }] }),
            said((id) => isOne(id) && !isTwo(id)),
          )
          assert.deepEqual(
            await chosen({ any: [one, two] }),
            said((id) => isOne(id) || isTwo(id)),
          )
          assert.deepEqual(
            await chosen({ all: [here, { not: one }] }),
            said((id) => !isOne(id)),
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  test('links made from both sides at once are made once, and nobody is refused', async () => {
    const ids = await people('crossing', 6)
    for (let round = 0; round < 5; round += 1) {
      const pairs = ids.flatMap((userId) =>
        ids.filter((id) => id !== userId).map((other) => ({ userId, otherIds: [other] })),
      )
      const all = pairs.map((pair) => [directory.befriendUsers(operator, pair), directory.blockUsers(operator, pair)])
      const circles = ids.map((userId) =>
        directory.befriendUsers(operator, { userId, otherIds: ids.filter((id) => id !== userId) }),
      )
      await Promise.all([...all.flat(), ...circles])
      const everyPair = ids.flatMap((one) => ids.flatMap((other) => (one === other ? [] : [`${one}>${other}`])))
      assert.deepEqual(await friendRows(ids), everyPair)
      assert.deepEqual(await blockRows(ids), everyPair)
      await Promise.all(
        pairs.flatMap((pair) => [directory.unfriendUsers(operator, pair), directory.unblockUsers(operator, pair)]),
      )
      assert.deepEqual([await friendRows(ids), await blockRows(ids)], [[], []])
    }
    const { rows: deadlocks } = await client.query<{ n: number }>(
      'select deadlocks::int as n from pg_stat_database where datname = current_database()',
    )
    assert.deepEqual(deadlocks, [{ n: 0 }])
  })
})
