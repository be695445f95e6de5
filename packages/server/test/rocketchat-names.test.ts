import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestName } from '../src/dialects/rocketchat/fields.ts'
import { settingId } from '../src/dialects/rocketchat/settings.ts'
import { workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

test('refusals name what requests have, and nothing of the directory’s own', () => {
  for (const [field, name] of [
    ['accessRoles', 'roles'],
    ['emailVerified', 'verified'],
    ['displayName', 'name'],
    ['password', 'password'],
    ['registrationReason', 'reason'],
    ['extensions.rocketchat.team', 'team'],
    ['customFields.team', 'customFields.team'],
    ['uid', undefined],
    ['givenNames', 'name'],
    ['avatar', undefined],
    ['defaultRoles', undefined],
    ['ownDeletion', undefined],
    ['expiresAt', undefined],
    ['toString', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(requestName(field), name, field)
  }
  assert.equal(settingId('ownDeletion'), 'Accounts_AllowDeleteOwnAccount')
  assert.equal(settingId('customFields'), 'Accounts_CustomFields')
  assert.equal(settingId('name'), undefined)
})

test('a setting that takes no such value is named by its id', async (t) => {
  const rollcall = await startRollcall(t)
  const { memberIn, post } = workspaceOf(rollcall)
  const admin = await memberIn(['admin'])
  const value = Array.from({ length: 101 }, (_, n) => `role${n}`).join(',')
  const reply = await post('settings/Accounts_Registration_Users_Default_Roles', { value }, admin)
  const [status, path] = [reply.status, at(reply.body, 'details', 'path')]
  assert.deepEqual([status, path], [400, 'Accounts_Registration_Users_Default_Roles'])
  assert.match(String(at(reply.body, 'error')), /^Accounts_Registration_Users_Default_Roles must /)
  assert.doesNotMatch(reply.text, /defaultRoles/)
})
