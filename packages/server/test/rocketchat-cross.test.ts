import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { headersOf, workspaceOf } from './rocketchat-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { call } = rollcall
const { builtIn, get, memberIn, memberOf, post, user } = workspaceOf(rollcall)
const people = peopleOf(rollcall)
const token = await people.tokenOf(rollcall.admin.id)
const stored = await openStored({ after }, rollcall.connection)
const admin = await memberIn(['admin'])

let count = 0
const fresh = (): string => {
  count += 1
  return `cross${count}`
}
const cotalkerReads = async (id: string): Promise<unknown> =>
  at((await call('GET', `/api/v2/users/${id}`, { token, admin: true })).body, 'data')
const rocketReads = async (id: string, as = admin): Promise<unknown> =>
  at((await get(`users.info?userId=${id}`, as)).body, 'user')
const cotalkerChanges = (id: string, body: object) => call('PATCH', `/api/v2/users/${id}`, { token, admin: true, body })
const rocketChanges = (id: string, data: object, as = admin) => post('users.update', { userId: id, data }, as)
const rocketCreates = async (given: object = {}): Promise<string> => {
  const username = fresh()
  const body = { username, email: `${username}@example.com`, name: 'Ada Lane', password: 'a password', ...given }
  const { body: reply, text } = await post('users.create', body, admin)
  assert.equal(at(reply, 'success'), true, text)
  return textAt(reply, 'user', '_id')
}
const cotalkerCreates = async (given: object = {}): Promise<string> => {
  const body = { email: `${fresh()}@example.com`, name: { names: 'Ada' }, accessRoles: [], ...given }
  const reply = await call('POST', '/api/v2/users', { token, admin: true, body })
  assert.equal(reply.status, 201, reply.text)
  return textAt(reply.body, 'data', '_id')
}
const members = (record: unknown, names: readonly string[]) => names.map((name) => at(record, name))

const guestAndUser = await builtIn('guest', 'user')
describe('what is written here is read in Cotalker at once', () => {
  const changes: [title: string, data: object, names: readonly string[], expected: unknown[]][] = [
    [
      'a name in two words',
      { name: 'Grace Hill' },
      ['name'],
      [{ displayName: 'Grace Hill', names: 'Grace', lastName: 'Hill', secondLastName: '' }],
    ],
    [
      'a name in one word',
      { name: 'Grace' },
      ['name'],
      [{ displayName: 'Grace', names: 'Grace', lastName: '', secondLastName: '' }],
    ],
    [
      'a name in four words',
      { name: 'Ana Maria Luz Hill' },
      ['name'],
      [{ displayName: 'Ana Maria Luz Hill', names: 'Ana Maria Luz', lastName: 'Hill', secondLastName: '' }],
    ],
    ['an email, in lower case', { email: 'Moved@Example.com' }, ['email'], ['moved@example.com']],
    ['a deactivation', { active: false }, ['isActive'], [false]],
    ['a reactivation', { active: true }, ['isActive'], [true]],
    ['roles, by their codes', { roles: ['guest', 'user'] }, ['accessRoles'], [guestAndUser]],
  ]
  test('every change', async () => {
    const id = await rocketCreates()
    assert.deepEqual(members(await cotalkerReads(id), ['isActive', 'accessRoles']), [true, await builtIn('user')])
    for (const [title, data, names, expected] of changes) {
      const { status, text } = await rocketChanges(id, data)
      assert.equal(status, 200, text)
      assert.deepEqual(members(await cotalkerReads(id), names), expected, title)
    }
  })

  test('a deletion', async () => {
    const id = await rocketCreates()
    assert.equal((await post('users.delete', { userId: id }, admin)).status, 200)
    assert.equal((await call('GET', `/api/v2/users/${id}`, { token, admin: true })).status, 404)
  })

  test('who is deactivated as idle', async () => {
    const id = await rocketCreates({ roles: ['guest'] })
    rollcall.clock.advance(10 * 86_400_000)
    const { body } = await post('users.deactivateIdle', { daysIdle: 9, role: 'guest' }, admin)
    assert.ok(Number(at(body, 'count')) >= 1)
    assert.equal(at(await cotalkerReads(id), 'isActive'), false)
  })
})

