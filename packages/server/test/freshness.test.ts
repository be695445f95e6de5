import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import pg from 'pg'
import type { User } from '../src/core/index.ts'
import { fingerprint } from '../src/crypto/ids.ts'
import { openCaches } from '../src/store/caches.ts'
import { Lanes, type Querying } from '../src/store/lanes.ts'
import { migrate } from '../src/store/migrate.ts'
import { createReads } from '../src/store/reads.ts'
import { startRollcall, type TestRollcall } from './support.ts'

/** Lanes that hold back their answers while `pause` is unresolved: a read that stops between its fetch and the cache. */
function pausable(lanes: Querying) {
  let gate: Promise<void> = Promise.resolve()
  let answered: () => void = () => {}
  return {
    query: async <Row extends pg.QueryResultRow>(statement: Parameters<Querying['query']>[0]): Promise<Row[]> => {
      const rows = await lanes.query<Row>(statement)
      answered()
      await gate
      return rows
    },
    /** Resolves `reached` when an answer is held back; `release` lets it go. */
    pause: () => {
      const opened = Promise.withResolvers<void>()
      const reached = new Promise<void>((resolve) => {
        answered = resolve
      })
      gate = opened.promise
      return {
        reached,
        release: () => {
          gate = Promise.resolve()
          opened.resolve()
        },
      }
    },
  }
}

/** A process of its own as far as caches go, whose reads can be paused. */
function anotherReader(t: { after: (cleanUp: () => Promise<void>) => void }, { connection, store }: TestRollcall) {
  const real = new Lanes({ connection, count: 2, statementTimeout: 5000, ensure: async () => {} })
  const caches = openCaches({ connection, ensure: async () => {}, onError: () => {} })
  const lanes = pausable(real)
  t.after(async () => {
    await caches.freshness.close()
    await real.close()
  })
  const reads = createReads({ lanes, slow: real, patterns: real, ...caches, everyUser: store.reads.everyUser })
  return { reads, lanes, ...caches }
}

const createPerson = async ({ directory, operator }: TestRollcall): Promise<User> => {
  const { user } = await directory.createUser(operator, {
    email: 'person@example.com',
    givenNames: 'Person',
    password: 'p',
  })
  return user
}

test('a user changed between its fetch and the cache is not answered from before the change', async (t) => {
  const rollcall = await startRollcall(t)
  const person = await createPerson(rollcall)
  const { reads, lanes, users } = anotherReader(t, rollcall)
  await reads.round()

  const paused = lanes.pause()
  const early = reads.user(rollcall.tenant.id, person.id)
  await paused.reached
  await rollcall.directory.updateUser(rollcall.operator, { userId: person.id, changes: { phone: '1' } })
  await reads.round()
  paused.release()
  assert.equal((await early)?.phone, null, 'the early read was asked before the change')
  assert.equal(users.size, 0, 'and is not kept')

  await reads.round()
  assert.equal((await reads.user(rollcall.tenant.id, person.id))?.phone, '1')
})

test('the same without a round meanwhile: the next round drops what was kept', async (t) => {
  const rollcall = await startRollcall(t)
  const person = await createPerson(rollcall)
  const { reads, lanes, users } = anotherReader(t, rollcall)
  await reads.round()

  const paused = lanes.pause()
  const early = reads.user(rollcall.tenant.id, person.id)
  await paused.reached
  await rollcall.directory.updateUser(rollcall.operator, { userId: person.id, changes: { phone: '1' } })
  paused.release()
  await early
  assert.equal(users.size, 1)
  await reads.round()
  assert.equal((await reads.user(rollcall.tenant.id, person.id))?.phone, '1')
})

test('a credential revoked between its fetch and the cache is refused by the next request', async (t) => {
  const rollcall = await startRollcall(t)
  const person = await createPerson(rollcall)
  const { token, credential } = await rollcall.directory.createCredential(rollcall.operator, {
    userId: person.id,
    dialect: 'cotalker',
    kind: 'api-token',
    name: 'test',
    expiresAt: null,
    mint: async () => 'a token',
  })
  const { reads, lanes } = anotherReader(t, rollcall)
  const valid = async () => true
  await reads.round()

  const paused = lanes.pause()
  const early = reads.credential(fingerprint(token), valid)
  await paused.reached
  await rollcall.directory.revokeCredential(rollcall.operator, { credentialId: credential.id })
  await reads.round()
  paused.release()
  assert.equal((await early)?.id, credential.id)
  await reads.round()
  assert.equal(await reads.credential(fingerprint(token), valid), null)
})

test('a role changed between the fetch of a catalogue and the cache is seen by the next request', async (t) => {
  const rollcall = await startRollcall(t)
  const role = await rollcall.directory.createRole(rollcall.operator, {
    name: 'reader',
    permissions: ['admin-users-read'],
  })
  const { reads, lanes } = anotherReader(t, rollcall)
  await reads.round()

  const paused = lanes.pause()
  const early = reads.catalogue(rollcall.tenant.id)
  await paused.reached
  await rollcall.directory.updateRole(rollcall.operator, { roleId: role.id, changes: { permissions: [] } })
  await reads.round()
  paused.release()
  assert.deepEqual((await early)?.roles.get(role.id)?.permissions, ['admin-users-read'])
  await reads.round()
  assert.deepEqual((await reads.catalogue(rollcall.tenant.id))?.roles.get(role.id)?.permissions, [])
})

