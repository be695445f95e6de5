import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, workspaceOf } from './rocketchat-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const given = { username: 'dora', email: 'dora@example.com', name: 'Dora Dancer' }

test('who is created with a random password and a welcome is mailed one; without a welcome nobody knows it', async (t) => {
  const rollcall = await startRollcall(t)
  const { memberIn, post } = workspaceOf(rollcall)
  const admin = await memberIn(['admin'])
  const welcome = { ...given, password: '', setRandomPassword: true, sendWelcomeEmail: true }
  assert.equal((await post('users.create', welcome, admin)).status, 200)
  assert.equal(rollcall.mails.length, 1)
  const [, password] = /Password: (\S+)/.exec(rollcall.mails[0]?.text ?? '') ?? []
  assert.equal((await post('login', { user: 'dora', password })).status, 200)

  const silent = { ...given, username: 'eli', email: 'eli@example.com', password: 'ignored', setRandomPassword: true }
  assert.equal((await post('users.create', silent, admin)).status, 200)
  const known = { ...given, username: 'fay', email: 'fay@example.com', password: 'known', sendWelcomeEmail: true }
  assert.equal((await post('users.create', known, admin)).status, 200)
  assert.equal(rollcall.mails.length, 1, 'whoever is given a password is mailed none')
  assert.equal((await post('login', { user: 'eli', password: 'ignored' })).status, 401)
  assert.equal((await post('login', { user: 'fay', password: 'known' })).status, 200)
})

test('a random password ends the present one', async (t) => {
  const rollcall = await startRollcall(t)
  const { memberIn, post, get } = workspaceOf(rollcall)
  const admin = await memberIn(['admin'])
  const ben = await memberIn(['user'], { username: 'ben', password: 'the first' })
  const { body } = await post('users.update', { userId: ben.id, data: { setRandomPassword: true } }, admin)
  assert.equal(at(body, 'user', 'requirePasswordChange'), true)
  assert.equal((await get('me', ben)).status, 401)
  assert.equal((await post('login', { user: 'ben', password: 'the first' })).status, 401)
})

test("one's own new password ends all sessions but this one", async (t) => {
  const rollcall = await startRollcall(t)
  const { memberIn, memberOf, post, get } = workspaceOf(rollcall)
  const ben = await memberIn(['user'], { username: 'ben', password: 'the first' })
  const elsewhere = await memberOf(ben.user)
  const data = { newPassword: 'the second', currentPassword: 'the first' }
  assert.equal((await post('users.updateOwnBasicInfo', { data }, ben)).status, 200)
  assert.deepEqual([(await get('me', ben)).status, (await get('me', elsewhere)).status], [200, 401])
  assert.equal((await post('login', { user: 'ben', password: 'the second' })).status, 200)
})

test('a new password follows the rules of the tenant, and says which one it breaks', async (t) => {
  const rollcall = await startRollcall(t)
  const { directory, operator } = rollcall
  const { memberIn, post } = workspaceOf(rollcall)
  const ben = await memberIn(['user'], { password: 'the first' })
  const passwordRules = { minLength: 12, lowerCase: 0, upperCase: 0, numbers: 0, symbols: 0, zxcvbn: 0 }
  await directory.updateTenant(operator, { changes: { passwordRules } })
  const data = { newPassword: 'short', currentPassword: 'the first' }
  const { status, body } = await post('users.updateOwnBasicInfo', { data }, ben)
  assert.deepEqual(
    [status, body],
    [
      400,
      {
        success: false,
        error: "The password does not meet the server's policy. [error-password-policy-not-met]",
        errorType: 'error-password-policy-not-met',
        details: [{ error: 'error-password-policy-not-met', message: 'must have at least 12 characters' }],
      },
    ],
  )
})

test('a change that is refused for its status changes nothing else', async (t) => {
  const rollcall = await startRollcall(t)
  const { memberIn, post } = workspaceOf(rollcall)
  const admin = await memberIn(['admin'])
  const ben = await memberIn(['user'])
  const stored = await openStored(t, rollcall.connection)
  await post('settings/Accounts_AllowInvisibleStatusOption', { value: false }, admin)
  for (const refused of [
    () => post('users.updateOwnBasicInfo', { data: { bio: 'new', statusType: 'offline' } }, ben),
    () => post('users.update', { userId: ben.id, data: { bio: 'new', status: 'offline' } }, admin),
  ]) {
    const { status, body } = await stored.unchanged(refused)
    assert.deepEqual([status, at(body, 'errorType')], [400, 'error-status-not-allowed'])
  }
  await post('users.setActiveStatus', { userId: ben.id, activeStatus: false }, admin)
  const { status, body } = await stored.unchanged(() =>
    post('users.update', { userId: ben.id, data: { bio: 'new', status: 'online' } }, admin),
  )
  assert.deepEqual([status, at(body, 'errorType')], [400, 'error-invalid-user'])
})

test('who registered has the default roles and can log in; the reason goes with the activation', async (t) => {
  const rollcall = await startRollcall(t, { openRegistration: true })
  const { memberIn, post, get } = workspaceOf(rollcall)
  const admin = await memberIn(['admin'])
  const { body } = await post('users.register', { ...given, pass: 'a password', reason: 'to dance' })
  const id = textAt(body, 'user', '_id')
  const shown = async () => at((await get(`users.info?userId=${id}`, admin)).body, 'user')
  assert.deepEqual([at(await shown(), 'roles'), at(await shown(), 'reason')], [['user'], 'to dance'])
  assert.equal((await post('login', { user: 'dora', password: 'a password' })).status, 200)
  for (const activeStatus of [false, true]) {
    assert.equal((await post('users.setActiveStatus', { userId: id, activeStatus }, admin)).status, 200)
  }
  assert.equal(at(await shown(), 'reason'), undefined)
})

