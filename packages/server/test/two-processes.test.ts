import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Directory } from '../src/core/index.ts'
import { mintToken } from '../src/dialects/cotalker/auth.ts'
import { wire } from '../src/wire.ts'
import { testDatabase } from './database.ts'
import { send, startServer } from './server-process.ts'
import { adminEmail, adminPassword, at, secret, textAt } from './support.ts'

/** The suite's share; `ROLLCALL_TEST_ROUNDS=1000 npm test -- packages/server/test/two-processes.test.ts` for the whole. */
const rounds = Number(process.env.ROLLCALL_TEST_ROUNDS ?? 25)

test('a change acknowledged by one process is seen by the very next request to the other', async (t) => {
  const connection = await testDatabase(t)
  const { host, database, user } = connection
  const env = {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host ?? '')}`,
    ROLLCALL_SECRET: secret,
    ROLLCALL_ADMIN_EMAIL: adminEmail,
    ROLLCALL_ADMIN_PASSWORD: adminPassword,
    ROLLCALL_LOG_LEVEL: 'warn',
  }
  const [one, other] = await Promise.all([startServer(t, env), startServer(t, env)])
  const login = async (url: string, email: string, password: string) => {
    const { status, body } = await send(url, 'POST', '/auth/local', { body: { email, password } })
    return { status, token: status === 200 ? textAt(body, 'token') : '' }
  }
  // What the command line does: a third process on the same database.
  const third = wire({ connection, secret, previousSecret: null, mailer: { send: async () => {} }, onError: () => {} })
  t.after(() => third.store.close())
  const issueKey = async (directory: Directory, userId: string) => {
    const [tenant] = await third.store.reads.tenants()
    return directory.createCredential(await directory.operator(tenant?.id ?? ''), {
      userId,
      dialect: 'cotalker',
      kind: 'api-token',
      name: 'test',
      expiresAt: null,
      mint: mintToken(third.signerFor('cotalker')),
    })
  }
  const { token: admin } = await login(one.url, adminEmail, adminPassword)
  const made = await send(one.url, 'POST', '/api/v2/accessroles', {
    token: admin,
    body: { name: 'reader', permissions: ['admin-users-read'] },
  })
  const role = textAt(made.body, '_id')

  for (let round = 0; round < rounds; round += 1) {
    const email = `person${round}@example.com`
    const created = await send(one.url, 'POST', '/api/v2/users', {
      token: admin,
      body: { email, password: 'first', name: { names: 'Person' }, accessRoles: [role] },
    })
    assert.equal(created.status, 201)
    const path = `/api/v2/users/${textAt(created.body, '_id')}`
    const { token } = await login(other.url, email, 'first')

    // Both processes now have the person, its rights and its session in their caches.
    for (const { url } of [one, other]) {
      assert.equal((await send(url, 'GET', path, { token })).status, 200, `round ${round}: own record`)
      assert.equal((await send(url, 'GET', '/api/v2/users?limit=1', { token })).status, 200, `round ${round}: list`)
    }

    await send(one.url, 'PATCH', path, { token: admin, body: { phone: `555-${round}` } })
    const edited = await send(other.url, 'GET', path, { token })
    assert.equal(at(edited.body, 'data', 'phone'), `555-${round}`)

    await send(one.url, 'PATCH', `/api/v2/accessroles/${role}`, { token: admin, body: { permissions: [] } })
    assert.equal(
      (await send(other.url, 'GET', '/api/v2/users?limit=1', { token })).status,
      403,
      `round ${round}: role lost`,
    )
    await send(other.url, 'PATCH', `/api/v2/accessroles/${role}`, {
      token: admin,
      body: { permissions: ['admin-users-read'] },
    })
    assert.equal(
      (await send(one.url, 'GET', '/api/v2/users?limit=1', { token })).status,
      200,
      `round ${round}: role back`,
    )

    await send(other.url, 'PATCH', path, { token: admin, body: { password: 'second' } })
    assert.equal((await send(one.url, 'GET', path, { token })).status, 401, `round ${round}: session ended`)
    assert.equal((await login(one.url, email, 'first')).status, 401, `round ${round}: old password`)
    const { token: later } = await login(one.url, email, 'second')
    assert.equal((await send(other.url, 'GET', path, { token: later })).status, 200, `round ${round}: new password`)

    const { token: key, credential } = await issueKey(third.directory, textAt(created.body, '_id'))
    for (const { url } of [one, other]) assert.equal((await send(url, 'GET', path, { token: key })).status, 200)
    const [{ id: tenantId } = { id: '' }] = await third.store.reads.tenants()
    await third.directory.revokeCredential(await third.directory.operator(tenantId), { credentialId: credential.id })
    for (const { url } of [one, other]) {
      assert.equal((await send(url, 'GET', path, { token: key })).status, 401, `round ${round}: key revoked`)
    }

    await send(one.url, 'PATCH', path, { token: admin, body: { isActive: false } })
    assert.equal((await send(other.url, 'GET', path, { token: later })).status, 401, `round ${round}: deactivated`)
    const seen = await send(other.url, 'GET', path, { token: admin })
    assert.equal(at(seen.body, 'data', 'isActive'), false)
  }
})
