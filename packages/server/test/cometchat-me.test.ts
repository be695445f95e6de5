import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, admin, tenant } = rollcall
const app = await cometchatOf(rollcall)

test("a profile is its owner's as far as the tenant lets people change themselves", async () => {
  const anna = await app.person('anna')
  const asAnna = await app.as(anna)
  assert.equal((await asAnna('PUT', '/me', { body: { statusMessage: 'Here', tags: ['a'] } })).status, 200)
  await directory.updateTenant(operator, { changes: { settings: { ownProfile: false, ownStatusText: false } } })
  for (const body of [{ statusMessage: 'There' }, { tags: ['b'] }, { avatar: 'https://a.example/a.png' }]) {
    const { status, body: refused } = await asAnna('PUT', '/me', { body })
    assert.deepEqual([status, at(refused, 'error', 'code')], [403, 'AUTH_ERR_NO_ACCESS'])
  }
  await directory.updateTenant(operator, { changes: { settings: { ownProfile: true, ownStatusText: true } } })
  assert.equal(tenant.appId, 'rollcall')
})

test('a change of oneself and of the device is made as a whole, or not at all', async () => {
  const hana = await app.person('hana')
  const asHana = await app.as(hana)
  const device = { platform: 'ios', appInfo: { version: '1' } }
  assert.equal((await asHana('PUT', '/me', { body: { name: 'before', ...device } })).status, 200)
  const look = async () => [
    (await app.full('GET', '/users/hana')).body,
    (await app.full('GET', '/users/hana/auth_tokens')).body,
  ]
  const stored = await look()
  assert.equal(at(stored[1], 'data', 0, 'platform'), 'ios')
  for (const [wrong, field] of [
    [{ platform: 'a\0' }, 'platform'],
    [{ deviceId: '\ud800' }, 'deviceId'],
    [{ appInfo: { deep: { 'a\0': 1 } } }, 'appInfo'],
    [{ platform: 'web', tags: ['a\0'] }, 'tags.0'],
  ] as const) {
    const { status, body } = await asHana('PUT', '/me', { body: { name: 'after', ...wrong } })
    assert.deepEqual([status, Object.keys(Object(at(body, 'error', 'details')))], [400, [field]])
    assert.deepEqual(await look(), stored)
  }
  await directory.updateTenant(operator, { changes: { settings: { ownProfile: false } } })
  assert.equal((await asHana('PUT', '/me', { body: { tags: ['b'], platform: 'web' } })).status, 403)
  await directory.updateTenant(operator, { changes: { settings: { ownProfile: true } } })
  assert.deepEqual(await look(), stored)
})

test("an administrator's own token changes nothing that only the app may read", async () => {
  await directory.updateUser(operator, {
    userId: admin.id,
    changes: { extensions: { metadata: { team: 'A', '@private': { phone: '1' } }, other: { kept: true } } },
  })
  const asAdmin = await app.as(admin)
  const body = { metadata: { team: 'B', '@private': { phone: '2' } } }
  assert.deepEqual(at((await asAdmin('PUT', '/me', { body })).body, 'data', 'metadata'), { team: 'B' })
  const { user } = await directory.getUser(operator, { userId: admin.id })
  assert.deepEqual(user.extensions, { metadata: { team: 'B', '@private': { phone: '1' } }, other: { kept: true } })
})

test('two tokens of one user: signing out ends one', async () => {
  const bob = await app.person('bob')
  const [one, other] = [await app.as(bob), await app.as(bob)]
  assert.equal((await one('DELETE', '/me')).status, 200)
  assert.equal((await one('DELETE', '/me')).status, 401)
  assert.equal((await other('GET', '/me')).status, 200)
})

test('of a hundred and one tokens the oldest is none any more', async () => {
  const carl = await app.person('carl')
  const first = await app.as(carl)
  for (let count = 0; count < 100; count += 1) await app.full('POST', '/users/carl/auth_tokens')
  assert.equal(at((await first('GET', '/me')).body, 'error', 'code'), 'AUTH_ERR_AUTH_TOKEN_NOT_FOUND')
  const { body } = await app.full('GET', '/users/carl/auth_tokens?perPage=1')
  assert.equal(at(body, 'meta', 'pagination', 'total'), 100)
})

test('a token that was just issued works at once, on another server of the same directory too', async () => {
  await app.person('dora')
  const { body } = await app.auth('POST', '/users/dora/auth_tokens')
  const another = await rollcall.another()
  const headers = { authToken: String(at(body, 'data', 'authToken')) }
  assert.equal((await another.call('GET', '/v3/me', { headers })).status, 200)
  await app.full('DELETE', '/users/dora/auth_tokens')
  assert.equal((await another.call('GET', '/v3/me', { headers })).status, 401)
})

test('the key that ships in apps issues no token for whoever has more rights than an ordinary user', async () => {
  const reader = await app.person('reader', { roleCodes: ['read-admin'] })
  for (const { uid } of [admin, reader]) {
    const { status, body } = await app.auth('POST', `/users/${uid}/auth_tokens`)
    assert.deepEqual([status, at(body, 'error', 'code')], [403, 'AUTH_ERR_NO_ACCESS'])
    assert.equal((await app.full('POST', `/users/${uid}/auth_tokens`)).status, 200)
  }
})

test("what is sent in any wrong way is a 4xx in the platform's form", async () => {
  const eve = await app.person('eve')
  const asEve = await app.as(eve)
  const wrong = [
    null,
    'text',
    3,
    true,
    [{}],
    '{',
    '',
    '{"__proto__":{}}',
    { name: null },
    { tags: 'a' },
    { name: 'a\u0000' },
  ]
  const values = ['\ud800', 'x'.repeat(3001), { a: 'x'.repeat(5200) }, '{"a":', [[]]]
  for (const body of [
    ...wrong,
    ...['name', 'avatar', 'metadata', 'tags', 'link'].flatMap((name) => values.map((value) => ({ [name]: value }))),
  ]) {
    const reply = await asEve('PUT', '/me', { body })
    assert.ok(reply.status < 500, `${JSON.stringify(body)}: ${reply.text}`)
    if (reply.status !== 200) {
      assert.equal(at(reply.body, 'error', 'source'), 'chat-api')
      assert.equal(at(reply.body, 'data'), undefined)
    }
  }
})

test('metadata nested without end is refused like any other', async () => {
  const asFay = await app.as(await app.person('fay'))
  const depth = 2000
  const nested = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
  for (const metadata of [nested, JSON.stringify(nested)]) {
    const { status, body } = await asFay('PUT', '/me', { body: `{"metadata":${metadata}}` })
    assert.deepEqual([status, at(body, 'error', 'code')], [400, 'ERR_BAD_REQUEST'])
    assert.deepEqual(Object.keys(Object(at(body, 'error', 'details'))), ['metadata'])
  }
  const far = 31_000
  const deepest = await asFay('PUT', '/me', {
    body: `{"metadata":{"a":${'['.repeat(far)}${']'.repeat(far)}}}`,
  })
  assert.deepEqual([deepest.status, at(deepest.body, 'error', 'code')], [400, 'ERR_BAD_REQUEST'], deepest.text)
})
