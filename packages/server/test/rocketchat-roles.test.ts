import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { builtInRoles } from '../src/core/index.ts'
import { workspaceOf } from './rocketchat-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, clock } = rollcall
const { get, post, role, user, builtIn, memberOf, member, memberIn } = workspaceOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const admin = await memberOf(rollcall.admin)
const manager = await member(['access-permissions'])
const listing = await member(['access-permissions', 'view-d-room'])
const ordinary = await memberIn(['user'])
let count = 0
const fresh = (): string => {
  count += 1
  return `role name ${count}`
}

const lacksPermission = {
  success: false,
  error: 'User does not have the permissions required for this action [error-unauthorized]',
}
const refusal = (code: string, text: string) => ({ success: false, error: `${text} [${code}]`, errorType: code })
const badProperties = refusal('error-invalid-role-properties', 'The role properties are invalid.')
const noSuchRole = refusal('error-invalid-roleId', 'This role does not exist')
const refused = async (path: string, body: unknown, expected: object, as = admin) => {
  const reply = await stored.unchanged(() => post(path, body, as))
  assert.deepEqual(reply.body, expected)
  assert.equal(reply.status, expected === lacksPermission ? 403 : 400)
}
const made = async (fields: object = {}): Promise<string> => {
  const { body } = await post('roles.create', { name: fresh(), ...fields }, admin)
  return textAt(body, 'role', '_id')
}
const rolesOfUser = async (userId: string): Promise<readonly string[]> =>
  (await directory.getUser(operator, { userId })).user.accessRoles

describe('roles.list', () => {
  test('every role, for any session: built-in ones under the names that clients know', async () => {
    const { status, body } = await get('roles.list', ordinary)
    assert.equal(status, 200)
    const roles = Object.values(Object(at(body, 'roles')))
    const known = new Map(roles.map((one) => [at(one, '_id'), one]))
    for (const { code, description } of builtInRoles) {
      assert.deepEqual(known.get(code), {
        _id: code,
        name: code,
        scope: ['owner', 'moderator', 'leader'].includes(code) ? 'Subscriptions' : 'Users',
        description,
        protected: true,
        mandatory2fa: false,
      })
    }
    const id = await role([])
    const { name } = await directory.getRole(operator, { roleId: id })
    const again = Object.values(Object(at((await get('roles.list', ordinary)).body, 'roles')))
    const own = { _id: id, name, scope: 'Users', description: '', protected: false, mandatory2fa: false }
    assert.deepEqual(again, [...roles, own])
  })

  test('nobody without a session is told', async () => {
    const stranger = directory.anonymous(rollcall.tenant.id, { dialect: 'rocketchat', requestId: '-', address: null })
    await assert.rejects(directory.everyRole(stranger, { right: null }), { code: 'forbidden' })
    for (const path of ['roles.list', 'roles.sync', 'roles.getUsersInRole', 'permissions.listAll']) {
      assert.equal((await get(path)).status, 401, path)
    }
  })
})

test('roles.sync: what changed since a moment; a deleted role is not told', async () => {
  const gone = await made()
  clock.advance(1000)
  const since = clock.now().toISOString()
  clock.advance(1000)
  const changed = await made({ name: 'synced', description: 'new' })
  await post('roles.delete', { roleId: gone }, admin)
  assert.deepEqual((await get(`roles.sync?updatedSince=${since}`, ordinary)).body, {
    roles: {
      update: [
        {
          _id: changed,
          name: 'synced',
          scope: 'Users',
          description: 'new',
          protected: false,
          mandatory2fa: false,
          _updatedAt: clock.now().toISOString(),
        },
      ],
      remove: [],
    },
    success: true,
  })
  const text = 'The "updatedSince" query parameter must be a valid date.'
  for (const query of ['', '?updatedSince=yesterday']) {
    const { status, body } = await get(`roles.sync${query}`, ordinary)
    assert.equal(status, 400)
    assert.deepEqual(body, refusal('error-updatedSince-param-invalid', text))
  }
})

