import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after }, { domain: 'people.example.com' })
const { directory, call, tenant, clock } = rollcall
const app = await cometchatOf(rollcall)
const { fullAccess, authOnly } = app.keys
const anna = await app.person('anna')
const token = await app.tokenOf(anna)

const other = await directory.operator(directory.newId())
await directory.createTenant(other, {
  appId: 'acme',
  name: 'Acme',
  admin: { email: 'admin@acme.example', password: 'the first password' },
})
const otherApp = await cometchatOf({ ...rollcall, operator: other })

const refused = (code: string, message: string) => ({
  error: { code, message, devMessage: message, source: 'chat-api' },
})
const get = (headers: Record<string, string>, path = '/v3/users/anna') => call('GET', path, { headers })

test('keys and tokens are taken in any spelling of their headers, at both versions', async () => {
  for (const path of ['/v3/users/anna', '/v3.0/users/ANNA', '/v3/users/anna/']) {
    for (const name of ['apikey', 'apiKey', 'apiKEY']) {
      const { status, body } = await get({ [name]: fullAccess }, path)
      assert.equal(status, 200)
      assert.deepEqual(body, {
        data: { uid: 'anna', name: 'anna', role: 'default', createdAt: 1_767_225_600, status: 'offline' },
      })
    }
    assert.equal((await get({ authToken: token }, path)).status, 200)
  }
})

test('what is missing or unknown is told in its own words', async () => {
  const noKey = 'The header apikey is missing. Please use a valid API key.'
  for (const headers of [{}, { apikey: '' }, { authorization: `Bearer ${rollcall.adminToken}` }]) {
    const { status, body } = await get(headers)
    assert.deepEqual([status, body], [401, refused('AUTH_ERR_EMPTY_APIKEY', noKey)])
  }
  const unknown = await get({ apikey: '0123456789abcdef0123456789abcdef01234567' }, '/v3/users/nobody')
  const masked = 'The API key 0123*****4567 does not exist. Please use a correct one.'
  assert.deepEqual([unknown.status, unknown.body], [401, refused('AUTH_ERR_APIKEY_NOT_FOUND', masked)])
  const noToken = await get({ authToken: `anna_1600000000${'0'.repeat(32)}` })
  const noSuchToken = 'The auth token does not exist. Please use a correct one.'
  assert.deepEqual([noToken.status, noToken.body], [401, refused('AUTH_ERR_AUTH_TOKEN_NOT_FOUND', noSuchToken)])
})

test('a credential works as what it is alone, and the key decides where both came', async () => {
  assert.equal(at((await get({ apikey: token })).body, 'error', 'code'), 'AUTH_ERR_APIKEY_NOT_FOUND')
  assert.equal(at((await get({ authToken: fullAccess })).body, 'error', 'code'), 'AUTH_ERR_AUTH_TOKEN_NOT_FOUND')
  assert.equal(at((await get({ apikey: 'x', authToken: token })).body, 'error', 'code'), 'AUTH_ERR_APIKEY_NOT_FOUND')
  assert.equal((await get({ apikey: fullAccess, authToken: 'x' })).status, 200)
  for (const value of [fullAccess, token]) {
    const cotalker = await call('GET', '/api/v2/users/me', { token: value })
    const rocketchat = await get({ 'x-auth-token': value, 'x-user-id': anna.id }, '/api/v1/me')
    assert.deepEqual([cotalker.status, rocketchat.status], [401, 401])
  }
  assert.equal(at((await get({ apikey: rollcall.adminToken })).body, 'error', 'code'), 'AUTH_ERR_APIKEY_NOT_FOUND')
})

test("an app that is named must be the credential's", async () => {
  const wrong = 'The credential is not one of the app that was named.'
  const host = (label: string) => ({ host: `${label}.people.example.com` })
  for (const credential of [{ apikey: fullAccess }, { authToken: token }]) {
    for (const headers of [
      {},
      { appId: 'rollcall' },
      { appId: 'Rollcall' },
      host('rollcall'),
      host('rollcall.api-us'),
      host('rollcall.apiclient-eu'),
      { ...host('api-us'), appId: 'rollcall' },
    ]) {
      assert.equal((await get({ ...credential, ...headers })).status, 200, JSON.stringify(headers))
    }
    for (const headers of [
      { appId: 'acme' },
      { appId: 'nobody' },
      host('acme'),
      host('acme.api-us'),
      { ...host('acme.api-us'), appId: 'rollcall' },
      { ...host('rollcall.api-us'), appId: 'acme' },
    ]) {
      const { status, body } = await get({ ...credential, ...headers })
      assert.deepEqual([status, body], [401, refused('AUTH_ERR_INVALID_APPID', wrong)], JSON.stringify(headers))
    }
    const empty = await get({ ...credential, appId: '' })
    assert.equal(at(empty.body, 'error', 'code'), 'AUTH_ERR_EMPTY_APPID')
  }
  const wrongKeyFirst = await get({ apikey: 'a'.repeat(40), appId: 'acme' })
  assert.equal(at(wrongKeyFirst.body, 'error', 'code'), 'AUTH_ERR_APIKEY_NOT_FOUND')
})

