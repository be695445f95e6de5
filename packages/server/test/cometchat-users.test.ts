import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { clock, directory, operator } = rollcall
const app = await cometchatOf(rollcall)
const now = () => Math.floor(clock.now().getTime() / 1000)
const { id: managerId } = await directory.createRole(operator, { code: 'manager', name: 'Manager', permissions: [] })
await directory.createRole(operator, { code: 'auditor', name: 'Auditor', permissions: [] })

const refusal = (code: string, message: string, details?: object) => ({
  error: { code, message, devMessage: message, source: 'chat-api', ...(details !== undefined && { details }) },
})
const failed = (details: object) =>
  refusal('ERR_BAD_REQUEST', 'Failed to validate the data sent with the request.', details)

clock.advance(60_000)

describe('a creation', () => {
  test('takes all that a user has, keeps the uid in lower case, and ignores the rest', async () => {
    const body = {
      uid: 'Anna_1',
      name: '  Anna  ',
      avatar: 'https://a.example/a.png',
      link: 'http://a.example',
      role: 'Manager',
      statusMessage: 'Here',
      metadata: '{"team":"A","@private":{"email":"a@a.example"}}',
      tags: ['x', 'y', 'x'],
      hasBlockedMe: false,
      deactivatedAt: 0,
      status: 'available',
      createdAt: 5,
    }
    const user = {
      uid: 'anna_1',
      name: 'Anna',
      link: 'http://a.example',
      avatar: 'https://a.example/a.png',
      statusMessage: 'Here',
      metadata: { team: 'A', '@private': { email: 'a@a.example' } },
      role: 'manager',
      createdAt: now(),
      status: 'offline',
      tags: ['x', 'y'],
    }
    const made = await app.full('POST', '/users', { body })
    assert.deepEqual([made.status, made.body], [200, { data: user }])
    assert.deepEqual((await app.full('GET', '/users/ANNA_1')).body, { data: user })
    const [newest] = Object.values(Object(at((await app.full('GET', '/users?withTags=1&perPage=1')).body, 'data')))
    assert.deepEqual(newest, user)
  })

  test('gives a token where that is asked for, which works', async () => {
    const { body } = await app.full('POST', '/users', { body: { uid: 'bob', name: 'Bob', withAuthToken: 'true' } })
    const token = String(at(body, 'data', 'authToken'))
    assert.match(token, /^bob_\d{10}[0-9a-f]{32}$/)
    assert.equal(at((await app.withToken(token)('GET', '/me')).body, 'data', 'uid'), 'bob')
    const without = await app.full('POST', '/users', { body: { uid: 'carl', name: 'Carl', withAuthToken: false } })
    assert.deepEqual(without.body, {
      data: { uid: 'carl', name: 'Carl', role: 'default', createdAt: now(), status: 'offline' },
    })
  })

  test('of a uid that is taken, in any case and by whoever is deactivated', async () => {
    await app.person('taken')
    const gone = await app.person('taken-and-gone')
    await directory.deactivateUser(operator, { userId: gone.id })
    for (const uid of ['taken', 'TAKEN', 'Taken-And-Gone']) {
      const { status, body } = await app.full('POST', '/users', { body: { uid, name: 'X' } })
      const text = `The uid ${uid.toLowerCase()} is taken already.`
      assert.deepEqual([status, body], [400, refusal('ERR_UID_ALREADY_EXISTS', text, { uid: [text] })])
    }
  })

  test('with a role that nobody made, and with none', async () => {
    const { status, body } = await app.full('POST', '/users', { body: { uid: 'dora', name: 'Dora', role: 'Nope' } })
    assert.deepEqual([status, body], [404, refusal('ERR_ROLE_NOT_FOUND', 'The role nope does not exist.')])
    for (const [at_, role] of ['', null, 'default', 'DEFAULT'].entries()) {
      const made = await app.full('POST', '/users', { body: { uid: `role-${at_}`, name: 'X', role } })
      assert.equal(at(made.body, 'data', 'role'), 'default')
    }
  })

  test('by the public key gives no role, and shows nothing private', async () => {
    for (const role of ['manager', 'nope', 'admin']) {
      const { status, body } = await app.auth('POST', '/users', { body: { uid: 'eve', name: 'Eve', role } })
      assert.deepEqual([status, at(body, 'error', 'code')], [403, 'AUTH_ERR_NO_ACCESS'])
    }
    const body = { uid: 'eve', name: 'Eve', role: 'default', metadata: { a: 1, '@private': { b: 2 } } }
    const made = await app.auth('POST', '/users', { body })
    assert.deepEqual([made.status, at(made.body, 'data', 'metadata')], [200, { a: 1 }])
  })

  test('tells everything that is wrong at once', async () => {
    const body = {
      uid: 'not a uid',
      name: ' ',
      avatar: 'a.png',
      link: 'ftp://x',
      metadata: [1],
      tags: ['ok', '', 3],
      statusMessage: 4,
      role: 5,
      withAuthToken: 'yes',
    }
    const { status, body: refused } = await app.full('POST', '/users', { body })
    assert.equal(status, 400)
    assert.deepEqual(refused, failed(Object(at(refused, 'error', 'details'))))
    const fields = [
      'avatar',
      'link',
      'metadata',
      'name',
      'role',
      'statusMessage',
      'tags.1',
      'tags.2',
      'uid',
      'withAuthToken',
    ]
    assert.deepEqual(Object.keys(Object(at(refused, 'error', 'details'))).sort(), fields)
    const none = await app.full('POST', '/users')
    assert.deepEqual(none.body, failed({ uid: ['The uid is required.'], name: ['The name is required.'] }))
  })
})

