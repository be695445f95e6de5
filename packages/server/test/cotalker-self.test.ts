import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { adminEmail, adminPassword, at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, adminToken } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

describe('what people may change of themselves without Admin', () => {
  const allowed = {
    phone: ['8675309', { phone: '8675309' }],
    'phone cleared': [null, { phone: null }],
    name: [{ displayName: 'Nan', names: 'Nan', lastName: 'Own', secondLastName: 'Two' }, {}],
    'part of the name': [{ lastName: 'Only' }, {}],
    avatar: [{ small: 's', square: 'q', original: 'o' }, {}],
    settings: [{ hideSummary: true }, {}],
    termsConditions: [true, {}],
    password: ['a new password', {}],
  } as const
  for (const [title, [value]] of Object.entries(allowed)) {
    test(title, async () => {
      const caller = await people.caller()
      const [member = ''] = title === 'part of the name' ? ['name'] : title.split(' ')
      for (const version of ['v2', 'v3']) {
        const reply = await call('PATCH', `/api/${version}/users/${caller.id}`, {
          token: caller.token,
          body: { [member]: value },
        })
        assert.equal(reply.status, 200, reply.text)
        assert.doesNotMatch(reply.text, /password/i)
        if (typeof value === 'string' && member !== 'password') assert.equal(at(reply.body, 'data', member), value)
        assert.deepEqual(at(reply.body, '_id'), at(reply.body, 'data', '_id'))
      }
    })
  }

  const refused: Record<string, unknown> = {
    jobTitle: 'director',
    job: 'fab000000000000000000001',
    bot: 'fab000000000000000000001',
    system: 'bot',
    isActive: false,
    isReadOnly: true,
    properties: ['fab000000000000000000001'],
    extensions: { sizes: { shoe: 42 } },
    accessRoles: ['fab000000000000000000001'],
    companies: [{ hierarchy: { boss: [rollcall.admin.id] } }],
  }
  for (const [member, value] of Object.entries(refused)) {
    test(`not ${member}, nor anything beside it`, async () => {
      const caller = await people.caller()
      const { status } = await stored.unchanged(() =>
        call('PATCH', `/api/v2/users/${caller.id}`, { token: caller.token, body: { phone: '1', [member]: value } }),
      )
      assert.equal(status, 403)
    })
  }

  test("an administrator's own record, too, needs Admin for those", async () => {
    const path = `/api/v2/users/${rollcall.admin.id}`
    const body = { jobTitle: 'director' }
    assert.equal((await stored.unchanged(() => call('PATCH', path, { token: adminToken, body }))).status, 403)
    assert.equal((await call('PATCH', path, { token: adminToken, admin: true, body })).status, 200)
  })

  test('a whole record that is sent back unchanged is no change', async () => {
    const caller = await people.caller(['some-company:view'], { jobTitle: 'writer', phone: '1' })
    const { body: me } = await call('GET', '/api/v2/users/me', { token: caller.token })
    const reply = await stored.unchanged(() =>
      call('PATCH', `/api/v2/users/${caller.id}`, { token: caller.token, body: at(me, 'data') }),
    )
    assert.equal(reply.status, 200, reply.text)
  })

  test('settings and name are merged by member; null takes a setting away', async () => {
    const caller = await people.caller([], { settings: { hideSummary: true }, familyName: 'Kept' })
    const { body } = await call('PATCH', `/api/v2/users/${caller.id}`, {
      token: caller.token,
      body: { settings: { hideContacts: true, hideSummary: null }, name: { displayName: 'Shown' } },
    })
    assert.deepEqual(at(body, 'data', 'settings'), { hideContacts: true })
    assert.deepEqual(at(body, 'data', 'name'), {
      displayName: 'Shown',
      names: 'Person',
      lastName: 'Kept',
      secondLastName: '',
    })
  })
})

