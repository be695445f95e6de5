import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

const asked = `query=${encodeURIComponent('{"username":"one"}')}&fields=${encodeURIComponent('{"bio":1}')}`

test('query and fields are passed over where the operator says so, and a header tells it', async (t) => {
  const people = workspaceOf(await startRollcall(t, { dialects: { rocketchatQuery: 'ignore' } }))
  const one = await people.memberIn(['user'], { username: 'one', bio: 'Short' })
  const both = await people.get(`users.list?${asked}`, one)
  assert.equal(both.status, 200)
  assert.equal(both.headers['x-rollcall-ignored'], 'query, fields')
  assert.equal(at(both.body, 'total'), 2)
  assert.equal(at(both.body, 'users', 0, 'bio'), undefined)
  const broken = await people.get('users.list?query={', one)
  assert.equal(broken.status, 200)
  assert.equal(broken.headers['x-rollcall-ignored'], 'query')
  const plain = await people.get('users.list?username=one', one)
  assert.equal(plain.headers['x-rollcall-ignored'], undefined)
  assert.equal(at(plain.body, 'total'), 1)
})

test('they are refused where the operator says so', async (t) => {
  const people = workspaceOf(await startRollcall(t, { dialects: { rocketchatQuery: 'reject' } }))
  const one = await people.memberIn(['user'], { username: 'one' })
  for (const parameters of [asked, 'query={}', 'fields={}']) {
    const { status, body } = await people.get(`users.list?${parameters}`, one)
    assert.equal(status, 400)
    assert.deepEqual(body, {
      success: false,
      error: 'must NOT have additional properties [invalid-params]',
      errorType: 'invalid-params',
    })
  }
  assert.equal((await people.get(`users.info?username=one&fields=${encodeURIComponent('{"bio":1}')}`, one)).status, 400)
  assert.equal((await people.get('users.list?count=1', one)).status, 200)
})
