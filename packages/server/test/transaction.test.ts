import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { startRollcall } from './support.ts'

test('a statement that nobody waited for fails its transaction with its own reason, not with that of a later one', async (t) => {
  const { directory, operator, store, tenant } = await startRollcall(t)
  const make = async (email: string) => (await directory.createUser(operator, { email })).user
  const [one, other] = [await make('one@example.com'), await make('other@example.com')]
  const renaming = store.transaction(async (tx) => {
    const [before] = await tx.users.lock(tenant.id, [one.id])
    assert.ok(before)
    await tx.users.update(tenant.id, before, { ...before, email: other.email, phone: '1', revision: 2 })
    await tx.users.passwordHash(tenant.id, one.id)
  })
  await assert.rejects(renaming, { code: 'value_taken', detail: { field: 'email' } })
  const { user } = await directory.getUser(operator, { userId: one.id })
  assert.deepEqual([user.email, user.phone], ['one@example.com', null])
  await directory.updateUser(operator, { userId: one.id, changes: { phone: '2' } })
})

test('rows are copied between other statements of one transaction', async (t) => {
  const { directory, operator, store, tenant, clock } = await startRollcall(t)
  const { user } = await directory.createUser(operator, { email: 'first@example.com' })
  const copies = Array.from({ length: 120 }, (_, at) => {
    const id = `5eed${String(at).padStart(20, '0')}`
    return { ...user, id, uid: id, username: `copy${at}`, email: `copy${at}@example.com` }
  })
  await store.transaction(async (tx) => {
    await tx.users.setPasswordHash(tenant.id, user.id, 'before')
    assert.equal((await tx.users.insertMany(tenant.id, copies)).length, 120)
    await tx.users.setPasswordHash(tenant.id, user.id, 'after')
    const events = copies.map(({ id }) => ({ type: 'user.created', subjectId: id, changes: {}, record: null }) as const)
    await tx.events.append(operator, clock.now(), events)
  })
  assert.equal(await store.reads.passwordHash(tenant.id, user.id), 'after')
  const query = { filter: {}, order: [], limit: 1, offset: 0, total: true }
  assert.equal((await store.reads.users(tenant.id, query)).total, 122)
})

test('a transaction whose connection had ended before it began is begun on another', async (t) => {
  const { directory, operator, connection, store, tenant } = await startRollcall(t)
  const { user } = await directory.createUser(operator, { email: 'first@example.com' })
  const client = new pg.Client(connection)
  await client.connect()
  for (const phone of ['1', '2', '3']) {
    // In the same turn in which the connection is taken, before its end can have been noticed.
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    await directory.updateUser(operator, { userId: user.id, changes: { phone } })
    assert.equal((await store.reads.user(tenant.id, user.id))?.phone, phone)
  }
  await client.end()
})