describe('roles.create and roles.update', () => {
  test('a new role has what was said of it, and permits nothing', async () => {
    const name = fresh()
    const sent = { name, scope: 'Subscriptions', description: 'For rooms', mandatory2fa: true }
    const { status, body } = await post('roles.create', sent, manager)
    assert.equal(status, 200)
    const _id = textAt(body, 'role', '_id')
    assert.deepEqual(body, { role: { _id, ...sent, protected: false }, success: true })
    assert.deepEqual((await directory.getRole(operator, { roleId: _id })).permissions, [])
  })

  test('what is not said of a role stays', async () => {
    const roleId = await made({ description: 'one', mandatory2fa: true })
    const name = fresh()
    const { body } = await post('roles.update', { roleId, name, scope: 'Subscriptions' }, manager)
    const changed = { _id: roleId, name, scope: 'Subscriptions', description: 'one', protected: false }
    assert.deepEqual(body, { role: { ...changed, mandatory2fa: true }, success: true })
    // By its name, and to its own name.
    const again = await post('roles.update', { roleId: name, name, description: 'two', mandatory2fa: false }, manager)
    assert.deepEqual(at(again.body, 'role'), { ...changed, description: 'two', mandatory2fa: false })
  })

  test('a name is given once, in any case; a built-in role has its code for one', async () => {
    const taken = refusal('error-duplicate-role-names-not-allowed', 'Role name already exists')
    const name = fresh()
    const [, other] = [await made({ name }), await made()]
    for (const same of [name, name.toUpperCase(), 'admin', 'Admin', 'livechat-agent', 'default']) {
      await refused('roles.create', { name: same }, taken)
      await refused('roles.update', { roleId: other, name: same }, taken)
    }
    const results = await Promise.all([1, 2, 3].map(() => post('roles.create', { name: 'contested' }, admin)))
    assert.deepEqual(results.map(({ status }) => status).sort(), [200, 400, 400])
  })

  test('of a built-in role neither name nor scope change', async () => {
    const isProtected = refusal('error-role-protected', 'Role is protected')
    await refused('roles.update', { roleId: 'guest', name: 'visitor' }, isProtected)
    await refused('roles.update', { roleId: 'owner', scope: 'Users' }, isProtected)
    const { status, body } = await post(
      'roles.update',
      { roleId: 'guest', name: 'guest', scope: 'Users', description: 'Visits' },
      admin,
    )
    assert.equal(status, 200)
    assert.equal(at(body, 'role', 'description'), 'Visits')
  })

  test('bodies that are none, and roles that do not exist', async () => {
    for (const body of [{}, { name: '' }, { name: 'x', scope: 'Rooms' }, { name: 'x', mandatory2fa: 'perhaps' }]) {
      await refused('roles.create', body, badProperties)
    }
    await refused('roles.create', { name: 'x', surprise: 1 }, badProperties)
    await refused('roles.create', { name: 'a\0b' }, badProperties)
    await refused('roles.create', { name: 'x'.repeat(201) }, badProperties)
    await refused('roles.update', { name: 'x' }, badProperties)
    await refused('roles.update', { roleId: 'nobody', name: 'x' }, noSuchRole)
  })
})

test('roles.delete: a role that nobody holds; its holders, a title or the defaults keep it', async () => {
  const roleId = await made()
  assert.deepEqual((await post('roles.delete', { roleId }, manager)).body, { success: true })
  await refused('roles.delete', { roleId }, noSuchRole)
  await refused('roles.delete', {}, badProperties)
  await refused('roles.delete', { roleId: 'guest' }, refusal('error-role-protected', 'Cannot delete a protected role'))
  const inUse = refusal('error-role-in-use', "Cannot delete role because it's in use")
  const held = await made()
  const holder = await user({ accessRoles: [held] })
  await refused('roles.delete', { roleId: held }, inUse)
  await directory.deleteUser(operator, { userId: holder.id })
  assert.equal((await post('roles.delete', { roleId: held }, admin)).status, 200)
  const lent = await made()
  await directory.createJobTitle(operator, { code: 'lends', display: 'Lends', accessRoles: [lent] })
  await refused('roles.delete', { roleId: lent }, inUse)
})

