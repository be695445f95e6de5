import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, adminToken, directory, operator } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const admin = { token: adminToken, admin: true }
const adminRole = rollcall.admin.accessRoles[0] ?? ''

const canRead = async (token: string) => (await call('GET', '/api/v2/users', { token, admin: true })).status === 200

describe('roles that a job title lends', () => {
  test('count like own ones, in rights and in the reply, and follow the title at once', async () => {
    const reader = await people.role(['admin-users-read'])
    const title = await people.jobTitle('lender', [reader])
    const caller = await people.caller([], { job: title })
    assert.ok(await canRead(caller.token))
    const me = await call('GET', '/api/v2/users/me', { token: caller.token })
    assert.deepEqual(at(me.body, 'data', 'accessRoles'), [])
    assert.deepEqual(at(me.body, 'data', 'allAccessRoles'), [reader])
    assert.deepEqual(at(me.body, 'data', 'permissionsV2'), ['admin-users-read'])

    await directory.updateJobTitle(operator, { jobTitleId: title, changes: { accessRoles: [] } })
    assert.equal(await canRead(caller.token), false)
    const after = await call('GET', '/api/v2/users/me', { token: caller.token })
    assert.deepEqual(at(after.body, 'data', 'permissionsV2'), [])
    assert.deepEqual(at(after.body, 'data', 'allAccessRoles'), [])
  })

  test('do not while the title or the role is inactive', async () => {
    const reader = await people.role(['admin-users-read'])
    const title = await people.jobTitle('sleeper', [reader], false)
    const caller = await people.caller([], { job: title })
    assert.equal(await canRead(caller.token), false)
    await directory.updateJobTitle(operator, { jobTitleId: title, changes: { active: true } })
    assert.ok(await canRead(caller.token))
    const off = await call('PATCH', `/api/v2/accessroles/${reader}`, { ...admin, body: { active: false } })
    assert.equal(off.status, 200)
    assert.equal(await canRead(caller.token), false)
    const me = await call('GET', '/api/v2/users/me', { token: caller.token })
    assert.deepEqual(at(me.body, 'data', 'permissionsV2'), [])
    assert.deepEqual(at(me.body, 'data', 'allAccessRoles'), [reader])
  })

  test('a job that no title is yet may be held', async () => {
    const user = await people.user()
    const job = 'fab000000000000000000001'
    const reply = await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: { job } })
    assert.equal(at(reply.body, 'data', 'job'), job)
    const cleared = await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: { job: '' } })
    assert.equal(at(cleared.body, 'data', 'job'), undefined)
  })
})

