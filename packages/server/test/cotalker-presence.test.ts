import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { peopleOf } from './cotalker-people.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, clock, presence, adminToken } = rollcall
const people = peopleOf(rollcall)
const admin = { token: adminToken, admin: true }
const written = async () => {
  await presence.flush()
  await presence.sweep()
}
const here = (record: unknown) => [at(record, 'isOnline'), at(record, 'lastRequestDate')]
const find = (allFields: boolean, email: string) =>
  call('POST', `/api/users/find?allFields=${allFields}`, { ...admin, body: { email } })

test('whoever calls is online for two minutes, in every reply that shows a user', async () => {
  const { user, token } = await people.caller()
  const created = user.createdAt.toISOString()
  const shown = async () => {
    const [byId, list, own, bare, found, patched, changed] = [
      await call('GET', `/api/v2/users/${user.id}`, admin),
      await call('GET', `/api/v2/users?email=${user.email}`, admin),
      await call('GET', '/api/v2/users/me', { token }),
      await call('GET', '/api/users/me', { token }),
      await find(true, user.email),
      await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: {} }),
      await call('PATCH', `/api/v2/users/jsonpatch/${user.id}`, { ...admin, body: [] }),
    ]
    return [
      at(byId.body, 'data'),
      at(list.body, 'data', 'users', 0),
      at(own.body, 'data'),
      bare.body,
      at(found.body, 0),
      patched.body,
      at(patched.body, 'data'),
      at(changed.body, 'data'),
    ].map(here)
  }
  const all = (online: boolean, date: string) => Array.from({ length: 8 }, () => [online, date])
  assert.deepEqual(await shown(), all(false, created))
  await written()
  const seen = clock.now().toISOString()
  assert.deepEqual(await shown(), all(true, seen))
  const activity = () => call('GET', `/api/v2/user-activities/${user.id}`, { token: adminToken })
  assert.deepEqual((await activity()).body, {
    data: { date: seen, connectionStatus: { online: true, lastOnline: seen } },
  })
  assert.deepEqual(here(at((await find(false, user.email)).body, 0)), [undefined, undefined])

  clock.advance(120_001)
  await written()
  assert.deepEqual((await activity()).body, {
    data: { date: clock.now().toISOString(), connectionStatus: { online: false, lastOnline: seen } },
  })
  assert.deepEqual(here(at((await call('GET', `/api/v2/users/${user.id}`, admin)).body, 'data')), [false, seen])
})

test('it is one presence for all platforms', async () => {
  const app = await cometchatOf(rollcall)
  const anna = await app.person('anna')
  const statusOf = async () => {
    await written()
    const cotalker = await call('GET', `/api/v2/users/${anna.id}`, admin)
    const cometchat = await app.full('GET', '/users/anna')
    return [at(cotalker.body, 'data', 'isOnline'), at(cometchat.body, 'data', 'status')]
  }
  assert.deepEqual(await statusOf(), [false, 'offline'])
  const asAnna = await app.as(anna)
  await asAnna('GET', '/me')
  assert.deepEqual(await statusOf(), [true, 'available'])
  clock.advance(120_001)
  assert.deepEqual(await statusOf(), [false, 'offline'])
})

test('calls of Rocket.Chat make nobody online; a login alone neither', async () => {
  const email = 'quiet@example.com'
  const user = await people.user({ email, password: 'a password' })
  const login = await call('POST', '/api/v1/login', { body: { user: email, password: 'a password' } })
  const headers = { 'x-auth-token': textAt(login.body, 'data', 'authToken'), 'x-user-id': user.id }
  assert.equal((await call('GET', '/api/v1/me', { headers })).status, 200)
  await rollcall.login(email, 'a password')
  await written()
  assert.deepEqual(here(at((await call('GET', `/api/v2/users/${user.id}`, admin)).body, 'data')), [
    false,
    user.createdAt.toISOString(),
  ])
})

test('a patch may test whether somebody is here, and change nothing about it', async () => {
  const { user } = await people.caller()
  const patch = (operation: object) =>
    call('PATCH', `/api/v2/users/jsonpatch/${user.id}`, { ...admin, body: [operation] })
  assert.equal((await patch({ op: 'test', path: '/isOnline', value: false })).status, 200)
  assert.equal((await patch({ op: 'test', path: '/isOnline', value: true })).status, 409)
  assert.equal((await patch({ op: 'replace', path: '/isOnline', value: true })).status, 403)
})
