import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, adminToken } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const plainRole = await people.role(['some-company:view'])

const patch = (id: string, body: unknown, token = adminToken, admin = true, query = '') =>
  call('PATCH', `/api/v2/users/jsonpatch/${id}${query}`, { token, admin, body })

/** Ids that nobody has: such members hold any. */
const [one, two] = ['fab000000000000000000001', 'fab000000000000000000002']
const given = {
  givenNames: 'Ada',
  familyName: 'One',
  phone: '1',
  jobTitle: 'writer',
  properties: [one],
  settings: { hideSummary: true },
  extensions: { sizes: { shoe: 42 } },
}

const doubling = Array.from({ length: 40 }, (_, n) => ({ op: 'copy', from: '/settings', path: `/settings/c${n}` }))

describe('a bad patch changes nothing', () => {
  const phone = { op: 'replace', path: '/phone', value: '9' }
  const cases: Readonly<Record<string, readonly [unknown, number, string]>> = {
    'a test that fails': [
      [phone, { op: 'test', path: '/jobTitle', value: 'x' }],
      409,
      '1: the value at /jobTitle is another one',
    ],
    'a test of what is not there': [
      [{ op: 'test', path: '/bot', value: null }],
      409,
      '0: the value at /bot is another one',
    ],
    'no list': [{ op: 'remove', path: '/phone' }, 400, 'The body must be a JSON list.'],
    'an unknown operation': [
      [{ op: 'merge', path: '/phone' }],
      400,
      '0.op: must be one of add, remove, replace, move, copy, test',
    ],
    'no path': [[{ op: 'remove' }], 400, '0.path: is required'],
    'no value': [[phone, { op: 'add', path: '/phone' }], 400, '1.value: is required'],
    'no from': [[{ op: 'move', path: '/phone' }], 400, '0.from: is required'],
    'a path without a slash': [[{ op: 'remove', path: 'phone' }], 400, '0.path: must be a JSON pointer such as /phone'],
    'a bad escape': [
      [{ op: 'add', path: '/settings/a~2', value: 1 }],
      400,
      '0.path: must be a JSON pointer such as /phone',
    ],
    'a bad from': [
      [{ op: 'copy', from: 'phone', path: '/phone' }],
      400,
      '0.from: must be a JSON pointer such as /phone',
    ],
    'the whole record': [[{ op: 'replace', path: '', value: {} }], 400, '0.path: must name a member of the user'],
    'the record into itself': [
      [{ op: 'move', from: '', path: '/settings/me' }],
      400,
      '0.path: must not lie inside of what is moved',
    ],
    'an object into itself': [
      [{ op: 'move', from: '/settings', path: '/settings/me' }],
      400,
      '0.path: must not lie inside of what is moved',
    ],
    'a removal of nothing': [[{ op: 'remove', path: '/avatar' }], 400, '0.path: leads nowhere'],
    'a replacement of nothing': [[{ op: 'replace', path: '/avatar', value: {} }], 400, '0.path: leads nowhere'],
    'a copy of nothing': [[{ op: 'copy', from: '/avatar', path: '/settings/a' }], 400, '0.from: leads nowhere'],
    'a place beyond the end': [[{ op: 'add', path: '/properties/2', value: two }], 400, '0.path: leads nowhere'],
    'a place beyond the end after a move': [
      [{ op: 'move', from: '/properties/0', path: '/properties/1' }],
      400,
      '0.path: leads nowhere',
    ],
    'a negative place': [[{ op: 'add', path: '/properties/-1', value: two }], 400, '0.path: leads nowhere'],
    'a place with a leading zero': [[{ op: 'remove', path: '/properties/00' }], 400, '0.path: leads nowhere'],
    'a word for a place': [[{ op: 'replace', path: '/properties/first', value: two }], 400, '0.path: leads nowhere'],
    'the length of a list': [
      [{ op: 'copy', from: '/properties/length', path: '/settings/n' }],
      400,
      '0.from: leads nowhere',
    ],
    'a letter of a text': [[{ op: 'add', path: '/phone/0', value: 'x' }], 400, '0.path: leads nowhere'],
    'below a text': [[{ op: 'add', path: '/phone/a/b', value: 'x' }], 400, '0.path: leads nowhere'],
    'what every object has': [[{ op: 'copy', from: '/toString', path: '/phone' }], 400, '0.from: leads nowhere'],
    'to __proto__': [
      [{ op: 'add', path: '/settings/__proto__', value: { a: 1 } }],
      400,
      '0.path: must not lead to a prototype',
    ],
    'below __proto__': [
      [{ op: 'add', path: '/__proto__/admin', value: true }],
      400,
      '0.path: must not lead to a prototype',
    ],
    'to a constructor': [
      [{ op: 'add', path: '/constructor/prototype/admin', value: 1 }],
      400,
      '0.path: must not lead to a prototype',
    ],
    'from a prototype': [
      [{ op: 'copy', from: '/constructor/name', path: '/phone' }],
      400,
      '0.from: must not lead to a prototype',
    ],
    'a text for a list': [[{ op: 'replace', path: '/properties', value: one }], 400, 'properties: must be a list'],
    'a number for a text': [[{ op: 'replace', path: '/phone', value: 5 }], 400, 'phone: must be a text or null'],
    'a malformed id': [
      [{ op: 'add', path: '/job', value: 'x' }],
      400,
      'job: must be an ObjectId of 24 hexadecimal digits; null or empty clears it',
    ],
    'an unknown role': [
      [{ op: 'add', path: '/accessRoles/-', value: one }],
      400,
      `accessRoles: No access role has the id ${one}.`,
    ],
    'no isActive at all': [[{ op: 'remove', path: '/isActive' }], 400, 'isActive: must be true or false'],
    'NUL in a text': [[{ op: 'replace', path: '/phone', value: 'a\0' }], 400, 'phone: must not contain NUL'],
    'an address': [
      [phone, { op: 'replace', path: '/email', value: 'new@example.com' }],
      403,
      'Attempted to modify a read-only field (path: /email)',
    ],
    'an address taken away': [
      [{ op: 'remove', path: '/email' }],
      403,
      'Attempted to modify a read-only field (path: /email)',
    ],
    'an address moved': [
      [{ op: 'move', from: '/email', path: '/phone' }],
      403,
      'Attempted to modify a read-only field (path: /email)',
    ],
    'a text copied over the address': [
      [{ op: 'copy', from: '/phone', path: '/email' }],
      403,
      'Attempted to modify a read-only field (path: /email)',
    ],
    'an id': [[{ op: 'replace', path: '/_id', value: one }], 403, 'Attempted to modify a read-only field (path: /_id)'],
    'a date': [
      [{ op: 'replace', path: '/createdAt', value: '2020-01-01T00:00:00.000Z' }],
      403,
      'Attempted to modify a read-only field (path: /createdAt)',
    ],
    'a keyword': [
      [{ op: 'add', path: '/search/-', value: 'x' }],
      403,
      'Attempted to modify a read-only field (path: /search)',
    ],
    'the rights': [
      [{ op: 'add', path: '/permissionsV2', value: ['admin-*-write'] }],
      403,
      'Attempted to modify a read-only field (path: /permissionsV2)',
    ],
    'a new member': [
      [{ op: 'add', path: '/role', value: 'super' }],
      403,
      'Attempted to modify a read-only field (path: /role)',
    ],
    'another company': [
      [{ op: 'replace', path: '/companies/0/companyId', value: one }],
      403,
      'Attempted to modify a read-only field (path: /companies)',
    ],
    'a second company': [
      [{ op: 'copy', from: '/companies/0', path: '/companies/-' }],
      403,
      'Attempted to modify a read-only field (path: /companies)',
    ],
    'no company': [
      [{ op: 'remove', path: '/companies' }],
      403,
      'Attempted to modify a read-only field (path: /companies)',
    ],
    'copies of copies': [doubling, 400, '15.from: copies more than 1 MiB'],
  }
  for (const [title, [body, status, message]] of Object.entries(cases)) {
    test(title, async () => {
      const user = await people.user(given)
      const reply = await stored.unchanged(() => patch(user.id, body))
      assert.equal(reply.status, status, reply.text)
      assert.equal(at(reply.body, 'message'), message)
    })
  }

  test('an unknown user is 404, a malformed id 400', async () => {
    assert.equal((await patch(one, [])).status, 404)
    assert.equal((await patch('me', [])).status, 400)
  })
})