test('two apps on one server never see each other', async () => {
  assert.equal(tenant.appId, 'rollcall')
  assert.equal(at((await otherApp.full('GET', '/users/anna')).body, 'error', 'code'), 'ERR_UID_NOT_FOUND')
  const theirs = await otherApp.person('anna', { name: 'Another Anna' })
  assert.equal(at((await otherApp.full('GET', '/users/anna')).body, 'data', 'name'), 'Another Anna')
  assert.equal(at((await app.full('GET', '/users/anna')).body, 'data', 'name'), 'anna')
  const eyes = await app.full('GET', '/users/anna', { headers: { onBehalfOf: theirs.id } })
  assert.equal(at(eyes.body, 'error', 'code'), 'ERR_UID_NOT_FOUND')
})

test('the key that ships in apps reads nobody', async () => {
  const { status, body } = await get({ apikey: authOnly }, '/v3/users/nobody')
  assert.deepEqual(
    [status, body],
    [403, refused('AUTH_ERR_NO_ACCESS', 'The credential has no access to this operation.')],
  )
})

test('a deactivated user is nobody, and so is its token until it is back', async () => {
  const bob = await app.person('bob')
  const asBob = await app.as(bob)
  assert.equal((await asBob('GET', '/users/anna')).status, 200)
  await directory.deactivateUser(rollcall.operator, { userId: bob.id })
  const gone = 'The user with the uid bob does not exist.'
  const found = await app.full('GET', '/users/BOB')
  assert.deepEqual([found.status, found.body], [404, refused('ERR_UID_NOT_FOUND', gone)])
  const eyes = await app.full('GET', '/users/anna', { headers: { onBehalfOf: 'Bob' } })
  assert.deepEqual([eyes.status, eyes.body], [404, refused('ERR_UID_NOT_FOUND', gone)])
  assert.equal(at((await asBob('GET', '/users/anna')).body, 'error', 'code'), 'AUTH_ERR_AUTH_TOKEN_NOT_FOUND')
  await directory.reactivateUser(rollcall.operator, { userId: bob.id })
  assert.equal((await asBob('GET', '/users/anna')).status, 200)
})

test('uids of no shape are nobody either', async () => {
  for (const uid of ['%20', 'a%00b', 'a%2Fb', '%F0%9F%98%80', 'x'.repeat(101), 'a.b', "'--"]) {
    const { status, body } = await app.full('GET', `/users/${uid}`)
    assert.deepEqual([status, at(body, 'error', 'code')], [404, 'ERR_UID_NOT_FOUND'], uid)
  }
})

test('unknown paths, methods and versions are told as such; every answer lets pages read it', async () => {
  const noRoute = 'The API that you are trying to access does not exist.'
  const noVersion = 'This version of the API is not served; /v3 is.'
  for (const [method, path, status, body] of [
    ['GET', '/v3', 404, refused('ERR_API_NOT_FOUND', noRoute)],
    ['GET', '/v3/groups', 404, refused('ERR_API_NOT_FOUND', noRoute)],
    ['PATCH', '/v3/users/anna', 404, refused('ERR_API_NOT_FOUND', noRoute)],
    ['GET', '/v3.0/nowhere', 404, refused('ERR_API_NOT_FOUND', noRoute)],
    ['GET', '/v2/users', 404, refused('ERR_INVALID_API_VERSION', noVersion)],
    ['GET', '/v2.0/users', 404, refused('ERR_INVALID_API_VERSION', noVersion)],
    ...['/v1', '/v5/users', '/v9', '/v3.1/users/anna', '/V3/users', '/V3.0', '/v30', '/v3.0.0/x', '/v2/?a=b'].map(
      (path) => ['GET', path, 404, refused('ERR_INVALID_API_VERSION', noVersion)] as const,
    ),
    ['POST', '/v5/users', 404, refused('ERR_INVALID_API_VERSION', noVersion)],
    ['GET', '/v3/users/%', 404, refused('ERR_API_NOT_FOUND', noRoute)],
    ['GET', '/v3/users/%ff', 404, refused('ERR_API_NOT_FOUND', noRoute)],
  ] as const) {
    const reply = await call(method, path, { headers: { origin: 'https://app.example' } })
    assert.deepEqual([reply.status, reply.body], [status, body], path)
    assert.equal(reply.headers['access-control-allow-origin'], '*', path)
    assert.match(String(reply.headers['x-request-id']), /^[\w-]+$/, path)
  }
  for (const path of ['/vault', '/v', '/visitors/v2']) {
    assert.doesNotMatch((await call('GET', path)).text, /API_VERSION/, path)
  }
})

