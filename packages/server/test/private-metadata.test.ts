import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { at, startRollcall } from './support.ts'

const { directory, operator, adminToken, call, login } = await startRollcall({ after })
const password = 'a password of tests'
const metadata = { city: 'Lund', '@private': { note: 'owes a book' } }
const { user } = await directory.createUser(operator, { email: 'lea@example.com', password, extensions: { metadata } })
const token = await login('lea@example.com', password)

const metadataAt = (body: unknown, ...path: (string | number)[]) => at(body, ...path, 'extensions', 'metadata')

test("a user doesn't see what its app keeps to itself, whoever may read everything does", async () => {
  const own = await call('GET', '/api/v2/users/me', { token })
  assert.deepEqual(metadataAt(own.body, 'data'), { city: 'Lund' })
  const list = await call('GET', '/api/v2/users', { token })
  assert.deepEqual(metadataAt(list.body, 'data', 'users', 0), { city: 'Lund' })
  const changed = await call('PATCH', `/api/v2/users/${user.id}`, { token, body: { phone: '1' } })
  assert.deepEqual(metadataAt(changed.body), { city: 'Lund' })
  const read = await call('GET', `/api/v2/users/${user.id}`, { token: adminToken, admin: true })
  assert.deepEqual(metadataAt(read.body, 'data'), metadata)
})

test('nor does it get there by copying or comparing', async () => {
  const copy = [{ op: 'copy', from: '/extensions/metadata/@private', path: '/settings/stolen' }]
  const patched = await call('PATCH', `/api/v2/users/jsonpatch/${user.id}`, { token, body: copy })
  assert.ok(patched.status >= 400, patched.text)
  const body = { 'extensions.metadata.@private.note': 'owes a book' }
  const found = await call('POST', '/api/users/find', { token, body })
  assert.equal(found.status, 403, found.text)
})

test('who reads everything loses nothing by writing back what it read', async () => {
  const { user: present } = await directory.getUser(operator, { userId: user.id })
  assert.deepEqual(present.extensions.metadata, metadata)
})

test("an id that is somebody's uid already is not given again", async () => {
  const taken = directory.newId()
  const next = taken.slice(0, -6) + (Number.parseInt(taken.slice(-6), 16) + 1).toString().padStart(6, '0')
  await directory.createUser(operator, { uid: next, email: 'squatter@example.com' })
  for (let made = 0; made < 4; made += 1) {
    const created = await directory.createUser(operator, { email: `new${made}@example.com` })
    assert.equal(created.user.uid, created.user.id)
    assert.notEqual(created.user.uid, next)
  }
})
