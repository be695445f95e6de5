import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const people = workspaceOf(rollcall)
const { directory, operator, admin } = rollcall
const helper = await people.member(['view-d-room', 'edit-other-user-info', 'edit-other-user-active-status'])
const second = await people.memberIn(['admin'], { username: 'second.admin' })

describe('who may change people, but make no administrators', () => {
  const changes = [
    { username: 'free.name' },
    { email: 'free@example.com' },
    { verified: true },
    { requirePasswordChange: true },
    { active: false },
  ]
  for (const data of changes) {
    test(`does not set ${Object.keys(data).join()} of one`, async () => {
      const { status, body } = await people.post('users.update', { userId: second.id, data }, helper)
      assert.deepEqual([status, at(body, 'errorType')], [400, 'error-action-not-allowed'])
    })
  }

  test('does not deactivate one', async () => {
    const refused = await people.post('users.setActiveStatus', { userId: second.id, activeStatus: false }, helper)
    assert.equal(refused.status, 403)
    assert.equal((await directory.getUser(operator, { userId: second.id })).user.active, true)
  })

  test('changes what is no way in', async () => {
    const { status } = await people.post('users.update', { userId: second.id, data: { bio: 'Keeps the keys' } }, helper)
    assert.equal(status, 200)
  })
})

test('an order that no store can be asked for is no failure of ours', async () => {
  const sort = encodeURIComponent('{"customFields.\\u0000":1}')
  const { status } = await people.get(`users.list?sort=${sort}`, second)
  assert.ok(status === 200 || status === 400, String(status))
})

test('others are not told when somebody logged in, by any dialect', async () => {
  const ordinary = await people.memberIn(['user'], { username: 'ordinary', password: 'a password of tests' })
  const token = await rollcall.login(ordinary.user.email, 'a password of tests')
  const { status, body } = await rollcall.call('GET', `/api/v2/user-activities/${admin.id}`, { token })
  assert.deepEqual([status, at(body, 'data', 'connectionStatus')], [200, { online: false }])
})

test('a role is either deleted or a default one, whoever is faster', async () => {
  for (let round = 0; round < 8; round += 1) {
    const { id } = await directory.createRole(operator, { name: `Round ${round}`, permissions: [] })
    const outcomes = await Promise.allSettled([
      directory.updateTenant(operator, { changes: { settings: { defaultRoles: ['user', id] } } }),
      directory.deleteRole(operator, { roleId: id }),
    ])
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  }
})
