import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { fingerprint } from '../src/crypto/ids.ts'
import { startRollcall, type TestRollcall } from './support.ts'

interface EventRow {
  id: string
  type: string
  subject_id: string
  actor_id: string | null
  dialect: string
  changes: Record<string, { before: unknown; after: unknown }> | null
  record: Record<string, unknown> | null
  touches: string[]
}

async function eventsOf({ connection }: TestRollcall): Promise<EventRow[]> {
  return query<EventRow>(connection, 'select * from events order by id')
}

async function query<Row extends pg.QueryResultRow>(connection: pg.ClientConfig, text: string): Promise<Row[]> {
  const client = new pg.Client(connection)
  await client.connect()
  const { rows } = await client.query<Row>(text)
  await client.end()
  return rows
}

test('every change writes its event, in its transaction, with what it makes stale', async (t) => {
  const rollcall = await startRollcall(t)
  const { directory, operator } = rollcall
  const before = (await eventsOf(rollcall)).length

  const role = await directory.createRole(operator, { name: 'reader', permissions: ['admin-users-read'] })
  await directory.updateRole(operator, { roleId: role.id, changes: { name: 'readers' } })
  await directory.updateRole(operator, { roleId: role.id, changes: { name: 'readers' } })
  const title = await directory.createJobTitle(operator, { code: 'smith', display: 'Smith', accessRoles: [role.id] })
  await directory.updateJobTitle(operator, { jobTitleId: title.id, changes: { display: 'Blacksmith' } })
  const { user } = await directory.createUser(operator, {
    email: 'oda@example.com',
    givenNames: 'Oda',
    password: 'one',
  })
  const boss = rollcall.admin.id
  await directory.updateUser(operator, { userId: user.id, changes: { phone: '1', bosses: [boss], password: 'two' } })
  await directory.updateUser(operator, { userId: user.id, changes: { phone: '1' } })
  const { credential } = await directory.createCredential(operator, {
    userId: user.id,
    dialect: 'cotalker',
    kind: 'api-token',
    name: 'ci',
    expiresAt: null,
    mint: async () => 'the token itself',
  })
  const session = await rollcall.login('oda@example.com', 'two')
  const origin = { dialect: 'cotalker', requestId: 'r1', address: '127.0.0.1' }
  const actor = await directory.authenticate(origin, { token: session, verify: async () => true, appId: null })
  await directory.changePassword(actor, { current: 'two', password: 'three' })
  await directory.logout(actor, null)
  await directory.revokeCredential(operator, { credentialId: credential.id })
  await directory.deactivateUser(operator, { userId: user.id })
  await directory.deactivateUser(operator, { userId: user.id })
  await directory.reactivateUser(operator, { userId: user.id })

  const events = (await eventsOf(rollcall)).slice(before)
  assert.deepEqual(
    events.map(({ type, subject_id, actor_id, changes, touches }) => [
      type,
      subject_id,
      actor_id,
      // A creation tells every field.
      type === 'user.created'
        ? '…'
        : Object.keys(changes ?? {})
            .sort()
            .join(' '),
      touches.sort().join(' '),
    ]),
    [
      ['role.created', role.id, null, 'active builtIn code details name permissions', 'catalogue'],
      ['role.updated', role.id, null, 'name', 'catalogue'],
      [
        'job-title.created',
        title.id,
        null,
        'accessRoles active allowedExtensions code display properties',
        'catalogue',
      ],
      ['job-title.updated', title.id, null, 'display', 'catalogue'],
      ['user.created', user.id, null, '…', `user:${user.id}`],
      ['user.updated', user.id, null, 'bosses password phone', `user:${boss} user:${user.id}`],
      ['credential.created', credential.id, null, '', `credential:${credential.id}`],
      ['user.logged-in', user.id, null, 'lastLoginAt', `credential:${actor.credentialId} user:${user.id}`],
      ['user.updated', user.id, user.id, 'password', `user:${user.id}`],
      ['user.logged-out', user.id, user.id, '', `credential:${actor.credentialId}`],
      ['credential.revoked', credential.id, null, '', `credential:${credential.id}`],
      ['user.deactivated', user.id, null, 'active deactivatedAt', `user:${user.id}`],
      ['user.reactivated', user.id, null, 'active deactivatedAt', `user:${user.id}`],
    ],
  )
  const created = events.find(({ type, subject_id }) => type === 'user.created' && subject_id === user.id)
  assert.deepEqual(created?.changes?.password, { before: null, after: '[REDACTED]' })
  assert.equal(created?.record?.email, 'oda@example.com')
})

