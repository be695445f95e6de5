import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { callingTo, headersOf, workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

describe('me', async () => {
  const rollcall = await startRollcall({ after })
  const workspace = workspaceOf(rollcall)
  const { directory, operator } = rollcall

  test('presence stands beside the record, and is as fresh as it on every process', async () => {
    const one = await workspace.member(['view-d-room'])
    const elsewhere = callingTo(await rollcall.another())
    const presence = async () => {
      const { body } = await elsewhere.get('me', one)
      return ['status', 'statusConnection', 'statusDefault', 'statusText'].map((name) => at(body, name))
    }
    assert.deepEqual(await presence(), ['offline', undefined, undefined, undefined])
    await directory.setPresence(operator, { userId: one.id, status: 'busy', statusText: 'in a call' })
    assert.deepEqual(await presence(), ['busy', 'busy', 'busy', 'in a call'])
    await directory.setPresence(operator, { userId: one.id, status: 'offline', statusText: '' })
    assert.deepEqual((await presence())[0], 'offline')
  })

  test('whoever may see nobody sees itself, presence and all', async () => {
    const one = await workspace.member()
    await directory.setPresence(operator, { userId: one.id, status: 'away' })
    const { status, body } = await workspace.get('me', one)
    assert.deepEqual([status, at(body, '_id'), at(body, 'status')], [200, one.id, 'away'])
  })

  test('roles are codes, of made roles their ids', async () => {
    const made = await workspace.role(['view-d-room'])
    const accessRoles = [...(await workspace.builtIn('bot', 'user')), made]
    const one = await workspace.memberOf(await workspace.user({ accessRoles }))
    const roles = async () => at((await workspace.get('me', one)).body, 'roles')
    assert.deepEqual(await roles(), ['bot', 'user', made])
    await directory.updateUser(operator, { userId: one.id, changes: { accessRoles: accessRoles.slice(0, 2) } })
    await directory.deleteRole(operator, { roleId: made })
    assert.deepEqual(await roles(), ['bot', 'user'])
  })

  test('an invented address is not shown; email is the address that was proven', async () => {
    const { user } = await directory.createUser(operator, { accessRoles: [], username: 'nobodys.address' })
    const one = await workspace.memberOf(user)
    const { body } = await workspace.get('me', one)
    assert.deepEqual([at(body, 'emails'), at(body, 'email'), at(body, 'name')], [undefined, undefined, undefined])
    const proven = await workspace.member([], { email: 'proven@example.com', emailVerified: true })
    assert.equal(at((await workspace.get('me', proven)).body, 'email'), 'proven@example.com')
  })

  test('the avatar is found where the caller found the server', async () => {
    const one = await workspace.member([], { username: 'ada.l' })
    const reply = await rollcall.call('GET', '/api/v1/me', { headers: { ...one.headers, host: 'chat.example:3000' } })
    assert.equal(at(reply.body, 'avatarUrl'), 'http://chat.example:3000/avatar/ada.l')
  })

  test('a host that is none is repeated nowhere', async () => {
    const one = await workspace.member([], { username: 'ada.m' })
    for (const host of ['a"b<c', 'a/b', 'a@b', 'a b', "a'b", 'a\\b', 'a?b', 'ä']) {
      const headers = { ...one.headers, host }
      const me = await rollcall.call('GET', '/api/v1/me', { headers })
      assert.equal(at(me.body, 'avatarUrl'), '/avatar/ada.m', host)
      const avatar = await rollcall.call('GET', '/api/v1/users.getAvatar?username=ada.m', { headers })
      assert.deepEqual([avatar.status, avatar.headers.location, avatar.body], [307, '/avatar/ada.m', '/avatar/ada.m'])
      const site = await rollcall.call('GET', '/api/v1/settings.public?_id=Site_Url', { headers })
      assert.deepEqual(at(site.body, 'settings'), [{ _id: 'Site_Url', value: '' }])
    }
    for (const host of ['[::1]:3000', '127.0.0.1', 'a-b.example:80']) {
      const { body } = await rollcall.call('GET', '/api/v1/me', { headers: { ...one.headers, host } })
      assert.equal(at(body, 'avatarUrl'), `http://${host}/avatar/ada.m`)
    }
  })

  test('a person of Cotalker has one name here, made of its parts', async () => {
    const fields = { givenNames: 'Ada', familyName: 'Lark', displayName: '' }
    const { user } = await directory.createUser(operator, { email: 'ada.lark@example.com', accessRoles: [], ...fields })
    const { body } = await workspace.get('me', await workspace.memberOf(user))
    assert.deepEqual([at(body, 'name'), at(body, 'username')], ['Ada Lark', 'ada.lark'])
  })

  test('a token of somebody who is erased is none', async () => {
    const one = await workspace.member()
    await directory.deleteUser(operator, { userId: one.id })
    assert.equal((await workspace.get('me', { headers: headersOf(one.id, one.token) })).status, 401)
  })
})

describe('settings', async () => {
  const rollcall = await startRollcall({ after })
  const workspace = workspaceOf(rollcall)
  const admin = await workspace.memberIn(['admin'])
  const set = async (id: string, value: unknown) => {
    const { status, text } = await workspace.post(`settings/${id}`, { value }, admin)
    assert.equal(status, 200, text)
  }
  const get = async (id: string) => at((await workspace.get(`settings/${id}`, admin)).body, 'value')

  test('every switch is one of its own', async () => {
    const reply = await workspace.get('settings.public?count=0')
    const listed: unknown = at(reply.body, 'settings')
    assert.ok(Array.isArray(listed))
    const switches = listed.filter((one) => typeof at(one, 'value') === 'boolean').map((one) => String(at(one, '_id')))
    assert.equal(switches.length, 11)
    for (const id of switches) {
      const before = await Promise.all(switches.map(get))
      await set(id, !(await get(id)))
      const flipped = (await Promise.all(switches.map(get))).filter((value, index) => value !== before[index])
      assert.equal(flipped.length, 1, id)
    }
  })

  test('registration is as the server was started until somebody decides', async () => {
    assert.equal(await get('Accounts_RegistrationForm'), 'Disabled')
    await set('Accounts_RegistrationForm', 'Public')
    assert.equal(await get('Accounts_RegistrationForm'), 'Public')
  })

  test('what a company says of itself is untouched by a setting', async () => {
    const { settings: _settings, ...before } = await rollcall.directory.getTenant(rollcall.operator, {})
    await set('Accounts_PasswordReset', 'false')
    assert.equal(await get('Accounts_PasswordReset'), false)
    const { settings: _now, ...now } = await rollcall.directory.getTenant(rollcall.operator, {})
    assert.deepEqual({ ...now, version: 0, modifiedAt: null }, { ...before, version: 0, modifiedAt: null })
  })

  test('who may only read settings changes none, and who may only change them makes no default administrators', async () => {
    const reader = await workspace.member(['view-privileged-setting'])
    assert.equal((await workspace.get('settings/uniqueID', reader)).status, 200)
    assert.equal((await workspace.post('settings/Accounts_CustomFields', { value: '' }, reader)).status, 403)
    const editor = await workspace.member(['edit-privileged-setting'])
    const roles = 'Accounts_Registration_Users_Default_Roles'
    assert.equal((await workspace.post(`settings/${roles}`, { value: 'user,admin' }, editor)).status, 403)
    assert.equal(await get(roles), 'user')
  })
})
