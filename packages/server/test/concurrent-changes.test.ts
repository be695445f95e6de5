import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { at, startRollcall } from './support.ts'

test('a change that waited for another of the same user has the hierarchy as it is by then', async (t) => {
  const { directory, operator, connection, store, tenant, clock } = await startRollcall(t)
  const make = async (email: string) => (await directory.createUser(operator, { email })).user
  const [below, above] = [await make('below@example.com'), await make('above@example.com')]
  const client = new pg.Client(connection)
  await client.connect()
  const somebodyWaits = async () => {
    const { rows } = await client.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    return rows.length > 0
  }

  const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>()
  const { promise: locked, resolve: hasLocked } = Promise.withResolvers<void>()
  const relating = store.transaction(async (tx) => {
    await tx.users.lockHierarchy(tenant.id)
    await tx.users.relate(tenant.id, below.id, 'bosses', [above.id])
    await tx.events.append(operator, clock.now(), [
      { type: 'user.updated', subjectId: below.id, changes: {}, record: null },
    ])
    hasLocked()
    await mayCommit
  })
  await locked
  const editing = directory.updateUser(operator, { userId: above.id, changes: { phone: '1' } })
  const deadline = Date.now() + 5000
  while (!(await somebodyWaits())) assert.ok(Date.now() < deadline, 'the edit waits for the relation')
  commit()
  await relating
  const { user } = await editing
  assert.deepEqual([user.phone, user.subordinates], ['1', [below.id]])
  const { rows } = await client.query<{ subordinates: string[] }>(
    `select array(select json_array_elements_text(record->'subordinates')) as subordinates
     from events where subject_id = $1 order by id desc limit 1`,
    [above.id],
  )
  assert.deepEqual(rows, [{ subordinates: [below.id] }])
  await client.end()
})

test('the administrator role keeps every right, so that no tenant locks itself out', async (t) => {
  const { call, adminToken: token, admin } = await startRollcall(t)
  const path = `/api/v2/accessroles/${admin.accessRoles[0]}`
  for (const permissions of [[], ['assign-admin-role'], ['admin-*-read'], ['admin-accesscontrol-write']]) {
    const { status } = await call('PATCH', path, { token, admin: true, body: { permissions } })
    assert.equal(status, 403, permissions.join())
  }
  const { status, body } = await call('PATCH', path, {
    token,
    admin: true,
    body: { permissions: ['admin-*-write', 'own:word'] },
  })
  assert.equal(status, 200)
  assert.deepEqual(at(body, 'permissions'), ['admin-*-write', 'own:word'])
})