describe('who may', () => {
  const table: Record<string, readonly [object, string, boolean, string[], number]> = {
    'oneself, the phone': [{ op: 'add', path: '/phone', value: '9' }, 'self', false, [], 200],
    'oneself, the job title': [{ op: 'add', path: '/jobTitle', value: '9' }, 'self', false, [], 403],
    'oneself, roles': [{ op: 'add', path: '/accessRoles/-', value: plainRole }, 'self', false, [], 403],
    'oneself, roles, with the right but not Admin': [
      { op: 'add', path: '/accessRoles/-', value: plainRole },
      'self',
      false,
      ['admin-accesscontrol-write'],
      403,
    ],
    'oneself, roles, with the right': [
      { op: 'add', path: '/accessRoles/-', value: plainRole },
      'self',
      true,
      ['admin-accesscontrol-write'],
      200,
    ],
    'others, without a right': [{ op: 'add', path: '/phone', value: '9' }, 'other', true, [], 403],
    'others, without Admin': [{ op: 'add', path: '/phone', value: '9' }, 'other', false, ['admin-user-write'], 403],
    'others, with a right to read': [
      { op: 'test', path: '/phone', value: '1' },
      'other',
      true,
      ['admin-user-read'],
      403,
    ],
    'others, the phone': [{ op: 'add', path: '/phone', value: '9' }, 'other', true, ['admin-user-write'], 200],
    'others, roles, with the right to edit': [
      { op: 'add', path: '/accessRoles/-', value: plainRole },
      'other',
      true,
      ['admin-user-write'],
      403,
    ],
    'others, roles': [
      { op: 'add', path: '/accessRoles/-', value: plainRole },
      'other',
      true,
      ['admin-accesscontrol-write'],
      200,
    ],
    'others, the phone, with the right to assign roles': [
      { op: 'add', path: '/phone', value: '9' },
      'other',
      true,
      ['admin-accesscontrol-write'],
      403,
    ],
    'others, a password': [
      { op: 'add', path: '/password', value: 'another' },
      'other',
      true,
      ['admin-user-write'],
      200,
    ],
    'others, the kind': [{ op: 'add', path: '/system', value: 'bot' }, 'other', true, ['admin-user-write'], 403],
    'others, the bot': [{ op: 'add', path: '/bot', value: one }, 'other', true, ['admin-user-write'], 403],
  }
  for (const [title, [operation, whom, admin, permissions, status]] of Object.entries(table)) {
    test(`${title}: ${status}`, async () => {
      const caller = await people.caller(permissions)
      const id = whom === 'self' ? caller.id : (await people.user(given)).id
      const run = () => patch(id, [operation], caller.token, admin)
      const reply = status === 200 ? await run() : await stored.unchanged(run)
      assert.equal(reply.status, status, reply.text)
    })
  }

  test('one forbidden member refuses all', async () => {
    const caller = await people.caller()
    const operations = [
      { op: 'add', path: '/phone', value: '9' },
      { op: 'add', path: '/jobTitle', value: 'director' },
    ]
    assert.equal((await stored.unchanged(() => patch(caller.id, operations, caller.token, false))).status, 403)
  })

  test('a read-only user: its own password and nothing else', async () => {
    const reader = await people.caller(['admin-*-write'], { readOnly: true })
    const refused = await stored.unchanged(() =>
      patch(reader.id, [{ op: 'add', path: '/phone', value: '9' }], reader.token),
    )
    assert.equal(refused.status, 403)
    const own = await patch(reader.id, [{ op: 'add', path: '/password', value: 'a new one' }], reader.token, false)
    assert.equal(own.status, 200)
    await rollcall.login(reader.user.email, 'a new one')
  })
})