test('a host that names a tenant decides where somebody registers', async (t) => {
  const rollcall = await startRollcall(t, { openRegistration: true, domain: 'people.localhost' })
  const { directory } = rollcall
  const other = directory.operator(directory.newId())
  const { tenant } = await directory.createTenant(other, {
    appId: 'acme',
    name: 'Acme',
    admin: { email: 'admin@acme.example', password: 'a password' },
  })
  const register = (host: string) =>
    rollcall.call('POST', '/api/v1/users.register', { headers: { host }, body: { ...given, pass: 'a password' } })
  const made = await register('acme.people.localhost')
  assert.equal(made.status, 200, made.text)
  const { user } = await directory.getUser(other, { userId: textAt(made.body, 'user', '_id') })
  assert.equal(user.username, 'dora')
  assert.equal(tenant.appId, 'acme')
  assert.equal((await register('acme.people.localhost')).status, 400)
  assert.equal((await register('rollcall.people.localhost')).status, 200)
  assert.equal((await register('nowhere.people.localhost')).status, 404)
})

test('no web page elsewhere registers anybody', async (t) => {
  const rollcall = await startRollcall(t, { openRegistration: true })
  const { memberIn, post } = workspaceOf(rollcall)
  const stored = await openStored(t, rollcall.connection)
  let count = 0
  const register = (headers: Record<string, string>, type = 'application/json') => {
    count += 1
    const sent = { ...given, username: `dora${count}`, email: `dora${count}@example.com`, pass: 'a password' }
    const body = type === 'application/json' ? sent : String(new URLSearchParams(sent))
    return rollcall.call('POST', '/api/v1/users.register', { headers: { ...headers, 'content-type': type }, body })
  }
  const closed = {
    success: false,
    error: 'User registration is disabled [error-user-registration-disabled]',
    errorType: 'error-user-registration-disabled',
  }
  const refused = async (headers: Record<string, string>, type?: string) => {
    const reply = await stored.unchanged(() => register(headers, type))
    assert.deepEqual([reply.status, reply.body], [400, closed], JSON.stringify(headers))
  }
  const admitted = async (headers: Record<string, string>) => {
    const reply = await register(headers)
    assert.equal(reply.status, 200, `${JSON.stringify(headers)} ${reply.text}`)
  }
  const elsewhere = [
    'http://evil.example',
    'null',
    'file://',
    '',
    'nonsense',
    'http://localhost:3001',
    'http://127.0.0.1',
  ]
  const foreign = async (host: string) => {
    for (const origin of elsewhere) {
      await refused({ host, origin })
      await refused({ host, origin }, 'application/x-www-form-urlencoded')
    }
  }

  await foreign('localhost:3000')
  for (const host of ['localhost', 'LOCALHOST:3000', '127.0.0.1:3000', '127.8.9.1', '[::1]:3000']) {
    await admitted({ host })
    await admitted({ host, origin: `http://${host}` })
  }
  // A name that was made to lead to this machine is its page's own.
  for (const host of ['evil.example:3000', '127.0.0.1.evil.example', 'localhost.evil.example', '127.evil.example']) {
    await refused({ host })
    await refused({ host, origin: `http://${host}` })
  }

  const admin = await memberIn(['admin'])
  await post('settings/Accounts_RegistrationForm', { value: 'Public' }, admin)
  await admitted({ host: 'chat.example' })
  // A proxy speaks TLS, and we don't.
  await admitted({ host: 'chat.example', origin: 'https://chat.example' })
  await admitted({ host: 'chat.example:443', origin: 'https://chat.example' })
  await foreign('chat.example')
})

test('who deletes the own account is gone, with all ways in', async (t) => {
  const rollcall = await startRollcall(t)
  const { memberIn, post, get } = workspaceOf(rollcall)
  const admin = await memberIn(['admin'])
  const ben = await memberIn(['user'], { username: 'ben', password: 'the first' })
  const { body } = await post('users.generatePersonalAccessToken', { tokenName: 'script' }, ben)
  await post('settings/Accounts_AllowDeleteOwnAccount', { value: true }, admin)
  assert.equal((await post('users.deleteOwnAccount', { password: 'the first' }, ben)).status, 200)
  assert.equal((await get('me', ben)).status, 401)
  assert.equal((await get('me', { headers: headersOf(ben.id, textAt(body, 'token')) })).status, 401)
  assert.equal((await post('login', { user: 'ben', password: 'the first' })).status, 401)
  assert.equal((await get(`users.info?userId=${ben.id}`, admin)).status, 400)
})

test('administrators who are idle are passed by, unless by who may make one; the caller and the last one always', async (t) => {
  const rollcall = await startRollcall(t)
  const { member, memberIn, post, get } = workspaceOf(rollcall)
  const caller = await memberIn(['admin', 'user'])
  const moderator = await member(['edit-other-user-active-status'])
  const people = [await memberIn(['admin', 'user']), await memberIn(['user'])]
  rollcall.clock.advance(86_400_000)
  const idle = (as: typeof caller) => post('users.deactivateIdle', { daysIdle: 0.5 }, as)
  const active = async () => Promise.all(people.map(async (one) => (await get('me', one)).status === 200))
  assert.deepEqual((await idle(moderator)).body, { count: 1, success: true })
  assert.deepEqual(await active(), [true, false])
  assert.deepEqual((await idle(caller)).body, { count: 1, success: true })
  assert.deepEqual(await active(), [false, false])
  assert.equal((await get('me', caller)).status, 200)
})
