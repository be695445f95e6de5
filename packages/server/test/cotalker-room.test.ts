import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, directory, operator } = rollcall
const admin = { token: rollcall.adminToken, admin: true }
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const tooLarge = 'must have at most 65536 bytes of JSON in all'
const tooMany = 'must have at most 1000 keys in all'
const keys = (from: number, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${from + n}`, n]))

test('the settings of a user stay within their room, however small the steps', async () => {
  const { id, token } = await people.caller()
  const change = (settings: unknown) => call('PATCH', `/api/v2/users/${id}`, { token, body: { settings } })
  // Three bytes a character: it is bytes that are counted.
  const step = '田'.repeat(10_000)
  for (const key of ['one', 'two']) assert.equal((await change({ [key]: step })).status, 200)
  const refused = await stored.unchanged(() => change({ three: step }))
  assert.equal(refused.status, 400)
  assert.equal(at(refused.body, 'message'), `settings: ${tooLarge}`)
  assert.equal((await change({ one: null, three: step })).status, 200)
})

test('no more than 1000 keys, even when each change adds few', async () => {
  const { id, token } = await people.caller()
  const change = (settings: unknown) => call('PATCH', `/api/v2/users/${id}`, { token, body: { settings } })
  assert.equal((await change(keys(0, 600))).status, 200)
  assert.equal((await change(keys(600, 400))).status, 200)
  const refused = await stored.unchanged(() => change({ another: 1 }))
  assert.equal(refused.status, 400)
  assert.equal(at(refused.body, 'message'), `settings: ${tooMany}`)
})

test('extensions, JSON Patch and creations know the same bounds', async () => {
  const { id } = await people.user()
  const path = `/api/v2/users/${id}`
  const half = { text: 'x'.repeat(40_000) }
  assert.equal((await call('PATCH', path, { ...admin, body: { extensions: { one: half } } })).status, 200)
  const refusals = {
    extensions: () => call('PATCH', path, { ...admin, body: { extensions: { two: half } } }),
    patched: () =>
      call('PATCH', `/api/v2/users/jsonpatch/${id}`, {
        ...admin,
        body: [{ op: 'add', path: '/extensions/two', value: half }],
      }),
    created: () =>
      call('POST', '/api/v2/users', {
        ...admin,
        body: {
          email: 'large@example.com',
          name: { names: 'Large' },
          accessRoles: [],
          extensions: { one: half, two: half },
        },
      }),
  }
  for (const [name, request] of Object.entries(refusals)) {
    const reply = await stored.unchanged(request)
    assert.equal(reply.status, 400, `${name}: ${reply.text}`)
    assert.equal(at(reply.body, 'message'), `extensions: ${tooLarge}`, name)
  }
})

test('preferences, which no dialect shows yet', async () => {
  const { id } = await people.user()
  await directory.updateUser(operator, { userId: id, changes: { preferences: keys(0, 1000) } })
  await assert.rejects(directory.updateUser(operator, { userId: id, changes: { preferences: { more: 1 } } }), {
    code: 'invalid_input',
    detail: { field: 'preferences', reason: tooMany },
  })
})
