import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

test('where the operator wants it so, the key that ships in apps issues tokens and writes nobody', async (t) => {
  const app = await cometchatOf(await startRollcall(t, { dialects: { cometchatAuthKey: 'tokens' } }))
  await app.person('anna')
  for (const [method, path, body] of [
    ['POST', '/users', { uid: 'bob', name: 'Bob' }],
    ['POST', '/users', {}],
    ['PUT', '/users/anna', { name: 'Other' }],
    ['PUT', '/users/nobody', { name: 'Other' }],
  ] as const) {
    const { status, body: refused } = await app.auth(method, path, { body })
    assert.deepEqual([status, at(refused, 'error', 'code')], [403, 'AUTH_ERR_NO_ACCESS'], `${method} ${path}`)
  }
  assert.equal((await app.full('GET', '/users/bob')).status, 404)
  assert.equal(at((await app.full('GET', '/users/anna')).body, 'data', 'name'), 'anna')
  assert.equal((await app.auth('POST', '/users/anna/auth_tokens')).status, 200)
  assert.equal((await app.full('POST', '/users', { body: { uid: 'bob', name: 'Bob' } })).status, 200)
  assert.equal((await app.full('PUT', '/users/bob', { body: { name: 'Bobby' } })).status, 200)
})
