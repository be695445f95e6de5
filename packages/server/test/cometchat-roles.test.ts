import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, clock, adminToken: token } = rollcall
const app = await cometchatOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const rolesIn = async (query = '') =>
  Object.values(Object(at((await app.full('GET', `/roles${query}`)).body, 'data'))).map((one) => at(one, 'role'))
const make = async (role: string, more: object = {}) => {
  const { status, text } = await app.full('POST', '/roles', { body: { role, name: role, ...more } })
  assert.equal(status, 200, text)
  const made = (await directory.everyRole(operator, { right: null })).find(({ code }) => code === role)
  assert.ok(made)
  return made
}
const roleOf = async (uid: string) => at((await app.full('GET', `/users/${uid}`)).body, 'data', 'role')

test('roles are listed newest first, those of every platform among them; all pages together are all of them', async () => {
  for (const role of ['first', 'second']) {
    clock.advance(1000)
    await make(role)
  }
  clock.advance(1000)
  const elsewhere = await directory.createRole(operator, {
    name: 'Made in Cotalker',
    permissions: ['admin-users-read'],
  })
  const all = await rolesIn()
  assert.deepEqual(all.slice(0, 3), [elsewhere.code, 'second', 'first'])
  assert.equal(all.at(-1), 'read-admin')
  assert.equal(all.includes('default'), true)
  assert.equal(all.includes('user'), false)
  const pages = []
  for (let page = 1; page <= Math.ceil(all.length / 5); page += 1) {
    pages.push(...(await rolesIn(`?perPage=5&page=${page}`)))
  }
  assert.deepEqual(pages, all)
})

test('whoever had a role that is deleted keeps the others, and is of the role default without any', async () => {
  const [gone, other] = [await make('gone'), await make('other')]
  await app.person('only', { accessRoles: [gone.id] })
  await app.person('both', { accessRoles: [gone.id, other.id] })
  await app.person('off', { accessRoles: [gone.id], active: false })
  assert.deepEqual([await roleOf('only'), await roleOf('both')], ['gone', 'gone'])
  clock.advance(1000)
  const { status, body } = await app.full('DELETE', '/roles/GONE')
  assert.deepEqual([status, body], [200, { data: { success: true, message: 'The role gone has been deleted.' } }])
  assert.deepEqual([await roleOf('only'), await roleOf('both')], ['default', 'other'])
  assert.equal((await rolesIn()).includes('gone'), false)
  const { body: only } = await app.full('GET', '/users/only')
  assert.equal(at(only, 'data', 'updatedAt'), Math.floor(clock.now().getTime() / 1000))
  await make('gone')
  assert.deepEqual([await roleOf('only'), await roleOf('both')], ['default', 'other'], 'a new one is nobody’s')
})

test('a role that a job title lends is not deleted', async () => {
  const lent = await make('lent')
  const title = { code: 'clerk', display: 'Clerk', accessRoles: [lent.id], properties: [], allowedExtensions: [] }
  await directory.createJobTitle(operator, { ...title, active: true })
  await directory.createUser(operator, { email: 'holder@example.com', accessRoles: [lent.id] })
  const { status, body } = await stored.unchanged(() => app.full('DELETE', '/roles/lent'))
  assert.deepEqual([status, at(body, 'error', 'code')], [400, 'ERR_ROLE_DELETE_DENIED'])
})

test('a role made here permits nothing anywhere, and keeps what other platforms know of it', async () => {
  const role = await make('quiet', { permissions: ['admin-*-write'] })
  assert.deepEqual(role.permissions, [])
  const scope = { scope: 'Subscriptions' }
  await directory.updateRole(operator, { roleId: role.id, changes: { details: scope, permissions: ['view-d-room'] } })
  const changed = await app.full('PUT', '/roles/quiet', { body: { metadata: { floor: 1 }, permissions: [] } })
  assert.equal(changed.status, 200)
  const { details, permissions } = await directory.getRole(operator, { roleId: role.id })
  assert.deepEqual([details, permissions], [{ ...scope, metadata: { floor: 1 } }, ['view-d-room']])
  const cotalker = await rollcall.call('GET', `/api/v2/accessroles/${role.id}`, { token, admin: true })
  assert.deepEqual(
    [at(cotalker.body, 'data', 'name'), at(cotalker.body, 'data', 'permissions')],
    ['quiet', permissions],
  )
})

test('roles of another app are not told of', async () => {
  const other = await directory.operator(directory.newId())
  await directory.createTenant(other, {
    appId: 'acme',
    name: 'Acme',
    admin: { email: 'admin@acme.example', password: 'the first password' },
  })
  const otherApp = await cometchatOf({ ...rollcall, operator: other })
  await make('ours')
  for (const method of ['GET', 'PUT', 'DELETE'] as const) {
    const { status, body } = await stored.unchanged(() => otherApp.full(method, '/roles/ours'))
    assert.deepEqual([status, at(body, 'error', 'code')], [404, 'ERR_ROLE_NOT_FOUND'], method)
  }
  assert.equal((await otherApp.full('POST', '/roles', { body: { role: 'ours', name: 'Theirs' } })).status, 200)
  assert.equal(textAt((await app.full('GET', '/roles/ours')).body, 'data', 'name'), 'ours')
})
