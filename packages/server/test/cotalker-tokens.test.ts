import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt, SignJWT } from 'jose'
import type { MintToken } from '../src/core/index.ts'
import { dialectName } from '../src/dialects/cotalker/auth.ts'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { adminEmail, adminPassword, at, startRollcall } from './support.ts'

const domain = 'people.example.com'
const rollcall = await startRollcall({ after }, { domain })
const { call, clock, directory, operator } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const other = directory.operator(directory.newId())
const { tenant: acme, admin: acmeAdmin } = await directory.createTenant(other, {
  appId: 'acme',
  name: 'Acme',
  admin: { email: adminEmail, password: 'the password of acme' },
})

const somebody = await people.user()

const statusOfMe = async (token: string, headers: Record<string, string> = {}) =>
  (await call('GET', '/api/v2/users/me', { token, headers })).status
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('tokens', () => {
  test('say whose they are, of which company, until when and of what type', async () => {
    const claims = decodeJwt(await rollcall.login(adminEmail, adminPassword))
    const now = clock.now().getTime()
    assert.deepEqual(claims, {
      _id: rollcall.admin.id,
      role: 'admin',
      company: rollcall.tenant.id,
      date: now,
      iat: now / 1000,
      exp: now / 1000 + 604_800,
      type: 'session',
      jti: claims.jti,
    })
    const { token } = await people.caller()
    assert.equal(decodeJwt(token).role, 'user')
    assert.equal(decodeJwt(token).type, 'api')
    assert.equal(decodeJwt(token).exp, undefined)
  })

  test('of a session end after seven days, cached or not', async () => {
    const token = await rollcall.login(adminEmail, adminPassword)
    const fresh = await rollcall.another()
    clock.advance(604_800_000 - 1)
    assert.equal(await statusOfMe(token), 200)
    clock.advance(1)
    assert.equal(await statusOfMe(token), 401)
    assert.equal((await fresh.call('GET', '/api/v2/users/me', { token })).status, 401)
  })

  test('that are none of ours', async () => {
    const token = await rollcall.login(adminEmail, adminPassword)
    const claims = decodeJwt(token)
    const [header = '', payload = '', signature = ''] = token.split('.')
    const others: Record<string, string> = {
      'alg none': `${base64url({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      'alg none with the signature': `${base64url({ alg: 'none' })}.${payload}.${signature}`,
      'another key': await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32, 1)),
      'other claims': `${header}.${base64url({ ...claims, exp: 9_999_999_999 })}.${signature}`,
      'a cut signature': token.slice(0, -1),
      'no signature': `${header}.${payload}.`,
      garbage: 'abc.def.ghi',
      'one word': 'token',
      'a long one': 'a'.repeat(10_000),
    }
    for (const [title, value] of Object.entries(others)) {
      const reply = await stored.unchanged(() => call('GET', '/api/v2/users/me', { token: value }))
      assert.equal(reply.status, 401, title)
      assert.equal(at(reply.body, 'code'), 'unauthenticated')
    }
  })

  test('are believed for their signature, even where their fingerprint is known', async () => {
    const forged: Record<string, MintToken> = {
      'alg none': async ({ user }) => `${base64url({ alg: 'none' })}.${base64url({ _id: user.id })}.`,
      'another key': ({ user }) =>
        new SignJWT({ _id: user.id }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32, 1)),
      'another algorithm': ({ user }) =>
        new SignJWT({ _id: user.id }).setProtectedHeader({ alg: 'HS512' }).sign(Buffer.alloc(64, 1)),
      "another dialect's key": ({ user }) => rollcall.signerFor('rocketchat').sign({ _id: user.id }),
    }
    for (const [title, mint] of Object.entries(forged)) {
      const of = {
        userId: rollcall.admin.id,
        dialect: dialectName,
        kind: 'api-token',
        name: title,
        expiresAt: null,
      } as const
      const { token } = await directory.createCredential(operator, { ...of, mint })
      assert.equal(await statusOfMe(token), 401, title)
      assert.equal(await statusOfMe(token), 401, `${title}, again`)
    }
  })

  test('of another dialect, and revoked ones, are refused', async () => {
    const mint: MintToken = ({ user }) => rollcall.signerFor(dialectName).sign({ _id: user.id })
    const of = { userId: rollcall.admin.id, kind: 'api-token', name: 'x', expiresAt: null, mint } as const
    const foreign = await directory.createCredential(operator, { ...of, dialect: 'rocketchat' })
    assert.equal(await statusOfMe(foreign.token), 401)
    const own = await directory.createCredential(operator, { ...of, userId: somebody.id, dialect: dialectName })
    assert.equal(await statusOfMe(own.token), 200)
    await directory.revokeCredential(operator, { credentialId: own.credential.id })
    assert.equal(await statusOfMe(own.token), 401)
  })

  test('come in the Authorization header as Bearer, and nowhere else', async () => {
    const token = await rollcall.login(adminEmail, adminPassword)
    for (const [headers, status] of [
      [{ authorization: `Bearer ${token}` }, 200],
      [{ Authorization: `bearer   ${token}` }, 200],
      [{ authorization: token }, 401],
      [{ authorization: `Basic ${token}` }, 401],
      [{ authorization: 'Bearer' }, 401],
      [{ authorization: 'Bearer ' }, 401],
      [{ authorization: `Bearer ${token} ${token}` }, 401],
      [{ authorization: '' }, 401],
      [{ token }, 401],
      [{ cookie: `token=${token}` }, 401],
    ] as const) {
      assert.equal((await call('GET', '/api/v2/users/me', { headers })).status, status, JSON.stringify(headers))
    }
    assert.equal((await call('GET', `/api/v2/users/me?token=${token}`)).status, 401)
  })
})

describe('tenants by host name', () => {
  const at443 = { host: `acme.${domain}:443` }

  test('a login goes to the tenant that the host names', async () => {
    const token = await rollcall.login(adminEmail, 'the password of acme', { host: `acme.${domain}` })
    const me = await call('GET', '/api/v2/users/me', { token, headers: at443 })
    assert.equal(at(me.body, 'data', '_id'), acmeAdmin.id)
    assert.deepEqual(at(me.body, 'data', 'company'), { _id: acme.id, displayName: 'Acme', subdomain: 'acme' })
    const list = await call('GET', '/api/v2/users?count=true', { token, admin: true, headers: at443 })
    assert.equal(at(list.body, 'data', 'count'), 1)
    assert.equal(at(list.body, 'data', 'users', 0, 'companies', 0, 'companyId'), acme.id)

    const wrong = await stored.unchanged(() =>
      call('POST', '/auth/local', { headers: at443, body: { email: adminEmail, password: adminPassword } }),
    )
    assert.equal(wrong.status, 401)
  })

  test('hosts that name no tenant mean the default one', async () => {
    for (const host of ['localhost', '127.0.0.1:3000', '[::1]:3000', domain, 'example.com', `x${domain}`]) {
      await rollcall.login(adminEmail, adminPassword, { host })
    }
    await rollcall.login(adminEmail, adminPassword, { host: `ROLLCALL.${domain.toUpperCase()}` })
  })

  test('an unknown label is not found', async () => {
    for (const host of [`nobody.${domain}`, `a.acme.${domain}`, `.${domain}`, `acme\u0301.${domain}`]) {
      const reply = await stored.unchanged(() =>
        call('POST', '/auth/local', { headers: { host }, body: { email: adminEmail, password: adminPassword } }),
      )
      assert.equal(reply.status, 404, host)
      assert.equal(at(reply.body, 'code'), 'unknown_tenant')
    }
  })

  test("a token is refused at another tenant's host, also with a trailing dot, and serves at hosts that name none", async () => {
    const ours = await rollcall.login(adminEmail, adminPassword)
    const theirs = await rollcall.login(adminEmail, 'the password of acme', at443)
    assert.equal(await statusOfMe(ours, at443), 401)
    assert.equal(await statusOfMe(ours, { host: `ACME.${domain}` }), 401)
    assert.equal(await statusOfMe(ours, { host: `acme.${domain}.` }), 401)
    assert.equal(await statusOfMe(ours, { host: `nobody.${domain}` }), 401)
    assert.equal(await statusOfMe(theirs, { host: `rollcall.${domain}` }), 401)
    assert.equal(await statusOfMe(theirs, { host: 'localhost' }), 200)
    assert.equal(await statusOfMe(ours, { host: `rollcall.${domain}` }), 200)
  })

  test("another tenant's ids are not found, and can not be named", async () => {
    const token = await rollcall.login(adminEmail, 'the password of acme', at443)
    const as = { token, admin: true }
    const [user, role] = [rollcall.admin, rollcall.admin.accessRoles[0] ?? '']
    const refusals = [
      ['GET', `/users/${user.id}`, undefined, 404],
      ['PATCH', `/users/${user.id}`, { phone: '1' }, 404],
      ['GET', `/accessroles/${role}`, undefined, 404],
      ['PATCH', `/accessroles/${role}`, { description: 'x' }, 404],
      ['PATCH', `/users/${acmeAdmin.id}`, { accessRoles: [...acmeAdmin.accessRoles, role] }, 400],
      ['PATCH', `/users/${acmeAdmin.id}`, { companies: [{ hierarchy: { boss: [user.id] } }] }, 400],
      ['POST', '/users', { email: 'a@b.example', name: { names: 'A' }, accessRoles: [role] }, 400],
    ] as const
    for (const [method, path, body, status] of refusals) {
      const reply = await stored.unchanged(() => call(method, `/api/v2${path}`, { ...as, ...(body && { body }) }))
      assert.equal(reply.status, status, `${method} ${path}: ${reply.text}`)
    }
    for (const query of [`id=${user.id}`, `relatedUser=${user.id}`, `accessRole=${role}`, `email=${somebody.email}`]) {
      const { body } = await call('GET', `/api/v2/users?count=true&${query}`, as)
      assert.deepEqual(at(body, 'data'), { users: [], count: 0, counter: 0 }, query)
    }
  })

  test('two tenants may have the same address', async () => {
    assert.equal(acmeAdmin.email, rollcall.admin.email)
  })
})
