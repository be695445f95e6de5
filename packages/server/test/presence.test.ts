import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import pg from 'pg'
import { draftUser, type PresenceState, presenceLasts, withDerived } from '../src/core/index.ts'
import { openApp } from './apps.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, store, tenant, clock, another } = rollcall
const app = openApp(rollcall)
const tenantId = tenant.id

const presenceOf = async (userId: string): Promise<PresenceState | null> => {
  await store.reads.round()
  return (await store.reads.presences(tenantId, [{ id: userId }])).get(userId) ?? null
}
const seen = (userIds: readonly string[], at = clock.now()) =>
  directory.recordPresence(
    operator,
    userIds.map((userId) => ({ tenantId, userId, at })),
  )
const automatic = (status: 'online' | 'offline', lastSeenAt: Date) => ({ status, statusDefault: null, lastSeenAt })
const statusIs = (status: string) =>
  ({ at: { field: 'status', path: [] }, test: { op: 'in', values: [status] } }) as const
const countOf = async (status: string) => {
  const order = [{ field: 'id', path: [], direction: 'asc' }] as const
  const asked = { where: statusIs(status), order, limit: 1, offset: 0, total: true }
  return (await directory.browseUsers(operator, asked)).total
}

describe('presence', () => {
  test('who is seen is online, for two minutes', async () => {
    const { id, revision } = await app.user('seen')
    assert.equal(await presenceOf(id), null)
    const first = clock.now()
    await seen([id])
    assert.deepEqual(await presenceOf(id), automatic('online', first))
    assert.equal(await countOf('online'), 1)
    clock.advance(presenceLasts)
    await directory.fadePresence(operator, null)
    assert.deepEqual(await presenceOf(id), automatic('online', first), 'two minutes to the millisecond')
    clock.advance(1)
    await directory.fadePresence(operator, null)
    assert.deepEqual(await presenceOf(id), automatic('offline', first))
    assert.equal(await countOf('online'), 0)
    await seen([id])
    assert.deepEqual(await presenceOf(id), automatic('online', clock.now()))
    assert.equal((await directory.getUser(operator, { userId: id })).user.revision, revision)
  })

  test('what a user chose stays, seen or not, however long', async () => {
    const { id } = await app.user('chosen')
    for (const status of ['away', 'busy', 'offline', 'online'] as const) {
      await directory.setPresence(operator, { userId: id, status })
      await seen([id])
      const lastSeenAt = clock.now()
      clock.advance(10 * presenceLasts)
      await directory.fadePresence(operator, null)
      assert.deepEqual(await presenceOf(id), { status, statusDefault: status, lastSeenAt })
      await seen([id])
      assert.deepEqual(await presenceOf(id), { status, statusDefault: status, lastSeenAt: clock.now() })
    }
  })

  test('a deactivation takes offline, forgets what was chosen, and no sighting undoes it', async () => {
    const { id } = await app.user('leaving')
    await directory.setPresence(operator, { userId: id, status: 'busy' })
    const last = clock.now()
    clock.advance(5)
    await directory.deactivateUser(operator, { userId: id })
    assert.deepEqual(await presenceOf(id), automatic('offline', last))
    await seen([id])
    assert.deepEqual(await presenceOf(id), automatic('offline', last))
    await assert.rejects(directory.setPresence(operator, { userId: id, status: 'online' }), { code: 'deactivated' })
    await directory.reactivateUser(operator, { userId: id })
    await seen([id])
    assert.deepEqual(await presenceOf(id), automatic('online', clock.now()))
    const { users } = await directory.listPresent(operator, { changedAfter: new Date(clock.now().getTime() - 1) })
    assert.deepEqual(
      users.map((user) => user.id),
      [id],
    )
  })

  test('a sighting that waits for a deactivation comes too late, whether the user was ever here or not', async () => {
    for (const wasHere of [true, false]) {
      const { id } = await app.user(`raced-${wasHere}`)
      if (wasHere) await seen([id])
      const client = new pg.Client(rollcall.connection)
      await client.connect()
      await client.query('begin')
      await client.query('select from users where id = $1 for update', [id])
      await client.query('update users set deactivated_at = now() where id = $1', [id])
      await client.query("update user_presence set status = 'offline', status_default = null where user_id = $1", [id])
      const sighting = seen([id])
      // It has been sent, and waits for what the other transaction holds.
      const waiting =
        "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
      while ((await client.query<{ n: number }>(waiting)).rows[0]?.n === 0);
      await client.query('commit')
      await client.end()
      await sighting
      assert.equal((await presenceOf(id))?.status ?? 'offline', 'offline')
    }
  })

  test('the last sighting never goes back', async () => {
    const { id } = await app.user('backwards')
    const now = clock.now()
    const earlier = new Date(now.getTime() - 60_000)
    await seen([id], now)
    await seen([id], earlier)
    assert.deepEqual(await presenceOf(id), automatic('online', now))
    await directory.recordPresence(
      operator,
      [earlier, now, earlier].map((at) => ({ tenantId, userId: id, at })),
    )
    assert.deepEqual(await presenceOf(id), automatic('online', now))
    clock.advance(-30_000)
    await directory.setPresence(operator, { userId: id, status: 'busy' })
    assert.deepEqual(await presenceOf(id), { status: 'busy', statusDefault: 'busy', lastSeenAt: now })
    clock.advance(30_000)
  })

  test('a thousand are written at once, by two processes at once, and strangers are passed by', async () => {
    const catalogue = await store.reads.catalogue(tenantId)
    assert.ok(catalogue)
    const users = Array.from({ length: 1000 }, (_, n) => {
      const id = `7a${String(n).padStart(22, '0')}`
      const command = { username: `crowd${n}`, email: `crowd${n}@example.com`, active: n !== 7 }
      const drafted = draftUser(command, { id, membershipId: id, at: clock.now(), catalogue })
      return withDerived({ ...drafted, deactivatedAt: n === 7 ? clock.now() : null })
    })
    await directory.loadUsers(operator, { users })
    clock.advance(10 * presenceLasts)
    await directory.fadePresence(operator, null)
    const before = (await countOf('online')) ?? 0
    const ids = [...users.map(({ id }) => id), 'f'.repeat(24)]
    const { directory: other } = await another()
    const at = clock.now()
    const sightings = ids.map((userId) => ({ tenantId, userId, at }))
    const writes = [directory, other].flatMap((one) =>
      [sightings, sightings.toReversed()].map((people) => one.recordPresence(operator, people)),
    )
    await Promise.all([...writes, other.fadePresence(operator, null), directory.fadePresence(operator, null)])
    assert.equal(await countOf('online'), before + 999)
    assert.equal(await presenceOf(users[7]?.id ?? ''), null)
    assert.deepEqual(await presenceOf(users[999]?.id ?? ''), automatic('online', at))
    clock.advance(presenceLasts + 1)
    await Promise.all([other.fadePresence(operator, null), directory.fadePresence(operator, null)])
    assert.equal(await countOf('online'), before)
  })

  test('only the server itself notes who is here', async () => {
    const { id } = await app.user('ordinary')
    const { actor } = await app.token(id)
    const people = [{ tenantId, userId: id, at: clock.now() }]
    await assert.rejects(directory.recordPresence(actor, people), { code: 'forbidden' })
    await assert.rejects(directory.fadePresence(actor, null), { code: 'forbidden' })
    assert.equal(await presenceOf(id), null)
  })
})
