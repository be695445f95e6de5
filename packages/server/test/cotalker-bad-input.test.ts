import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call } = rollcall
const admin = { token: rollcall.adminToken, admin: true }
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const subject = await people.user({ email: 'subject@example.com' })
const path = `/api/v2/users/${subject.id}`
const newUser = { email: 'new@example.com', name: { names: 'New' }, accessRoles: [] }

async function refused(status: number, request: () => ReturnType<typeof call>) {
  const reply = await stored.unchanged(request)
  assert.equal(reply.status, status, reply.text)
  assert.equal(at(reply.body, 'statusCode'), status)
  assert.equal(at(reply.body, 'error'), at(reply.body, 'message'))
  assert.equal(at(reply.body, 'data'), undefined)
  return reply
}

describe('members of the wrong type or size', () => {
  const wrong: Record<string, readonly unknown[]> = {
    email: [1, null, true, [], {}, 'no-at', 'a@b@c', 'a b@c.d', `${'x'.repeat(250)}@x.yz`],
    name: [1, 'Name', [], null],
    'name.names': [1, null, [], {}, 'x'.repeat(201)],
    'name.lastName': [1, null, 'x'.repeat(201)],
    'name.secondLastName': [1, null, 'x'.repeat(201)],
    'name.displayName': [1, null, 'x'.repeat(401)],
    accessRoles: [
      'one',
      [1],
      ['abc'],
      [null],
      {},
      null,
      Array(1001)
        .fill(0)
        .map((_, n) => n.toString(16).padStart(24, '0')),
    ],
    phone: [1, true, [], {}, 'x'.repeat(101)],
    jobTitle: [1, [], 'x'.repeat(201)],
    job: [1, 'abc', []],
    bot: [1, 'abc', {}],
    system: [1, {}],
    avatar: [1, 'url', { small: 1 }, { square: 'x'.repeat(3001) }],
    settings: [1, 'x', [], null],
    termsConditions: [1, 'true', null],
    isActive: [1, 'true', null],
    isReadOnly: [1, 'true', null],
    properties: ['x', ['abc'], [1], null],
    extensions: [1, 'x', [], null, { a: 1 }, { a: [] }, { ['x'.repeat(201)]: {} }],
    companies: [1, {}, 'x', [1], [{ hierarchy: 1 }], [{ hierarchy: { boss: 'x' } }]],
    password: [1, '', null, [], 'x'.repeat(257)],
  }
  for (const [member, values] of Object.entries(wrong)) {
    test(member, async () => {
      const [head = '', below] = member.split('.')
      for (const value of values) {
        const body = { [head]: below === undefined ? value : { names: 'New', [below]: value } }
        await refused(400, () => call('POST', '/api/v2/users', { ...admin, body: { ...newUser, ...body } }))
        // An address can't be changed: another one is no bad value but a forbidden change.
        const status = head === 'email' && typeof value === 'string' ? 403 : 400
        const reply = await refused(status, () => call('PATCH', path, { ...admin, body }))
        assert.match(String(at(reply.body, 'message')), new RegExp(head))
      }
    })
  }

  test('members that a creation needs', async () => {
    const { email, name, accessRoles } = newUser
    for (const [body, message] of [
      [{ name, accessRoles }, 'email: is required'],
      [{ email, accessRoles }, 'name: is required'],
      [{ email, name: {}, accessRoles }, 'name.names: is required'],
      [{ email, name: { names: '' }, accessRoles }, 'name.names: must not be empty'],
      [{ email, name }, 'accessRoles: is required'],
      [{ email: '', name, accessRoles }, 'email: must not be empty'],
    ] as const) {
      const reply = await refused(400, () => call('POST', '/api/v2/users', { ...admin, body }))
      assert.equal(at(reply.body, 'message'), message)
    }
  })
})

describe('the message says in words what was wrong', () => {
  const long = 'x'.repeat(250)
  const told: Record<string, readonly [body: unknown, message: string]> = {
    'a long text': [{ phone: long }, 'phone: must have at most 100 characters'],
    'a long name of a collection': [
      { extensions: { [long]: {} } },
      `extensions.${'x'.repeat(40)}…: must have a name of at most 200 characters`,
    ],
    'a collection that is none': [{ extensions: { [long]: 1 } }, `extensions.${'x'.repeat(40)}…: must be an object`],
    'what can not be kept, below a long key': [
      { settings: { [long]: 'NUL \0' } },
      `settings.${'x'.repeat(40)}…: must not contain NUL`,
    ],
  }
  for (const [name, [body, message]] of Object.entries(told)) {
    test(name, async () => {
      const reply = await refused(400, () => call('PATCH', path, { ...admin, body }))
      assert.equal(at(reply.body, 'message'), message)
    })
  }

  test('where core alone checks', async () => {
    const { directory, operator } = rollcall
    for (const [changes, reason] of [
      [{ displayName: 'x'.repeat(401) }, 'must have at most 400 characters'],
      [{ utcOffset: 15 }, 'must be at most 14'],
    ] as const) {
      await assert.rejects(directory.updateUser(operator, { userId: subject.id, changes }), {
        code: 'invalid_input',
        detail: { field: Object.keys(changes)[0], reason },
      })
    }
  })
})