describe('roles.addUserToRole and roles.removeUserFromRole', () => {
  test('by id, name and code; the others of the user stay, in their order', async () => {
    const name = fresh()
    const roleId = await made({ name })
    const [leader, userRole] = [(await builtIn('leader'))[0], (await builtIn('user'))[0]]
    const somebody = await user({ username: 'Some.Body', accessRoles: await builtIn('user') })
    const added = await post('roles.addUserToRole', { username: 'some.body', roleId }, manager)
    assert.deepEqual(at(added.body, 'role', '_id'), roleId)
    assert.equal(added.status, 200)
    for (const named of [{ roleName: 'leader', roomId: 'GENERAL' }, { roleName: 'guest' }]) {
      assert.equal((await post('roles.addUserToRole', { username: 'Some.Body', ...named }, manager)).status, 200)
    }
    const [guest] = await builtIn('guest')
    assert.deepEqual(await rolesOfUser(somebody.id), [userRole, roleId, leader, guest])
    for (const named of [{ roleName: name }, { roleId: 'guest', scope: 'x' }]) {
      assert.equal((await post('roles.removeUserFromRole', { username: 'SOME.BODY', ...named }, manager)).status, 200)
    }
    assert.deepEqual(await rolesOfUser(somebody.id), [userRole, leader])
  })

  test('many at once lose nothing', async () => {
    const somebody = await user({ username: 'popular' })
    const ids = await Promise.all([...Array(8)].map(() => made()))
    const results = await Promise.all(
      ids.map((roleId) => post('roles.addUserToRole', { username: 'popular', roleId }, admin)),
    )
    assert.deepEqual(new Set(results.map(({ status }) => status)), new Set([200]))
    assert.deepEqual(new Set(await rolesOfUser(somebody.id)), new Set(ids))
  })

  test('who holds it already, and who does not', async () => {
    const roleId = await made()
    await user({ username: 'holder', accessRoles: [roleId] })
    const [already, never] = [
      refusal('error-user-already-in-role', 'User already in role'),
      refusal('error-user-not-in-role', 'User is not in this role'),
    ]
    await refused('roles.addUserToRole', { username: 'holder', roleId }, already)
    await refused('roles.removeUserFromRole', { username: 'holder', roleName: 'user' }, never)
  })

  test('users and roles that do not exist, and bodies that are none', async () => {
    await user({ username: 'present' })
    const text = 'The required "userId" or "username" param provided does not match any users'
    const [add, remove] = ['roles.addUserToRole', 'roles.removeUserFromRole']
    await refused(add, { username: 'absent', roleId: 'user' }, refusal('error-invalid-user', text))
    const noUser = refusal('error-invalid-user', 'There is no user with this username')
    await refused(remove, { username: 'absent', roleId: 'user' }, noUser)
    const notFound = refusal('error-role-not-found', 'This role does not exist')
    await refused(add, { username: 'present', roleId: 'nothing' }, notFound)
    await refused(remove, { username: 'present', roleId: 'nothing' }, noSuchRole)
    for (const path of [add, remove]) {
      for (const body of [{}, { username: 'present' }, { roleId: 'user' }, { username: 'present', roleId: '' }]) {
        await refused(path, body, badProperties)
      }
    }
  })

  test('the last administrator stays one', async () => {
    const { username } = rollcall.admin
    const [second] = [await memberIn(['admin'])]
    const remove = { username, roleName: 'admin' }
    assert.equal((await post('roles.removeUserFromRole', remove, second)).status, 200)
    const required = refusal('error-admin-required', 'You need to have at least one admin')
    await refused('roles.removeUserFromRole', { ...remove, username: second.user.username }, required, second)
    assert.equal((await post('roles.addUserToRole', { username, roleId: 'admin' }, second)).status, 200)
  })

  test('making administrators takes more than managing roles', async () => {
    const { user: somebody } = ordinary
    const expected = refusal('error-action-not-allowed', 'Assigning admin is not allowed')
    await refused('roles.addUserToRole', { username: somebody.username, roleId: 'admin' }, expected, manager)
  })
})