test('no secret ever stands in an event, nor a token in the database', async (t) => {
  const rollcall = await startRollcall(t)
  const { directory, operator } = rollcall
  const { user } = await directory.createUser(operator, { email: 'oda@example.com', password: 'correct horse' })
  await directory.updateUser(operator, { userId: user.id, changes: { password: 'battery staple' } })
  const token = await rollcall.login('oda@example.com', 'battery staple')
  const events = JSON.stringify(await eventsOf(rollcall))
  const [hash] = await query<{ hash: string }>(
    rollcall.connection,
    `select hash from user_passwords where user_id = '${user.id}'`,
  )
  assert.match(hash?.hash ?? '', /^\$argon2id\$/)
  for (const secret of ['correct horse', 'battery staple', token, hash?.hash ?? '?', fingerprint(token)]) {
    assert.ok(!events.includes(secret), secret.slice(0, 12))
  }
  const tables = await query<{ dump: string }>(
    rollcall.connection,
    `select query_to_xml('select * from credentials', true, false, '')::text || query_to_xml('select * from users', true, false, '')::text as dump`,
  )
  assert.ok(!tables[0]?.dump.includes(token))
})

test('an erased user leaves nothing personal: not in tables, not in earlier events', async (t) => {
  const rollcall = await startRollcall(t)
  const { directory, operator } = rollcall
  const { user: boss } = await directory.createUser(operator, { email: 'boss@example.com' })
  const { user } = await directory.createUser(operator, {
    email: 'vanishing@example.com',
    givenNames: 'Vanishing',
    password: 'p',
    bosses: [boss.id],
  })
  await rollcall.login('vanishing@example.com', 'p')
  await directory.deleteUser(operator, { userId: user.id })

  assert.deepEqual((await directory.getUser(operator, { userId: boss.id })).user.subordinates, [])
  await assert.rejects(directory.getUser(operator, { userId: user.id }), { code: 'not_found' })
  const tables = ['users', 'user_terms', 'user_relations', 'user_passwords', 'credentials', 'events']
  for (const table of tables) {
    const rows = JSON.stringify(await query(rollcall.connection, `select * from ${table}`)).toLowerCase()
    assert.ok(!rows.includes('vanishing'), table)
  }
  const last = (await eventsOf(rollcall)).at(-1)
  assert.deepEqual([last?.type, last?.subject_id, last?.record], ['user.deleted', user.id, null])
})

test('a transaction that changes something and tells no event is refused as a whole', async (t) => {
  const rollcall = await startRollcall(t)
  const { user } = await rollcall.directory.createUser(rollcall.operator, { email: 'oda@example.com' })
  await assert.rejects(
    rollcall.store.transaction((tx) => tx.users.setPasswordHash(rollcall.tenant.id, user.id, 'x')),
    /told no event/,
  )
  assert.equal(await rollcall.store.reads.passwordHash(rollcall.tenant.id, user.id), null)
})

test('a change that touches over a thousand users touches the tenant instead', async (t) => {
  const rollcall = await startRollcall(t)
  const { store, operator, tenant, clock } = rollcall
  await store.transaction(async (tx) => {
    for (let n = 0; n <= 1000; n += 1) await tx.credentials.delete(tenant.id, `id${n}`)
    await tx.events.append(operator, clock.now(), [{ type: 'user.updated', subjectId: 'x', changes: {}, record: null }])
  })
  assert.deepEqual((await eventsOf(rollcall)).at(-1)?.touches, ['tenant'])
})