test('a change whose transaction began before a round and committed after it is not missed', async (t) => {
  const rollcall = await startRollcall(t)
  const person = await createPerson(rollcall)
  const { reads } = anotherReader(t, rollcall)
  await reads.round()
  await reads.user(rollcall.tenant.id, person.id)

  const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>()
  const { promise: written, resolve: wrote } = Promise.withResolvers<void>()
  const slow = rollcall.store.transaction(async (tx) => {
    const [before] = await tx.users.lock(rollcall.tenant.id, [person.id])
    assert.ok(before)
    await tx.users.update(rollcall.tenant.id, before, { ...before, phone: 'late', revision: before.revision + 1 })
    await tx.events.append(rollcall.operator, rollcall.clock.now(), [
      { type: 'user.updated', subjectId: person.id, changes: {}, record: null },
    ])
    wrote()
    await mayCommit
  })
  await written
  // Later transactions commit meanwhile, so the slow one's id lies below what the rounds have seen.
  for (let turn = 0; turn < 3; turn += 1) {
    await rollcall.directory.createRole(rollcall.operator, { name: `role ${turn}`, permissions: [] })
    await reads.round()
    assert.equal((await reads.user(rollcall.tenant.id, person.id))?.phone, null)
  }
  commit()
  await slow
  await reads.round()
  assert.equal((await reads.user(rollcall.tenant.id, person.id))?.phone, 'late')
})

test('when the connection of the rounds breaks, all caches are emptied and nothing is kept before the next round', async (t) => {
  const rollcall = await startRollcall(t)
  const person = await createPerson(rollcall)
  const { reads, users, credentials, catalogues, freshness } = anotherReader(t, rollcall)
  await reads.round()
  await reads.user(rollcall.tenant.id, person.id)
  await reads.catalogue(rollcall.tenant.id)
  assert.deepEqual([users.size, catalogues.size], [1, 1])

  await endRoundConnections(rollcall.connection)
  await until(() => !freshness.steady)
  assert.deepEqual([users.size, credentials.size, catalogues.size], [0, 0, 0])
  await reads.user(rollcall.tenant.id, person.id)
  assert.equal(users.size, 0, 'a gap may have hidden a change')
  await reads.round()
  await reads.user(rollcall.tenant.id, person.id)
  assert.equal(users.size, 1)
})

test('many changes at once empty the caches rather than dropping one by one', async (t) => {
  const rollcall = await startRollcall(t)
  const person = await createPerson(rollcall)
  const { reads, users } = anotherReader(t, rollcall)
  await reads.round()
  await reads.user(rollcall.tenant.id, person.id)
  const client = new pg.Client(rollcall.connection)
  await client.connect()
  await client.query(
    `insert into events (tenant_id, at, type, subject_id, dialect, request_id, touches)
     select $1, now(), 'user.updated', 'x', 'test', '-', array['user:x'] from generate_series(1, 5001)`,
    [rollcall.tenant.id],
  )
  await client.end()
  await reads.round()
  assert.equal(users.size, 0)
})

test('all who wait share one round, and it begins after they asked', async (t) => {
  const rollcall = await startRollcall(t)
  const { freshness } = anotherReader(t, rollcall)
  await freshness.round()
  const before = freshness.rounds
  await Promise.all(Array.from({ length: 100 }, () => freshness.round()))
  assert.equal(freshness.rounds - before, 1, 'those of one turn of the event loop share one')

  const early = freshness.round()
  // The first lets it begin to wait for its turn to end, the second for it to be sent.
  for (let turn = 0; turn < 2; turn += 1) await setImmediate()
  const late = Array.from({ length: 99 }, () => freshness.round())
  await early
  assert.equal(freshness.rounds - before, 2, 'one that was sent already is no round for those who came after')
  await Promise.all(late)
  assert.equal(freshness.rounds - before, 3, 'they share the next')
})

test('the directory refuses with unavailable while the database is gone', async (t) => {
  const rollcall = await startRollcall(t)
  const { freshness: gone } = openCaches({
    connection: { ...rollcall.connection, database: 'no_such_database' },
    ensure: async () => {},
    onError: () => {},
  })
  await assert.rejects(gone.round(), { name: 'DirectoryError', code: 'unavailable' })
})

async function endRoundConnections(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and query like '%pg_current_snapshot%' and pid <> pg_backend_pid()`,
  )
  await client.end()
}

/** Polls until the condition holds; fails after five seconds. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000
  while (!holds()) {
    assert.ok(Date.now() < deadline, 'in time')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('events restored from another cluster, with higher transaction ids, are adopted at the next start', async (t) => {
  const rollcall = await startRollcall(t)
  const client = new pg.Client(rollcall.connection)
  await client.connect()
  await client.query(`update events set xid = '9000000000000000000'`)
  await migrate(rollcall.connection, () => {})
  const { rows } = await client.query(
    `select count(*)::int as ahead from events where xid >= pg_snapshot_xmax(pg_current_snapshot())`,
  )
  await client.end()
  assert.deepEqual(rows, [{ ahead: 0 }])
  const { reads, users } = anotherReader(t, rollcall)
  await reads.round()
  await reads.user(rollcall.tenant.id, rollcall.admin.id)
  await reads.round()
  assert.equal(users.size, 1, 'rounds are quiet again')
})