describe('what is written in Cotalker is read here at once', () => {
  test('every change', async () => {
    const id = await cotalkerCreates({ name: { names: 'Ada', lastName: 'Lane', secondLastName: 'Hill' } })
    const email = at(await cotalkerReads(id), 'email')
    assert.deepEqual(members(await rocketReads(id), ['name', 'emails', 'roles', 'active', 'type']), [
      'Ada Lane Hill',
      [{ address: email, verified: false }],
      [],
      true,
      'user',
    ])
    const changes: [data: object, name: string, expected: unknown][] = [
      [{ name: { displayName: 'The Lane' } }, 'name', 'The Lane'],
      [{ accessRoles: await builtIn('bot', 'guest') }, 'roles', ['bot', 'guest']],
      [{ isActive: false }, 'active', false],
      [{ isActive: true }, 'active', true],
      [{ phone: '8675309' }, 'phone', '8675309'],
      [{ system: 'bot' }, 'type', 'bot'],
    ]
    for (const [data, name, expected] of changes) {
      const { status, text } = await cotalkerChanges(id, data)
      assert.equal(status, 200, text)
      assert.deepEqual(at(await rocketReads(id), name), expected, name)
    }
  })

  test('parts of a name that somebody filled in stay when one name is written here', async () => {
    const id = await cotalkerCreates({ name: { displayName: 'Boss', names: 'Ada', lastName: 'Lane' } })
    await rocketChanges(id, { name: 'Chief Lane' })
    assert.deepEqual(at(await cotalkerReads(id), 'name'), {
      displayName: 'Chief Lane',
      names: 'Ada',
      lastName: 'Lane',
      secondLastName: '',
    })
  })
})

test('an email is immutable through Cotalker only, and one that was made up is not shown here', async () => {
  const id = await rocketCreates()
  const { status } = await stored.unchanged(() => cotalkerChanges(id, { email: 'other@example.com' }))
  assert.equal(status, 403)
  assert.equal((await rocketChanges(id, { email: 'other@example.com' })).status, 200)
  assert.equal(at(await cotalkerReads(id), 'email'), 'other@example.com')

  const nameless = await rollcall.directory.createUser(rollcall.operator, { name: 'No Address' })
  assert.match(textAt(await cotalkerReads(nameless.user.id), 'email'), /@rollcall\.invalid$/)
  assert.equal(at(await rocketReads(nameless.user.id), 'emails'), undefined)
  const { body } = await rocketChanges(nameless.user.id, { email: 'found@example.com' })
  assert.deepEqual(at(body, 'user', 'emails'), [{ address: 'found@example.com', verified: false }])
})

test("a deactivation ends this dialect's sessions and personal tokens; Cotalker's API tokens wait for the reactivation", async () => {
  for (const deactivate of [
    (id: string) => cotalkerChanges(id, { isActive: false }),
    (id: string) => post('users.setActiveStatus', { userId: id, activeStatus: false }, admin),
  ]) {
    const member = await memberIn(['user'])
    const made = await post('users.generatePersonalAccessToken', { tokenName: 'script' }, member)
    const personal = headersOf(member.id, textAt(made.body, 'token'))
    const apiToken = await people.tokenOf(member.id)
    const statuses = async () => [
      (await get('me', member)).status,
      (await get('me', { headers: personal })).status,
      (await call('GET', '/api/v2/users/me', { token: apiToken })).status,
    ]
    assert.deepEqual(await statuses(), [200, 200, 200])
    assert.equal((await deactivate(member.id)).status, 200)
    assert.deepEqual(await statuses(), [401, 401, 401])
    assert.equal((await post('users.setActiveStatus', { userId: member.id, activeStatus: true }, admin)).status, 200)
    assert.deepEqual(await statuses(), [401, 401, 200])
  }
})

test('a token of one dialect does not work in the other', async () => {
  const { id, token: mine } = await memberIn(['admin'])
  const apiToken = await people.tokenOf(id)
  assert.equal((await call('GET', '/api/v2/users/me', { token: mine })).status, 401)
  assert.equal((await get('me', { headers: headersOf(id, apiToken) })).status, 401)
  assert.equal((await get('me', { headers: headersOf(rollcall.admin.id, rollcall.adminToken) })).status, 401)
})

test('a password set in one dialect is the one of the other, and ends its sessions', async () => {
  const username = fresh()
  const id = await rocketCreates({ username, email: `${username}@example.com`, password: 'the first' })
  const session = await rollcall.login(`${username}@example.com`, 'the first')
  assert.equal((await rocketChanges(id, { password: 'the second' })).status, 200)
  assert.equal((await call('GET', '/api/v2/users/me', { token: session })).status, 401)
  assert.ok(await rollcall.login(`${username}@example.com`, 'the second'))
  assert.equal((await cotalkerChanges(id, { password: 'the third' })).status, 200)
  assert.equal((await post('login', { user: username, password: 'the third' })).status, 200)
  assert.equal((await post('login', { user: username, password: 'the second' })).status, 401)
})