describe('nobody gives what it does not have by a detour', () => {
  test('a user editor', async () => {
    const editor = await people.caller(['admin-user-write'])
    const strong = await people.jobTitle('strong', [await people.role(['admin-*-write'])])
    const plain = await people.jobTitle('plain', [])
    const holder = await people.user({ job: strong })
    const other = await people.user()
    const attempts: Record<string, readonly ['PATCH' | 'POST', string, object]> = {
      'gives a job that lends roles': ['PATCH', `/users/${other.id}`, { job: strong }],
      'takes such a job itself': ['PATCH', `/users/${editor.id}`, { job: strong }],
      'takes a job that lends roles away': ['PATCH', `/users/${holder.id}`, { job: plain }],
      'clears it': ['PATCH', `/users/${holder.id}`, { job: null }],
      'makes a user with such a job': [
        'POST',
        '/users',
        { email: 'd1@example.com', name: { names: 'D' }, accessRoles: [], job: strong },
      ],
      'makes a user with roles': [
        'POST',
        '/users',
        { email: 'd2@example.com', name: { names: 'D' }, accessRoles: [adminRole] },
      ],
      'makes a bot': [
        'POST',
        '/users',
        { email: 'd3@example.com', name: { names: 'D' }, accessRoles: [], system: 'bot' },
      ],
      "sets somebody's kind": ['PATCH', `/users/${other.id}`, { system: 'bot' }],
      "sets somebody's bot": ['PATCH', `/users/${other.id}`, { bot: 'fab000000000000000000001' }],
      'gives itself roles': ['PATCH', `/users/${editor.id}`, { accessRoles: [adminRole] }],
      "sets the administrator's password": ['PATCH', `/users/${rollcall.admin.id}`, { password: 'mine now' }],
      'sets the password of who administers by a job': ['PATCH', `/users/${holder.id}`, { password: 'mine now' }],
      'makes a role': ['POST', '/accessroles', { name: 'mine', permissions: ['admin-*-write'] }],
    }
    for (const [title, [method, path, body]] of Object.entries(attempts)) {
      const reply = await stored.unchanged(() =>
        call(method, `/api/v2${path}`, { token: editor.token, admin: true, body }),
      )
      assert.equal(reply.status, 403, `${title}: ${reply.text}`)
    }
    const harmless = await call('PATCH', `/api/v2/users/${other.id}`, {
      token: editor.token,
      admin: true,
      body: { job: plain },
    })
    assert.equal(harmless.status, 200, harmless.text)
  })

  test('who edits job titles or roles with less than it would give', async () => {
    const titles = await people.caller(['admin-jobtitles-write', 'admin-user-write'])
    const title = await people.jobTitle('mine', [])
    const actor = await directory.authenticate(
      { dialect: 'cotalker', requestId: '-', address: null },
      { token: titles.token, verify: async () => true, appId: null },
    )
    const lend = () => directory.updateJobTitle(actor, { jobTitleId: title, changes: { accessRoles: [adminRole] } })
    await stored.unchanged(() => assert.rejects(lend, { code: 'forbidden' }))
    await stored.unchanged(() =>
      assert.rejects(() => directory.createJobTitle(actor, { code: 'new', display: 'New', accessRoles: [adminRole] }), {
        code: 'forbidden',
      }),
    )
    // Rocket.Chat's word for editing roles brings no right to hand out more than one has.
    const editor = await people.caller(['access-permissions'])
    const role = await people.role([])
    for (const body of [{ permissions: ['admin-*-write'] }, { permissions: ['create-user'] }]) {
      const change = () => call('PATCH', `/api/v2/accessroles/${role}`, { token: editor.token, admin: true, body })
      assert.equal((await stored.unchanged(change)).status, 403)
    }
    const strong = await people.role(['admin-*-write'])
    for (const body of [{ permissions: [] }, { active: false }]) {
      const change = () => call('PATCH', `/api/v2/accessroles/${strong}`, { token: editor.token, admin: true, body })
      assert.equal((await stored.unchanged(change)).status, 403)
    }
    const own = { token: editor.token, admin: true, body: { permissions: ['some-company:view', 'access-permissions'] } }
    assert.equal((await call('PATCH', `/api/v2/accessroles/${role}`, own)).status, 200)
  })

  test('who assigns roles may not assign the administrator with less than the right to', async () => {
    const assigner = await people.caller(['assign-roles'])
    const [other, plain] = [await people.user(), await people.role(['some-company:view'])]
    const assign = (accessRoles: string[]) =>
      call('PATCH', `/api/v2/users/${other.id}`, { token: assigner.token, admin: true, body: { accessRoles } })
    assert.equal((await stored.unchanged(() => assign([adminRole]))).status, 403)
    assert.equal((await assign([plain])).status, 200)
  })
})

describe('the last administrator', () => {
  test('can be neither deactivated nor lose the role, nor be made read-only', async () => {
    const path = `/api/v2/users/${rollcall.admin.id}`
    for (const body of [
      { isActive: false },
      { accessRoles: [] },
      { isReadOnly: true },
      { isActive: false, phone: '1' },
    ]) {
      const reply = await stored.unchanged(() => call('PATCH', path, { ...admin, body }))
      assert.equal(reply.status, 409, reply.text)
      assert.equal(at(reply.body, 'code'), 'last_admin')
    }
    // An inactive holder of the role is no way out, nor is one of another role with the same rights.
    await people.user({ accessRoles: [adminRole], active: false })
    await people.user({ accessRoles: [await people.role(['admin-*-write'])] })
    const reply = await stored.unchanged(() => call('PATCH', path, { ...admin, body: { isActive: false } }))
    assert.equal(reply.status, 409)
    const built = await stored.unchanged(() =>
      call('PATCH', `/api/v2/accessroles/${adminRole}`, { ...admin, body: { permissions: [] } }),
    )
    assert.equal(built.status, 403)
    assert.equal(at(built.body, 'code'), 'protected_role')
  })

  test('of two who remove each other at once, through two servers, one stays', async (t) => {
    const house = await startRollcall(t)
    const other = await house.another()
    const makers = peopleOf(house)
    const role = house.admin.accessRoles[0] ?? ''
    const removals = [{ isActive: false }, { accessRoles: [] }] as const
    let first = { id: house.admin.id, token: house.adminToken }
    for (let round = 0; round < 6; round += 1) {
      const second = await makers.caller([], { accessRoles: [role] })
      const body = removals[round % 2]
      const replies = await Promise.all([
        house.call('PATCH', `/api/v2/users/${second.id}`, { token: first.token, admin: true, body }),
        other.call('PATCH', `/api/v2/users/${first.id}`, { token: second.token, admin: true, body }),
      ])
      const survivors = []
      for (const one of [first, second]) {
        const list = await other.call('GET', '/api/v2/accessroles', { token: one.token, admin: true })
        if (list.status === 200) survivors.push(one)
      }
      assert.equal(survivors.length, 1, JSON.stringify(replies.map(({ status, text }) => [status, text.slice(0, 80)])))
      const [survivor] = survivors
      assert.ok(survivor)
      first = { id: survivor.id, token: survivor.token }
      for (const { status } of replies) assert.ok([200, 401, 403, 409].includes(status), String(status))
    }
  })
})