describe('passwords', () => {
  test("one's own new password ends the other sessions, not the one that set it", async () => {
    const user = await people.user({ email: 'sessions@example.com', password: 'first' })
    const [here, there] = [await rollcall.login(user.email, 'first'), await rollcall.login(user.email, 'first')]
    const reply = await call('PATCH', `/api/v2/users/${user.id}`, { token: here, body: { password: 'second' } })
    assert.equal(reply.status, 200)
    assert.equal((await call('GET', '/api/v2/users/me', { token: here })).status, 200)
    assert.equal((await call('GET', '/api/v2/users/me', { token: there })).status, 401)
    const old = await call('POST', '/auth/local', { body: { email: user.email, password: 'first' } })
    assert.equal(old.status, 401)
    await rollcall.login(user.email, 'second')
  })

  test("one that an administrator sets ends all of them, and a program's token stays", async () => {
    const user = await people.user({ email: 'reset@example.com', password: 'first' })
    const [session, token] = [await rollcall.login(user.email, 'first'), await people.tokenOf(user.id)]
    await call('PATCH', `/api/v2/users/${user.id}`, { token: adminToken, admin: true, body: { password: 'second' } })
    assert.equal((await call('GET', '/api/v2/users/me', { token: session })).status, 401)
    assert.equal((await call('GET', '/api/v2/users/me', { token })).status, 200)
  })

  test('none is ever shown or written down', async () => {
    const body = { email: 'secret@example.com', name: { names: 'S' }, accessRoles: [], password: 'hunter2hunter2' }
    const made = await call('POST', '/api/v2/users?debug=true', { token: adminToken, admin: true, body })
    assert.equal(made.status, 201)
    assert.deepEqual(at(made.body, 'debug', 'data', 'body', 'password'), '[REDACTED]')
    const path = `/api/v2/users/${String(at(made.body, '_id'))}?debug=true`
    const again = await call('PATCH', path, {
      token: adminToken,
      admin: true,
      body: { password: 'hunter2hunter3', settings: { token: 'hunter2', list: [{ newPassword: 'hunter2' }] } },
    })
    assert.deepEqual(at(again.body, 'debug', 'data', 'body'), {
      password: '[REDACTED]',
      settings: { token: '[REDACTED]', list: [{ newPassword: '[REDACTED]' }] },
    })
    assert.doesNotMatch(made.text, /hunter2hunter/)
    assert.doesNotMatch(again.text, /hunter2hunter|argon2/)
    assert.doesNotMatch(await stored.eventTexts(), /hunter2hunter|argon2/)
  })
})

describe('a read-only user', () => {
  test('sees what its roles let it see, and changes nothing but its own password', async () => {
    const caller = await people.caller(['admin-*-write'], {
      readOnly: true,
      email: 'ro@example.com',
      password: 'first',
    })
    const other = await people.user()
    const token = await rollcall.login('ro@example.com', 'first')
    assert.equal((await call('GET', `/api/v2/users/${other.id}`, { token })).status, 200)
    assert.equal((await call('GET', '/api/v2/accessroles', { token, admin: true })).status, 200)
    const writes = [
      ['PATCH', `/users/${caller.id}`, { phone: '1' }],
      ['PATCH', `/users/${caller.id}`, { isReadOnly: false }],
      ['PATCH', `/users/${caller.id}`, { password: 'second', phone: '1' }],
      ['PATCH', `/users/${other.id}`, { phone: '1' }],
      ['PATCH', `/users/${other.id}`, { password: 'second' }],
      ['POST', '/users', { email: 'x@example.com', name: { names: 'X' }, accessRoles: [] }],
      ['POST', '/accessroles', { name: 'x', permissions: [] }],
    ] as const
    for (const [method, path, body] of writes) {
      for (const admin of [true, false]) {
        const reply = await stored.unchanged(() => call(method, `/api/v2${path}`, { token, admin, body }))
        assert.equal(reply.status, 403, `${method} ${path}`)
        assert.match(String(at(reply.body, 'message')), /A read-only user may change nothing but its own password\.$/)
      }
    }
    const own = await call('PATCH', `/api/v2/users/${caller.id}`, { token, body: { password: 'second' } })
    assert.equal(own.status, 200, own.text)
    await call('PATCH', `/api/v2/users/${caller.id}`, { token: adminToken, admin: true, body: { isReadOnly: false } })
    assert.equal((await call('PATCH', `/api/v2/users/${caller.id}`, { token, body: { phone: '1' } })).status, 200)
  })
})