describe('bodies that are none', () => {
  const bodies: Record<string, readonly [body: string | undefined, status: number]> = {
    'no body': [undefined, 400],
    'an empty body': ['', 400],
    'broken JSON': ['{"email":', 400],
    'two objects': ['{}{}', 400],
    'a list': ['[]', 400],
    'a text': ['"text"', 400],
    'a number': ['1', 400],
    null: ['null', 400],
    __proto__: ['{"__proto__":{"isActive":false},"email":"p@example.com","name":{"names":"P"},"accessRoles":[]}', 400],
    'a deeper __proto__': ['{"name":{"names":"P","__proto__":{"x":1}},"email":"p@example.com","accessRoles":[]}', 400],
    'an escaped __proto__': [
      '{"\\u005f_proto__":{"x":1},"email":"p@example.com","name":{"names":"P"},"accessRoles":[]}',
      400,
    ],
    'a constructor with a prototype': [
      '{"constructor":{"prototype":{"x":1}},"email":"p@example.com","name":{"names":"P"},"accessRoles":[]}',
      400,
    ],
    'more than 1 MiB': [JSON.stringify({ ...newUser, phone: 'x'.repeat(1_048_576) }), 413],
    'a hundred thousand levels': [
      `{"email":"d@example.com","name":{"names":"D"},"accessRoles":[],"settings":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`,
      400,
    ],
    'a hundred thousand lists': [
      `{"email":"d@example.com","name":{"names":"D"},"accessRoles":[],"settings":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
      400,
    ],
  }
  for (const [title, [body, status]] of Object.entries(bodies)) {
    for (const debug of ['', '?debug=true']) {
      test(`${title}${debug}: ${status}`, async () => {
        for (const [method, url] of [
          ['POST', '/api/v2/users'],
          ['PATCH', path],
        ] as const) {
          const sent = { ...admin, ...(body !== undefined && { body }) }
          // Only a creation misses what a PATCH may leave out.
          await refused(status, () => call(method, `${url}${debug}`, sent))
        }
      })
    }
  }

  test('another content type is refused', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'nonsense',
    ]) {
      await refused(415, () => call('PATCH', path, { ...admin, body: 'phone=1', headers: { 'content-type': type } }))
    }
    for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON']) {
      const reply = await call('PATCH', path, { ...admin, body: '{}', headers: { 'content-type': type } })
      assert.equal(reply.status, 200, type)
    }
  })

  test('prototype and constructor are plain keys where keys are free', async () => {
    const extensions = { constructor: { name: 'x' }, prototype: { toString: 'y' }, sizes: { hasOwnProperty: 1 } }
    const settings = { constructor: 1, prototype: 2, valueOf: 3 }
    await call('PATCH', path, { ...admin, body: { extensions, settings, constructor: 1, prototype: {} } })
    const { body } = await call('GET', path, admin)
    assert.deepEqual(at(body, 'data', 'extensions'), extensions)
    assert.deepEqual(at(body, 'data', 'settings'), settings)
    assert.equal(Object.hasOwn(Object.prototype, 'isActive'), false)
  })
})

describe('texts that nothing can hold', () => {
  const hostile = { NUL: 'a\0b', 'half a surrogate': 'a\ud800b', 'the other half': '\udfff' }
  const places: Record<string, (text: string) => object> = {
    email: (text) => ({ email: `${text}@example.com` }),
    'name.names': (text) => ({ name: { names: text } }),
    'name.lastName': (text) => ({ name: { names: 'A', lastName: text } }),
    'name.secondLastName': (text) => ({ name: { names: 'A', secondLastName: text } }),
    'name.displayName': (text) => ({ name: { names: 'A', displayName: text } }),
    phone: (text) => ({ phone: text }),
    jobTitle: (text) => ({ jobTitle: text }),
    'avatar.small': (text) => ({ avatar: { small: text } }),
    settings: (text) => ({ settings: { a: { b: [text] } } }),
    'a key of settings': (text) => ({ settings: { [text]: 1 } }),
    extensions: (text) => ({ extensions: { a: { b: text } } }),
    'a key of extensions': (text) => ({ extensions: { [text]: {} } }),
    'a deeper key of extensions': (text) => ({ extensions: { a: { [text]: 1 } } }),
    job: (text) => ({ job: text }),
    accessRoles: (text) => ({ accessRoles: [text] }),
    properties: (text) => ({ properties: [text] }),
  }
  for (const [place, bodyOf] of Object.entries(places)) {
    test(place, async () => {
      for (const [title, text] of Object.entries(hostile)) {
        const body = bodyOf(text)
        await refused(400, () => call('POST', '/api/v2/users', { ...admin, body: { ...newUser, ...body } }))
        const reply = await refused(place === 'email' ? 403 : 400, () =>
          call('PATCH', `${path}?debug=true`, { ...admin, body }),
        )
        assert.equal(typeof at(reply.body, 'message'), 'string', title)
      }
    })
  }

  test('password', async () => {
    for (const password of Object.values(hostile)) {
      await refused(400, () => call('POST', '/api/v2/users', { ...admin, body: { ...newUser, password } }))
      await refused(400, () => call('PATCH', path, { ...admin, body: { password } }))
    }
  })

  test('in paths and parameters', async () => {
    const urls: Record<string, number> = {
      '/api/v2/users/%00': 400,
      '/api/v2/users/me%00': 400,
      [`/api/v2/users/${subject.id}%00`]: 400,
      '/api/v2/users/%ED%A0%80': 400,
      '/api/v2/users/%zz': 400,
      '/api/v2/users/%': 400,
      [`/api/v2/users/${'a'.repeat(600)}`]: 400,
      [`/api/v2/users/${'%F0%9F%98%80'.repeat(40)}`]: 400,
      '/api/v2/users/..%2F..%2Fetc%2Fpasswd': 400,
      '/api/v2/users/__proto__': 400,
      '/api/v2/accessroles/%00': 400,
      '/api/v2/users?email=%00': 400,
      '/api/v2/users?email=a@b.c&email=%00': 400,
      '/api/v2/users?id=%00': 400,
      '/api/v2/users?modified=%00': 400,
      '/api/v2/users?search=%00': 200,
      '/api/v2/users?search=%ED%A0%80': 200,
      '/api/v2/users?email=%ED%A0%80': 200,
      '/api/v2/users?email=%zz': 200,
      '/api/v2/users?sortBy=%00': 200,
      '/api/v2/users?%00=%00&%=%': 200,
      '/api/v2/users?&&==&=': 200,
      '/api/v2/accessroles?search=%00': 200,
    }
    for (const [url, status] of Object.entries(urls)) {
      const reply = await call('GET', url, admin)
      assert.equal(reply.status, status, `${url}: ${reply.text}`)
    }
  })
})

describe('what the server makes can not be given', () => {
  const forged = {
    _id: 'f'.repeat(24),
    createdAt: '1999-01-01T00:00:00.000Z',
    modifiedAt: '1999-01-01T00:00:00.000Z',
    lastRequestDate: '1999-01-01T00:00:00.000Z',
    passwordModifiedAt: '1999-01-01T00:00:00.000Z',
    permissionsV2: ['admin-*-write'],
    permissions: ['admin-*-write'],
    allAccessRoles: [rollcall.admin.accessRoles[0]],
    role: 'super',
    search: ['hacked'],
    isOnline: true,
    company: 'f'.repeat(24),
    companies: [{ _id: 'f'.repeat(24), companyId: 'f'.repeat(24) }],
    uid: 'hacked',
    username: 'hacked',
    version: 99,
    revision: 99,
    tenantId: 'f'.repeat(24),
    __v: 99,
  }

  test('at a creation', async () => {
    const made = await call('POST', '/api/v2/users', {
      ...admin,
      body: { ...newUser, email: 'forged@example.com', ...forged },
    })
    assert.equal(made.status, 201)
    assert.doesNotMatch(made.text, /f{24}|1999-|hacked|super|"isOnline":true|admin-\*/)
    const read = await call('GET', `/api/v2/users/${String(at(made.body, '_id'))}`, admin)
    assert.deepEqual(at(read.body, 'data', 'permissionsV2'), [])
    assert.equal(at(read.body, 'data', 'companies', 0, 'companyId'), rollcall.tenant.id)
  })

  test('nor by a change, which then changes nothing', async () => {
    const reply = await stored.unchanged(() => call('PATCH', path, { ...admin, body: forged }))
    assert.equal(reply.status, 200)
    assert.doesNotMatch(reply.text, /f{24}|1999-|hacked|super|"isOnline":true|admin-\*/)
  })
})

describe('addresses are unique', () => {
  test('in any letter case and with spaces around', async () => {
    for (const email of ['subject@example.com', 'SUBJECT@Example.com', '  subject@example.com ']) {
      const reply = await refused(409, () => call('POST', '/api/v3/users', { ...admin, body: { ...newUser, email } }))
      assert.equal(at(reply.body, 'code'), 'value_taken')
    }
  })

  test('of eight who take one at the same time, through two servers, one gets it', async () => {
    const other = await rollcall.another()
    const before = [await stored.countOf('users'), await stored.countOf('events')]
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        (n % 2 === 0 ? rollcall : other).call('POST', '/api/v2/users', {
          ...admin,
          body: { ...newUser, email: n < 4 ? 'race@example.com' : 'RACE@example.com' },
        }),
      ),
    )
    const statuses = replies.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [201, 409, 409, 409, 409, 409, 409, 409])
    const [users = 0, events = 0] = before
    assert.deepEqual([await stored.countOf('users'), await stored.countOf('events')], [users + 1, events + 1])
  })
})
