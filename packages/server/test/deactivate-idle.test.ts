import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { draftUser, roleIdsOf, withDerived } from '../src/core/index.ts'
import { countingIds, startRollcall } from './support.ts'

const { admin, directory, operator } = await startRollcall({ after })

test('more idle people than one transaction takes, with some among them who stay', async () => {
  const { catalogue } = await directory.getUser(operator, { userId: admin.id })
  const [ordinary, administrators] = [roleIdsOf(['user'], catalogue), roleIdsOf(['user', 'admin'], catalogue)]
  const makeId = countingIds('70')
  const users = Array.from({ length: 250 }, (_, index) => {
    const accessRoles = index % 10 === 0 ? administrators : ordinary
    const fields = { username: `idle.${index}`, email: `idle${index}@example.com`, accessRoles }
    const ids = { id: makeId(), membershipId: makeId() }
    return withDerived(draftUser(fields, { ...ids, at: new Date(index), catalogue }))
  })
  await directory.loadUsers(operator, { users })
  // Somebody who may deactivate people, but make no administrators.
  const helper = { ...operator, capabilities: new Set(['users.set-active'] as const) }
  assert.equal(await directory.deactivateIdle(helper, { role: 'user', days: 30 }), 225)
  assert.equal(await directory.deactivateIdle(helper, { role: 'user', days: 30 }), 0)
  assert.equal(await directory.deactivateIdle(operator, { role: 'user', days: 30 }), 25)
})