test('answers that hold keys or tokens are kept nowhere', async () => {
  for (const path of ['/users/anna/auth_tokens', '/apikeys', `/apikeys/${fullAccess}`]) {
    assert.equal((await app.full('GET', path)).headers['cache-control'], 'no-store', path)
  }
  assert.equal((await get({ authToken: token }, '/v3/me')).headers['cache-control'], 'no-store')
  assert.equal((await app.full('GET', '/users/anna')).headers['cache-control'], undefined)
})

test('one thing whose name is empty is not all of them', async () => {
  for (const [method, path, body] of [
    ['GET', '/users/'],
    ['GET', '/users/?perPage=1'],
    ['GET', '/apikeys/'],
    ['GET', '/roles/'],
    ['PUT', '/users/', { uidsToActivate: ['anna'] }],
    ['DELETE', '/users/', { uidsToDeactivate: ['anna'] }],
    ['DELETE', '/users/anna/auth_tokens/'],
  ] as const) {
    const told = await app.full(method, path, { ...(body && { body }) })
    assert.deepEqual([told.status, at(told.body, 'error', 'code')], [404, 'ERR_API_NOT_FOUND'], path)
    assert.equal((await call(method, `/v3${path}`)).status, 401, path)
  }
  assert.equal((await app.full('GET', '/users/anna')).status, 200)
})

test('preflights need no credential, at any path', async () => {
  for (const path of ['/v3/users', '/v3.0/users/anna/auth_tokens', '/v3', '/v3/nowhere', '/v5', '/V3/users']) {
    const { status, headers, text } = await call('OPTIONS', path, {
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authtoken,appid,content-type',
      },
    })
    assert.deepEqual([status, text, headers['access-control-allow-origin']], [204, '', '*'], path)
    assert.match(String(headers['access-control-allow-methods']), /\bPUT\b.*\bPATCH\b.*\bDELETE\b/)
    for (const name of 'accept content-type apikey appid authtoken onbehalfof resource sdk chatapiversion'.split(' ')) {
      assert.ok(String(headers['access-control-allow-headers']).split(', ').includes(name), name)
    }
  }
})

test('a token makes its user available; a key, its eyes and a refused call nobody', async () => {
  const carl = await app.person('carl')
  const status = async () => {
    await rollcall.presence.flush()
    await rollcall.presence.sweep()
    const { body } = await app.full('GET', '/users/carl')
    return [at(body, 'data', 'status'), at(body, 'data', 'lastActiveAt')]
  }
  await app.full('GET', '/users/anna', { headers: { onBehalfOf: 'carl' } })
  assert.deepEqual(await status(), ['offline', undefined])
  const asCarl = await app.as(carl)
  await asCarl('GET', '/users/anna', { headers: { appId: 'acme' } })
  assert.deepEqual(await status(), ['offline', undefined])

  const now = () => Math.floor(clock.now().getTime() / 1000)
  const first = now()
  await asCarl('GET', '/users/anna')
  assert.deepEqual(await status(), ['available', first])
  clock.advance(30_000)
  await asCarl('GET', '/users/anna')
  assert.deepEqual(await status(), ['available', first], 'written once a minute')
  clock.advance(30_000)
  await asCarl('GET', '/users/anna')
  assert.deepEqual(await status(), ['available', first + 60])
  clock.advance(120_001)
  assert.deepEqual(await status(), ['offline', first + 60])
  await asCarl('GET', '/users/nobody')
  assert.deepEqual(await status(), ['available', now()])
  await directory.deactivateUser(rollcall.operator, { userId: carl.id })
  await directory.reactivateUser(rollcall.operator, { userId: carl.id })
  assert.deepEqual(await status(), ['offline', now()])
})