describe('roles.getUsersInRole', () => {
  test('holders by username, in pages, with the total', async () => {
    const name = fresh()
    const roleId = await made({ name })
    for (const username of ['Zoe', 'abe', 'Mia']) {
      await user({ username, name: username, email: `${username}@example.com`, accessRoles: [roleId] })
    }
    await user({ username: 'not.me' })
    const shown = async (query: string, as = admin) => {
      const { status, body } = await get(`roles.getUsersInRole?${query}`, as)
      assert.equal(status, 200)
      return body
    }
    const first = await shown(`role=${roleId}&count=2`)
    const [abe] = Object.values(Object(at(first, 'users')))
    assert.deepEqual(abe, {
      _id: at(abe, '_id'),
      username: 'abe',
      name: 'abe',
      emails: [{ address: 'abe@example.com', verified: false }],
      createdAt: clock.now().toISOString(),
      _updatedAt: clock.now().toISOString(),
    })
    const names = (body: unknown) => Object.values(Object(at(body, 'users'))).map((one) => at(one, 'username'))
    assert.deepEqual(names(first), ['abe', 'Mia'])
    assert.deepEqual([at(first, 'count'), at(first, 'offset'), at(first, 'total')], [2, 0, 3])
    assert.deepEqual(names(await shown(`role=${encodeURIComponent(name)}&count=2&offset=2`)), ['Zoe'])
    assert.deepEqual(names(await shown(`role=${roleId}&count=0`)), ['abe', 'Mia', 'Zoe'])
    // Managing roles is no right to read addresses.
    const cut = await shown(`role=${roleId}&count=1`, listing)
    assert.deepEqual(at(cut, 'users'), [{ _id: at(abe, '_id'), username: 'abe', name: 'abe' }])
  })

  test('without a role, with an unknown one, with a page that is none', async () => {
    const asked = async (query: string) => {
      const { status, body } = await get(`roles.getUsersInRole${query}`, admin)
      assert.equal(status, 400)
      return body
    }
    const missing = refusal('error-param-not-provided', 'Query param "role" is required')
    assert.deepEqual(await asked(''), missing)
    assert.deepEqual(await asked('?role=nothing'), noSuchRole)
    assert.deepEqual(await asked('?role=user&count=-1'), refusal('invalid-params', 'must be >= 0'))
  })

  test('no role is shown publicly', async () => {
    const { status, body } = await get('roles.getUsersInPublicRoles', ordinary)
    assert.deepEqual([status, body], [200, { users: [], success: true }])
  })
})