describe('a change', () => {
  test('leaves what is absent, replaces what is given, and answers the whole user', async () => {
    const body = {
      uid: 'fay',
      name: 'Fay',
      avatar: 'https://a.example/a',
      metadata: { a: 1, b: { c: 2 } },
      tags: ['x', 'y'],
    }
    await app.full('POST', '/users', { body })
    const createdAt = now()
    clock.advance(5000)
    const changed = await app.full('PUT', '/users/Fay', {
      body: { uid: 'other', metadata: { b: { d: 3 } }, tags: ['z'] },
    })
    const user = {
      uid: 'fay',
      name: 'Fay',
      avatar: 'https://a.example/a',
      metadata: { b: { d: 3 } },
      role: 'default',
      createdAt,
      updatedAt: now(),
      status: 'offline',
      tags: ['z'],
    }
    assert.deepEqual([changed.status, changed.body], [200, { data: user }])
    assert.deepEqual((await app.full('PUT', '/users/fay')).body, { data: user })
    clock.advance(5000)
    const unset = ['avatar', 'metadata', 'tags', 'link', 'statusMessage']
    const cleared = await app.full('PUT', '/users/fay', { body: { unset, avatar: 'https://b.example' } })
    assert.deepEqual(cleared.body, {
      data: { uid: 'fay', name: 'Fay', role: 'default', createdAt, updatedAt: now(), status: 'offline' },
    })
    await app.full('PUT', '/users/fay', { body: { avatar: 'https://b.example', link: 'https://b.example' } })
    const empty = await app.full('PUT', '/users/fay', { body: { avatar: '', link: null, metadata: '', tags: [] } })
    assert.deepEqual(empty.body, cleared.body)
  })

  test('with anything wrong changes nothing', async () => {
    const { body: before } = await app.full('GET', '/users/fay')
    for (const [body, details] of [
      [{ name: ' ', statusMessage: 'x' }, { name: ['The name must be filled in.'] }],
      [{ name: null }, { name: ['The name must be a text.'] }],
      [{ name: 'Other', avatar: 'x' }, { avatar: ['The avatar must be a URL that begins with http:// or https://.'] }],
      [
        { name: 'Other', unset: ['name'] },
        { 'unset.0': ['The unset.0 must be one of avatar, link, metadata, statusMessage, tags.'] },
      ],
    ] as const) {
      const { status, body: refused } = await app.full('PUT', '/users/fay', { body })
      assert.deepEqual([status, Object.keys(Object(at(refused, 'error', 'details')))], [400, Object.keys(details)])
      assert.deepEqual(refused, failed(details))
    }
    const unknown = await app.full('PUT', '/users/fay', { body: { name: 'Other', role: 'nope' } })
    assert.deepEqual([unknown.status, at(unknown.body, 'error', 'code')], [404, 'ERR_ROLE_NOT_FOUND'])
    assert.deepEqual((await app.full('GET', '/users/fay')).body, before)
  })

  test('of the role takes the first place of the access roles', async () => {
    const gil = await app.person('gil', { roleCodes: ['user', 'bot', 'manager'] })
    const codes = async () => {
      const { user, catalogue } = await directory.getUser(operator, { userId: gil.id })
      return user.accessRoles.map((id) => catalogue.roles.get(id)?.code)
    }
    const put = async (role: unknown) =>
      at((await app.full('PUT', '/users/gil', { body: { role } })).body, 'data', 'role')
    assert.equal(await put('auditor'), 'auditor')
    assert.deepEqual(await codes(), ['auditor', 'bot', 'manager'])
    assert.equal(await put('manager'), 'manager')
    assert.deepEqual(await codes(), ['manager', 'bot'])
    assert.equal(await put(null), 'default')
    assert.deepEqual(await codes(), ['user', 'bot'])
    await directory.updateUser(operator, { userId: gil.id, changes: { accessRoles: [] } })
    assert.equal(await put('default'), 'default')
    assert.deepEqual(await codes(), [])
    assert.equal(await put('manager'), 'manager')
    assert.deepEqual(await codes(), ['manager'])
    assert.ok(managerId)
  })

  test('by the public key reaches ordinary users, and no role but the one that is there', async () => {
    const hal = await app.person('hal', { extensions: { metadata: { a: 1, '@private': { b: 2 } } } })
    const named = await app.auth('PUT', '/users/hal', { body: { name: 'Hal', role: 'default', metadata: { c: 3 } } })
    assert.deepEqual([named.status, at(named.body, 'data', 'metadata')], [200, { c: 3 }])
    const { user } = await directory.getUser(operator, { userId: hal.id })
    assert.deepEqual(user.extensions, { metadata: { c: 3, '@private': { b: 2 } } })
    for (const role of ['manager', 'nope']) {
      const { status, body } = await app.auth('PUT', '/users/hal', { body: { role } })
      assert.deepEqual([status, at(body, 'error', 'code')], [403, 'AUTH_ERR_NO_ACCESS'])
    }
    const { status } = await app.auth('PUT', `/users/${rollcall.admin.uid}`, { body: {} })
    assert.equal(status, 403)
  })

  test('of nobody, and of whoever is deactivated', async () => {
    const ida = await app.person('ida')
    await directory.deactivateUser(operator, { userId: ida.id })
    for (const uid of ['ida', 'nobody', '%20']) {
      const { status, body } = await app.full('PUT', `/users/${uid}`, { body: { name: ' ' } })
      assert.deepEqual([status, at(body, 'error', 'code')], [404, 'ERR_UID_NOT_FOUND'], uid)
    }
  })
})