describe('access roles', () => {
  const listed = async (query: string) => {
    const { body, status, text } = await call('GET', `/api/v2/accessroles?${query}`, admin)
    assert.equal(status, 200, text)
    const roles = at(body, 'data', 'accessRoles')
    assert.deepEqual(at(body, 'data', 'accessroles'), roles)
    assert.ok(Array.isArray(roles))
    return { names: roles.map((role: unknown) => textAt(role, 'name')), total: at(body, 'data', 'count') }
  }

  test('are found by name, description and permission', async () => {
    for (const [name, description, permissions] of [
      ['Gatekeepers', 'Open the panel', ['admin-access']],
      ['Cartógrafos', 'Draw maps', ['maps:draw']],
    ] as const) {
      await directory.createRole(operator, { name, description, permissions })
    }
    for (const [search, names] of Object.entries({
      'admin access': ['full admin', 'Gatekeepers'],
      'admin-access': ['full admin', 'Gatekeepers'],
      'panel access': ['Gatekeepers'],
      panel: ['Gatekeepers'],
      gatek: ['Gatekeepers'],
      CARTOGRAFOS: ['Cartógrafos'],
      'draw cartó': ['Cartógrafos'],
      '.*rtogra': ['Cartógrafos'],
      'no such role': [],
    })) {
      assert.deepEqual((await listed(`limit=100&search=${encodeURIComponent(search)}`)).names, names, search)
    }
  })

  test('page in a fixed order with an exact total', async () => {
    const { names: all, total } = await listed('limit=1000&count=true')
    assert.equal(total, all.length)
    const paged = []
    for (let page = 1; paged.length < all.length; page += 1) paged.push(...(await listed(`limit=4&page=${page}`)).names)
    assert.deepEqual(paged, all)
    assert.deepEqual((await listed(`limit=4&page=1000`)).names, [])
    assert.equal((await listed('')).names.length, 10)
  })

  test('__v counts the changes; a repeat is none', async () => {
    const made = await call('POST', '/api/v3/accessroles', {
      ...admin,
      body: { name: 'Counted', permissions: ['a', 'a'] },
    })
    const path = `/api/v3/accessroles/${textAt(made.body, '_id')}`
    assert.deepEqual(at(made.body, 'permissions'), ['a'])
    const versions = []
    for (const body of [{ name: 'Renamed' }, { name: 'Renamed' }, { description: 'x' }, { description: null }]) {
      versions.push(at((await call('PATCH', path, { ...admin, body })).body, 'data', '__v'))
    }
    assert.deepEqual(versions, [1, 1, 2, 3])
  })

  const wrong: Record<string, readonly [object, string]> = {
    'no name': [{ permissions: [] }, 'name: is required'],
    'an empty name': [{ name: '', permissions: [] }, 'name: must not be empty'],
    'a long name': [{ name: 'x'.repeat(201), permissions: [] }, 'name: must have 1 to 200 characters'],
    'no permissions': [{ name: 'x' }, 'permissions: is required'],
    'one permission without a list': [{ name: 'x', permissions: 'admin-*-read' }, 'permissions: must be a list'],
    'a number among permissions': [{ name: 'x', permissions: ['a', 1] }, 'permissions.1: must be a text'],
    'an empty permission': [{ name: 'x', permissions: [''] }, 'permissions: must have 1 to 200 characters'],
    'NUL in a permission': [{ name: 'x', permissions: ['a\0'] }, 'permissions.0: must not contain NUL'],
    'NUL in the name': [{ name: 'a\0', permissions: [] }, 'name: must not contain NUL'],
    'half a surrogate in the description': [
      { name: 'x', permissions: [], description: '\udc00' },
      'description: must be well-formed Unicode',
    ],
    'a text for active': [{ name: 'x', permissions: [], active: 'yes' }, 'active: must be true or false'],
  }
  for (const [title, [body, message]] of Object.entries(wrong)) {
    test(`with ${title} are refused`, async () => {
      const reply = await stored.unchanged(() => call('POST', '/api/v2/accessroles', { ...admin, body }))
      assert.deepEqual(reply.body, { error: message, message, code: 'invalid_input', statusCode: 400 })
    })
  }
})
