import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { testDatabase } from './database.ts'
import { send, startServer } from './server-process.ts'
import { adminEmail, adminPassword, at, secret, startRollcall, textAt } from './support.ts'

const origin = { dialect: 'cotalker', requestId: '-', address: null }

test('a change is written with the rights of that moment, not of when the request came', async (t) => {
  const { directory, operator, login } = await startRollcall(t)
  const role = await directory.createRole(operator, { name: 'editor', permissions: ['admin-users-write'] })
  const make = async (email: string) => {
    const { user } = await directory.createUser(operator, { email, password: 'p', accessRoles: [role.id] })
    const token = await login(email, 'p')
    const actor = await directory.authenticate(origin, { token, verify: async () => true, appId: null })
    return { user, actor }
  }
  const { user: subject } = await directory.createUser(operator, { email: 'subject@example.com' })
  const phone = async () => (await directory.getUser(operator, { userId: subject.id })).user.phone
  const edit = (actor: typeof operator, value: string) =>
    directory.updateUser(actor, { userId: subject.id, changes: { phone: value } })

  const deactivated = await make('deactivated@example.com')
  await directory.deactivateUser(operator, { userId: deactivated.user.id })
  await assert.rejects(edit(deactivated.actor, 'deactivated'), { code: 'unauthenticated' })

  const revoked = await make('revoked@example.com')
  await directory.revokeCredential(operator, { credentialId: revoked.actor.credentialId ?? '' })
  await assert.rejects(edit(revoked.actor, 'revoked'), { code: 'unauthenticated' })

  const demoted = await make('demoted@example.com')
  await directory.updateUser(operator, { userId: demoted.user.id, changes: { accessRoles: [] } })
  await assert.rejects(edit(demoted.actor, 'demoted'), { code: 'forbidden' })
  await assert.rejects(directory.createUser(demoted.actor, { email: 'never@example.com' }), { code: 'forbidden' })

  const touched = await make('touched@example.com')
  await login('touched@example.com', 'p')
  await directory.createRole(operator, { name: 'something else', permissions: [] })
  await edit(touched.actor, 'still allowed')
  assert.equal(await phone(), 'still allowed')

  await directory.updateRole(operator, { roleId: role.id, changes: { permissions: [] } })
  await assert.rejects(edit(touched.actor, 'role emptied'), { code: 'forbidden' })
  assert.equal(await phone(), 'still allowed')
})

test('a body that is held back while its sender is deactivated changes nothing', async (t) => {
  const connection = await testDatabase(t)
  const { host, database, user } = connection
  const { url } = await startServer(t, {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host ?? '')}`,
    ROLLCALL_SECRET: secret,
    ROLLCALL_ADMIN_EMAIL: adminEmail,
    ROLLCALL_ADMIN_PASSWORD: adminPassword,
    ROLLCALL_LOG_LEVEL: 'warn',
  })
  const login = async (email: string, password: string) =>
    textAt((await send(url, 'POST', '/auth/local', { body: { email, password } })).body, 'token')
  const admin = await login(adminEmail, adminPassword)
  const own = await send(url, 'GET', '/api/v2/users/me', { token: admin })
  const roles = at(own.body, 'data', 'accessRoles')
  const made = await send(url, 'POST', '/api/v2/users', {
    token: admin,
    body: { email: 'leaving@example.com', password: 'p', name: { names: 'Leaving' }, accessRoles: roles },
  })
  const leaving = await login('leaving@example.com', 'p')
  const path = `/api/v2/users/${textAt(made.body, '_id')}`

  const held = [
    '{"isActive":true,"phone":"back"}',
    JSON.stringify({ email: 'door@example.com', name: { names: 'Door' }, accessRoles: roles }),
  ].map((body, at) => {
    const target = at === 0 ? { method: 'PATCH', path } : { method: 'POST', path: '/api/v2/users' }
    const { hostname, port } = new URL(url)
    const call = request({
      hostname,
      port,
      ...target,
      headers: {
        authorization: `Bearer ${leaving}`,
        admin: 'true',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    })
    call.write(body.slice(0, 1))
    return { call, rest: body.slice(1) }
  })
  // The server has read both heads once a later request on the same process is answered.
  await send(url, 'GET', path, { token: leaving })
  assert.equal((await send(url, 'PATCH', path, { token: admin, body: { isActive: false } })).status, 200)
  for (const { call, rest } of held) {
    const answered = once(call, 'response')
    call.end(rest)
    const [reply] = await answered
    reply.resume()
    assert.equal(reply.statusCode, 401)
  }
  const seen = await send(url, 'GET', path, { token: admin })
  assert.equal(at(seen.body, 'data', 'isActive'), false)
  const doors = await send(url, 'GET', '/api/v2/users?email=door@example.com&count=true', { token: admin })
  assert.equal(at(doors.body, 'data', 'count'), 0)
})