describe('a deletion', () => {
  test('without permanent deactivates, and can be undone', async () => {
    for (const [uid, body] of [
      ['jo', undefined],
      ['kai', {}],
      ['lea', { permanent: 'false' }],
      ['max', { permanent: false }],
    ] as const) {
      await app.person(uid)
      const { status, body: told } = await app.full('DELETE', `/users/${uid.toUpperCase()}`, { ...(body && { body }) })
      const message = `The user with the uid ${uid} has been deactivated.`
      assert.deepEqual([status, told], [200, { data: { deactivatedUids: [uid], success: true, message } }])
      assert.equal((await app.full('GET', `/users/${uid}`)).status, 404)
      assert.equal((await app.full('DELETE', `/users/${uid}`)).status, 404)
    }
    await app.full('PUT', '/users', { body: { uidsToActivate: ['jo'] } })
    assert.equal((await app.full('GET', '/users/jo')).status, 200)
  })

  test('that is permanent frees the uid, also of whoever is deactivated', async () => {
    for (const permanent of [true, 'true']) {
      const nia = await app.person('nia')
      const asNia = await app.as(nia)
      await app.full('DELETE', '/users/nia')
      const { status, body } = await app.full('DELETE', '/users/nia', { body: { permanent } })
      assert.deepEqual(
        [status, body],
        [200, { data: { success: true, message: 'The user with the uid nia has been deleted.' } }],
      )
      await app.person('nia')
      assert.equal((await asNia('GET', '/me')).status, 401)
      assert.equal((await app.full('DELETE', '/users/nia', { body: { permanent } })).status, 200)
    }
  })

  test('of nobody, with a flag that is none, with the public key', async () => {
    await app.person('ole')
    assert.equal((await app.full('DELETE', '/users/nobody', { body: { permanent: true } })).status, 404)
    const odd = await app.full('DELETE', '/users/ole', { body: { permanent: 'yes' } })
    assert.deepEqual(
      [odd.status, odd.body],
      [400, failed({ permanent: ['The permanent must be one of true, false.'] })],
    )
    assert.equal((await app.auth('DELETE', '/users/ole')).status, 403)
    assert.equal((await (await app.as(await app.person('pia')))('DELETE', '/users/ole')).status, 401)
    assert.equal((await app.full('GET', '/users/ole')).status, 200)
  })

  test('of the last administrator is refused', async () => {
    const { uid } = rollcall.admin
    for (const body of [{}, { permanent: true }]) {
      const { status, body: refused } = await app.full('DELETE', `/users/${uid}`, { body })
      assert.deepEqual([status, at(refused, 'error', 'code')], [400, 'ERR_OPERATION_FAILED'])
    }
  })
})