test("custom fields are Cotalker's collection of that name: private ones stay private, and both ways pass the definitions", async () => {
  const definitions = {
    clearance: { type: 'select', options: ['High', 'Low'], required: true, public: true },
    team: { type: 'text', maxLength: 10 },
  }
  const setting = { value: JSON.stringify(definitions) }
  assert.equal((await post('settings/Accounts_CustomFields', setting, admin)).status, 200)
  const id = await rocketCreates({ customFields: { clearance: 'High', team: 'Red' } })
  assert.deepEqual(at(await cotalkerReads(id), 'extensions', 'customFields'), { clearance: 'High', team: 'Red' })

  const regular = await memberIn(['user'])
  assert.deepEqual(at(await rocketReads(id, regular), 'customFields'), { clearance: 'High' })
  const write = (customFields: object) => cotalkerChanges(id, { extensions: { customFields } })
  assert.equal((await write({ clearance: 'Low', team: 'Blue' })).status, 200)
  assert.deepEqual(at(await rocketReads(id), 'customFields'), { clearance: 'Low', team: 'Blue' })
  assert.deepEqual(at(await rocketReads(id, regular), 'customFields'), { clearance: 'Low' })
  for (const refused of [{ clearance: 'Middle' }, { team: 'Red' }, { clearance: 'Low', unheard: 'of' }]) {
    assert.equal((await stored.unchanged(() => write(refused))).status, 400, JSON.stringify(refused))
  }
  assert.equal((await post('settings/Accounts_CustomFields', { value: '' }, admin)).status, 200)
})

test('a regular user here sees only itself in Cotalker', async () => {
  const member = await memberIn(['user'])
  const own = await people.tokenOf(member.id)
  const { body } = await call('GET', '/api/v2/users', { token: own })
  assert.deepEqual(
    Object.values(Object(at(body, 'data', 'users'))).map((one) => at(one, '_id')),
    [member.id],
  )
  assert.equal((await call('GET', `/api/v2/users/${admin.id}`, { token: own })).status, 403)
})

test('the last administrator is kept by both', async (t) => {
  const other = await startRollcall(t)
  const workspace = workspaceOf(other)
  const rows = await openStored(t, other.connection)
  const { headers, id } = await workspace.memberOf(other.admin)
  const calls = [
    () => workspace.post('users.setActiveStatus', { userId: id, activeStatus: false }, { headers }),
    () => workspace.post('users.update', { userId: id, data: { active: false } }, { headers }),
    () => workspace.post('users.update', { userId: id, data: { roles: [] } }, { headers }),
    () => workspace.post('users.delete', { userId: id }, { headers }),
  ]
  for (const refused of calls) {
    const { status, body } = await rows.unchanged(refused)
    assert.deepEqual(
      [status, body],
      [
        400,
        {
          success: false,
          error: 'Leaving the app without an active administrator is not allowed [error-action-not-allowed]',
          errorType: 'error-action-not-allowed',
        },
      ],
    )
  }
  for (const body of [{ isActive: false }, { accessRoles: [] }]) {
    const path = `/api/v2/users/${id}`
    const { status } = await rows.unchanged(() =>
      other.call('PATCH', path, { token: other.adminToken, admin: true, body }),
    )
    assert.equal(status, 409, JSON.stringify(body))
  }
})

test('a picture that was linked to in Cotalker is shown here, until one is uploaded or it is reset', async () => {
  const { username, id } = await user({ username: fresh() })
  const avatar = { small: '', square: '', original: 'https://pictures.example.com/a.png' }
  await cotalkerChanges(id, { avatar })
  const linked = await call('GET', `/avatar/${username}`)
  assert.deepEqual([linked.status, linked.headers.location], [307, avatar.original])
  await cotalkerChanges(id, { avatar: { ...avatar, original: 'javascript:alert(1)' } })
  assert.match(String((await call('GET', `/avatar/${username}`)).headers['content-type']), /^image\/svg/)
  assert.equal((await post('users.resetAvatar', { userId: id }, admin)).status, 200)
  assert.equal(at(await cotalkerReads(id), 'avatar'), undefined)
})

test('who may edit users in one platform’s words may in the other’s', async () => {
  const editor = await memberOf((await people.caller(['admin-users-write'], { email: `${fresh()}@example.com` })).user)
  const subject = await user()
  assert.equal((await rocketChanges(subject.id, { name: 'Edited Here' }, editor)).status, 200)
  const { token: apiToken } = await people.caller(['edit-other-user-info'], { email: `${fresh()}@example.com` })
  const path = `/api/v2/users/${subject.id}`
  const reply = await call('PATCH', path, { token: apiToken, admin: true, body: { phone: '1' } })
  assert.equal(reply.status, 200, reply.text)
})
