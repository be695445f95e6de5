import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator } = rollcall
const definitions = { clearance: { type: 'text' }, team: { type: 'text', public: true } }
await directory.updateTenant(operator, { changes: { settings: { customFields: JSON.stringify(definitions) } } })
const people = workspaceOf(rollcall)
const reader = await people.member(['view-full-other-user-info'], { username: 'reader', name: 'Reader One' })
const regular = await people.memberIn(['user'], {
  username: 'Regular.One',
  name: 'Regular One',
  password: 'Rainy-7-days!',
})
const nobody = await people.member([], { username: 'nobody', name: 'Nobody' })
const subject = await people.user({
  ...{ username: 'subject', name: 'Subject One', nickname: 'Sub', bio: 'Is read', statusText: 'reading' },
  ...{ utcOffset: -3, phone: '+56 2 2345 6789', language: 'es', importIds: ['hr-17'], kind: 'bot' },
  ...{ requirePasswordChange: true, requirePasswordChangeReason: 'new here', registrationReason: 'was asked' },
  customFields: { clearance: 'High', team: 'Queen' },
})
await directory.setPresence(operator, { userId: subject.id, status: 'away' })

const info = (given: Readonly<Record<string, unknown>>, as?: Member) =>
  people.get(
    `users.info?${new URLSearchParams(
      Object.entries(given).map(([name, value]): [string, string] => [
        name,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    )}`,
    as,
  )
const lacking = 'User does not have the permissions required for this action [error-unauthorized]'
const notFound = { success: false, error: 'User not found.' }

const open = {
  ...{ _id: subject.id, username: 'subject', name: 'Subject One', nickname: 'Sub', bio: 'Is read', type: 'bot' },
  ...{ active: true, status: 'away', statusText: 'reading', utcOffset: -3, reason: 'was asked' },
}
const whole = {
  ...open,
  customFields: { clearance: 'High', team: 'Queen' },
  ...{ canViewAllInfo: true, statusConnection: 'away', statusDefault: 'away' },
  emails: [{ address: subject.email, verified: false }],
  ...{ phone: '+56 2 2345 6789', roles: [], importIds: ['hr-17'] },
  ...{ requirePasswordChange: true, requirePasswordChangeReason: 'new here', createdAt: '2026-01-01T00:00:00.000Z' },
}

test('anybody sees what is public, of custom fields too', async () => {
  const { status, body } = await info({ userId: subject.id }, regular)
  assert.equal(status, 200)
  assert.deepEqual(body, {
    user: { ...open, customFields: { team: 'Queen' }, canViewAllInfo: false },
    success: true,
  })
})

test('whoever may read private values sees all but what one can log in by', async () => {
  const { body } = await info({ userId: subject.id }, reader)
  assert.deepEqual(body, { user: whole, success: true })
})

test('people see all of themselves, and that they have a password, but nothing of it', async () => {
  const { body } = await info({ username: 'Regular.One' }, regular)
  assert.deepEqual(at(body, 'user', 'services'), { password: true, resume: { loginTokens: [] } })
  assert.deepEqual(at(body, 'user', 'emails'), [{ address: regular.user.email, verified: false }])
  assert.equal(at(body, 'user', 'canViewAllInfo'), true)
  assert.deepEqual(at((await info({ username: 'nobody' }, nobody)).body, 'user', 'services'), {
    resume: { loginTokens: [] },
  })
})

describe('who is found', () => {
  const cases: readonly [string, Readonly<Record<string, unknown>>, Member][] = [
    ['by id', { userId: subject.id }, regular],
    ['by username, in any case', { username: 'SUBJECT' }, regular],
    ['by the older name of it', { user: 'subject' }, regular],
    ['by a username as id', { userId: 'subject' }, regular],
    ['by id, whatever else is given', { userId: subject.id, username: 'reader', email: 'x@example.com' }, regular],
    ['by address, in any case', { email: subject.email.toUpperCase() }, reader],
    ['by import id', { importId: 'hr-17' }, reader],
    ['with parameters that nobody knows', { username: 'subject', _: 1, freeSwitchExtension: '' }, regular],
  ]
  for (const [title, given, as] of cases) {
    test(title, async () => {
      const { status, body, text } = await info(given, as)
      assert.equal(status, 200, text)
      assert.equal(at(body, 'user', '_id'), subject.id)
    })
  }
  test('oneself by the own address', async () => {
    assert.equal(at((await info({ email: regular.user.email }, regular)).body, 'user', '_id'), regular.id)
  })
})

describe('who is not', () => {
  const cases: readonly [string, Readonly<Record<string, unknown>>, Member][] = [
    ['nobody has the id', { userId: 'aobEdbYhXfu5hkeqG' }, regular],
    ['nobody has the name', { username: 'nobody.at.all' }, reader],
    ['a name that none can have', { username: 'no\0body' }, reader],
    ["others' addresses lead to nobody", { email: subject.email }, regular],
    ["others' import ids lead to nobody", { importId: 'hr-17' }, regular],
    ['nobody has the address', { email: 'nobody@example.com' }, reader],
  ]
  for (const [title, given, as] of cases) {
    test(title, async () => {
      const { status, body } = await info(given, as)
      assert.equal(status, 400)
      assert.deepEqual(body, notFound)
    })
  }
  test('without a name, an error says so', async () => {
    const { status, body } = await info({ userId: '' }, regular)
    assert.equal(status, 400)
    assert.deepEqual(body, {
      success: false,
      error: 'The required "userId" or "username" param was not provided [error-user-param-not-provided]',
      errorType: 'error-user-param-not-provided',
    })
  })
  test('without view-d-room there is only oneself, and no difference between somebody and nobody', async () => {
    for (const userId of [subject.id, 'nobody.at.all']) {
      const { status, body } = await info({ userId }, nobody)
      assert.equal(status, 403)
      assert.deepEqual(body, { success: false, error: lacking })
    }
    assert.equal((await info({ userId: nobody.id }, nobody)).status, 200)
  })
  test('strangers are to log in', async () => {
    assert.equal((await info({ userId: subject.id })).status, 401)
  })
})

describe('rooms, of which there are none', () => {
  const cases: readonly [string, Readonly<Record<string, unknown>>, Member, unknown][] = [
    ['asked for', { userId: subject.id, includeUserRooms: true }, reader, []],
    ['asked for as older clients do', { userId: subject.id, fields: { userRooms: 1 } }, reader, []],
    ['of oneself', { userId: regular.id, includeUserRooms: 'true' }, regular, []],
    ["others'", { userId: subject.id, includeUserRooms: true }, regular, undefined],
    ['not asked for', { userId: subject.id, includeUserRooms: false, fields: { bio: 1 } }, reader, undefined],
  ]
  for (const [title, given, as, expected] of cases) {
    test(title, async () => {
      const { status, body } = await info(given, as)
      assert.equal(status, 200)
      assert.deepEqual(at(body, 'user', 'rooms'), expected)
    })
  }
  test('asked for in a way that is none', async () => {
    const { status, body } = await info({ userId: subject.id, fields: '{userRooms:1}' }, reader)
    assert.equal(status, 400)
    assert.deepEqual(body, {
      success: false,
      error: 'Invalid fields parameter provided: "{userRooms:1}" [error-invalid-fields]',
      errorType: 'error-invalid-fields',
      details: { helperMethod: 'parseJsonQuery' },
    })
  })
})

test('there are no teams', async () => {
  assert.deepEqual((await people.get(`users.listTeams?userId=${subject.id}`, regular)).body, {
    teams: [],
    success: true,
  })
  assert.equal((await people.get('users.listTeams')).status, 401)
})