describe('a deactivated user', () => {
  test('is out at the next request, through every server, and back in when reactivated', async () => {
    const other = await rollcall.another()
    const user = await people.user({ email: 'leaver@example.com', password: 'first' })
    const [session, token] = [await rollcall.login(user.email, 'first'), await people.tokenOf(user.id)]
    const me = (server: typeof other, credential: string) =>
      server.call('GET', '/api/v2/users/me', { token: credential })
    for (const credential of [session, token]) assert.equal((await me(other, credential)).status, 200)

    const path = `/api/v2/users/${user.id}`
    const gone = await call('PATCH', path, { token: adminToken, admin: true, body: { isActive: false } })
    assert.equal(at(gone.body, 'data', 'isActive'), false)
    for (const server of [other, rollcall]) {
      for (const credential of [session, token]) assert.equal((await me(server, credential)).status, 401)
      const login = await stored.unchanged(() =>
        server.call('POST', '/auth/local', { body: { email: user.email, password: 'first' } }),
      )
      assert.equal(login.status, 401)
    }
    await call('PATCH', path, { token: adminToken, admin: true, body: { isActive: true } })
    assert.equal((await me(other, session)).status, 401)
    assert.equal((await me(other, token)).status, 200)
    await other.login(user.email, 'first')
    assert.deepEqual(await stored.eventsOf(user.id), [
      'user.created',
      'user.logged-in',
      'user.deactivated',
      'user.reactivated',
      'user.logged-in',
    ])
  })
})

describe('login', () => {
  test('takes the address in any letter case', async () => {
    await rollcall.login(` ${adminEmail.toUpperCase()} `, adminPassword)
  })

  const wrong: Record<string, readonly [unknown, number]> = {
    'a wrong password': [{ email: adminEmail, password: 'wrong' }, 401],
    'an unknown address': [{ email: 'nobody@example.com', password: adminPassword }, 401],
    'NUL in the address': [{ email: 'admin\0@example.com', password: adminPassword }, 400],
    'half a surrogate in the address': [{ email: '\ud800@example.com', password: adminPassword }, 400],
    'NUL in the password': [{ email: adminEmail, password: `${adminPassword}\0` }, 401],
    'half a surrogate in the password': [{ email: adminEmail, password: '\ud800' }, 401],
    'no address': [{ password: adminPassword }, 400],
    'an empty address': [{ email: '', password: adminPassword }, 400],
    'no password': [{ email: adminEmail }, 400],
    'a list for an address': [{ email: [adminEmail], password: adminPassword }, 400],
    'an object for a password': [{ email: adminEmail, password: { $ne: null } }, 400],
    'a list': [[], 400],
    nothing: ['', 400],
  }
  for (const [title, [body, status]] of Object.entries(wrong)) {
    test(`${title}: ${status}`, async () => {
      const reply = await stored.unchanged(() => call('POST', '/auth/local/', { body }))
      assert.equal(reply.status, status, reply.text)
      assert.equal(at(reply.body, 'statusCode'), status)
      assert.equal(at(reply.body, 'token'), undefined)
    })
  }

  test("a password's digest is as good as the password, as other platforms' clients send it", async () => {
    const user = await people.user({ email: 'digest@example.com', password: 'first' })
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from('first'))).toString('hex')
    await rollcall.login(user.email, digest)
  })
})