describe('permissions', () => {
  const grantedBy = (body: unknown, list: 'update' | 'permissions', name: string): unknown =>
    at(
      Object.values(Object(at(body, list))).find((one) => at(one, '_id') === name),
      'roles',
    )

  test('all that some role grants or granted from the start, for any session', async () => {
    const own = await role(['our-own-permission'])
    const { status, body } = await get('permissions.listAll', ordinary)
    assert.equal(status, 200)
    assert.deepEqual(at(body, 'remove'), [])
    assert.deepEqual(grantedBy(body, 'update', 'our-own-permission'), [own])
    assert.deepEqual(grantedBy(body, 'update', 'create-personal-access-tokens'), ['admin', 'user'])
    const names = Object.values(Object(at(body, 'update'))).map((one) => at(one, '_id'))
    assert.deepEqual(names, names.toSorted())
    for (const name of builtInRoles.flatMap(({ permissions }) => permissions)) assert.ok(names.includes(name), name)
  })

  test('updatedSince: nothing before a change, all after it', async () => {
    clock.advance(1000)
    const asked = async () => {
      const { body } = await get(`permissions.listAll?updatedSince=${clock.now().toISOString()}`, ordinary)
      return Object.values(Object(at(body, 'update'))).length
    }
    assert.equal(await asked(), 0)
    const since = clock.now().toISOString()
    clock.advance(1)
    await role([])
    const { body } = await get(`permissions.listAll?updatedSince=${since}`, ordinary)
    assert.ok(Object.values(Object(at(body, 'update'))).length > 20)
    const bad = await get('permissions.listAll?updatedSince=soon', ordinary)
    const text = 'The "updatedSince" query parameter must be a valid date.'
    assert.deepEqual([bad.status, bad.body], [400, refusal('error-roomId-param-invalid', text)])
  })

  test('permissions.update: these roles and no others, in force at once', async () => {
    const roleId = await made()
    const [caller, other] = [await memberOf(await user({ accessRoles: [roleId] })), await memberIn(['bot'])]
    assert.equal((await get('users.list', caller)).status, 403)
    assert.equal((await get('users.list', other)).status, 200)
    const permissions = [{ _id: 'view-d-room', roles: [roleId, 'admin', 'user'] }]
    const { status, body } = await post('permissions.update', { permissions }, admin)
    assert.equal(status, 200)
    assert.deepEqual(grantedBy(body, 'permissions', 'view-d-room'), ['admin', 'user', roleId])
    assert.equal((await get('users.list', caller)).status, 200)
    assert.equal((await get('users.list', other)).status, 403)
    await post('permissions.update', { permissions: [{ _id: 'view-d-room', roles: [] }] }, admin)
    // Taken from every role it is still known; an administrator keeps every right.
    assert.deepEqual(grantedBy((await get('permissions.listAll', admin)).body, 'update', 'view-d-room'), [])
    assert.equal((await get('users.list', admin)).status, 200)
    const restored = [{ _id: 'view-d-room', roles: ['admin', 'user', 'bot', 'app', 'guest'] }]
    assert.equal((await post('permissions.update', { permissions: restored }, admin)).status, 200)
  })

  test('unknown permissions and roles, bodies that are none, rights beyond the own', async () => {
    const path = 'permissions.update'
    const body = (...permissions: object[]) => ({ permissions })
    const fine = { _id: 'view-d-room', roles: ['user'] }
    const unknown = refusal('error-invalid-permission', 'Invalid permission')
    await refused(path, body(fine, { _id: 'fly', roles: ['user'] }), unknown)
    await refused(path, body({ _id: 'view-d-room', roles: ['pilot'] }), refusal('error-invalid-role', 'Invalid role'))
    const invalid = refusal('error-invalid-body-params', 'Invalid body params')
    for (const sent of [{}, { permissions: 1 }, body({ _id: 'view-d-room' }), body({ roles: [] })]) {
      await refused(path, sent, invalid)
    }
    const keeps = refusal('error-role-protected', 'Cannot delete a protected role')
    await refused(path, body({ _id: 'admin-*-write', roles: [] }), keeps)
    await refused(path, body({ _id: 'delete-user', roles: ['user'] }), lacksPermission, manager)
  })
})

test('without access-permissions: 403 before anything is told', async () => {
  for (const as of [ordinary, await member(['view-d-room', 'view-full-other-user-info', 'edit-other-user-info'])]) {
    for (const [path, body] of [
      ['roles.create', { name: 'x' }],
      ['roles.update', { roleId: 'nothing', name: 'x' }],
      ['roles.delete', { roleId: 'nothing' }],
      ['roles.addUserToRole', { username: as.user.username, roleId: 'user' }],
      ['roles.removeUserFromRole', { username: 'nobody', roleId: 'user' }],
      ['permissions.update', { permissions: [{ _id: 'nothing', roles: [] }] }],
    ] as const) {
      await refused(path, body, lacksPermission, as)
    }
    const { status, body } = await get('roles.getUsersInRole', as)
    assert.deepEqual([status, body], [403, lacksPermission])
  }
})
