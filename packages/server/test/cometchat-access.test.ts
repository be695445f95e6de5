import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openapiDocuments } from '../src/openapi.ts'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call } = rollcall
const app = await cometchatOf(rollcall)
const anna = await app.person('anna')

const { cometchat: document = {} } = await openapiDocuments()
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly Method[]
const operations = Object.entries(Object(at(document, 'paths'))).flatMap(([path, item]) =>
  methods.flatMap((method) =>
    at(item, method.toLowerCase()) === undefined ? [] : [{ method, path, name: `${method} ${path.slice(3)}` }],
  ),
)

/** What the key that ships in apps may ask for at all; whom it reaches is another matter. */
const openToPublicKey = new Set(['POST /users', 'PUT /users/{uid}', 'POST /users/{uid}/auth_tokens', 'GET /settings'])
/** What only users themselves may ask for. */
const ofUsersAlone = new Set([
  ...['GET /me', 'PUT /me', 'DELETE /me', 'POST /user_sessions'],
  ...['GET /blockedusers', 'POST /blockedusers', 'DELETE /blockedusers'],
])
const openToUsers = new Set([
  ...ofUsersAlone,
  'GET /users',
  'GET /users/{uid}',
  'GET /settings',
  'GET /users/{uid}/blockedusers',
  'POST /users/{uid}/blockedusers',
  'DELETE /users/{uid}/blockedusers',
])

const codeOf = async (method: Method, path: string, headers: Record<string, string>): Promise<unknown> => {
  const url = path.replace('{uid}', 'anna').replaceAll(/\{\w+\}/g, 'x')
  const reply = await call(method, url, { headers })
  assert.equal(reply.headers['access-control-allow-origin'], '*')
  assert.ok(reply.status < 500, reply.text)
  return at(reply.body, 'error', 'code')
}

test('there is something to try', () => assert.ok(operations.length > 15))

for (const { method, path, name } of operations) {
  test(`${name}: who may call`, async () => {
    const nothing = ofUsersAlone.has(name) ? 'AUTH_ERR_EMPTY_AUTH_TOKEN' : 'AUTH_ERR_EMPTY_APIKEY'
    assert.equal(await codeOf(method, path, {}), nothing)
    assert.equal(await codeOf(method, path, { authorization: `Bearer ${rollcall.adminToken}` }), nothing)

    const byPublicKey = await codeOf(method, path, { apikey: app.keys.authOnly })
    if (ofUsersAlone.has(name)) assert.equal(byPublicKey, nothing)
    else if (openToPublicKey.has(name)) assert.doesNotMatch(String(byPublicKey), /^AUTH_ERR/)
    else assert.equal(byPublicKey, 'AUTH_ERR_NO_ACCESS')

    const byUser = await codeOf(method, path, { authToken: await app.tokenOf(anna) })
    if (openToUsers.has(name)) assert.doesNotMatch(String(byUser), /^AUTH_ERR/)
    else assert.equal(byUser, nothing)

    for (const value of [rollcall.adminToken, await app.tokenOf(anna), 'x', 'f'.repeat(40)]) {
      const expected = ofUsersAlone.has(name) ? nothing : 'AUTH_ERR_APIKEY_NOT_FOUND'
      assert.equal(await codeOf(method, path, { apikey: value }), expected)
    }
    for (const value of [rollcall.adminToken, app.keys.fullAccess, 'x', `anna_1${'f'.repeat(32)}`]) {
      const expected = openToUsers.has(name) ? 'AUTH_ERR_AUTH_TOKEN_NOT_FOUND' : nothing
      assert.equal(await codeOf(method, path, { authToken: value }), expected)
    }
    if (!ofUsersAlone.has(name)) {
      const elsewhere = await codeOf(method, path, { apikey: app.keys.authOnly, appId: 'acme' })
      assert.equal(elsewhere, 'AUTH_ERR_INVALID_APPID')
    }
  })
}
