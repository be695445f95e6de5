import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { openapiDocuments } from '../src/openapi.ts'
import { cometchatOf } from './cometchat-people.ts'
import { openStored } from './stored.ts'
import { at, type Reply, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator } = rollcall
const app = await cometchatOf(rollcall)
const anna = await app.person('anna', { extensions: { metadata: { authToken: 'mine' } } })
const gone = await app.person('gone')
await directory.deactivateUser(operator, { userId: gone.id })

const long = (length: number, of = 'x') => of.repeat(length)
/** The platform's envelope: an error, and no data. */
function refused(reply: Reply, status: number, code: string, fields?: readonly string[]): void {
  assert.equal(reply.status, status, reply.text)
  assert.deepEqual(Object.keys(Object(reply.body)), ['error'])
  const { code: told, message, devMessage, source, details } = Object(at(reply.body, 'error'))
  assert.deepEqual([told, devMessage, source], [code, message, 'chat-api'])
  assert.ok(typeof message === 'string' && message !== '')
  if (fields !== undefined) assert.deepEqual(Object.keys(Object(details)), fields, reply.text)
}

describe('values that a user does not take', () => {
  const wrong: Readonly<Record<string, readonly (readonly [value: unknown, field?: string])[]>> = {
    name: [[''], [' \t\n'], ['\u200b \ufeff\u2060'], [long(101)], [null], [5], [[]], [{}], [true], ['a\0']],
    avatar: [
      ['x'],
      ['javascript:alert(1)'],
      ['ftp://a'],
      ['http://'],
      ['https:// a'],
      [`http://a/${long(3000)}`],
      [5],
      [[]],
    ],
    link: [['x'], ['data:text/html,x'], ['//a'], [`http://a/${long(3000)}`], [false], [{}]],
    metadata: [
      ['x'],
      ['[]'],
      ['5'],
      ['{'],
      [[]],
      [[1]],
      [5],
      [true],
      [{ a: long(5120) }],
      ['{"a":1e400}'],
      [JSON.stringify({ a: long(5120) })],
    ],
    tags: [
      ['x'],
      [5],
      [{}],
      [Array.from({ length: 26 }, (_, n) => `t${n}`)],
      [['x', ''], 'tags.1'],
      [['x', 5], 'tags.1'],
      [[long(101)], 'tags.0'],
    ],
    statusMessage: [[5], [[]], [long(501)]],
    role: [[5], [[]], [{}], [long(101)]],
  }
  for (const [member, values] of Object.entries(wrong)) {
    test(member, async (t) => {
      const stored = await openStored(t, rollcall.connection)
      for (const [value, field = member] of values) {
        const body = { uid: 'fresh', name: 'Fresh', [member]: value }
        await stored.unchanged(async () => {
          refused(await app.full('POST', '/users', { body }), 400, 'ERR_BAD_REQUEST', [field])
          refused(await app.full('PUT', '/users/anna', { body: { [member]: value } }), 400, 'ERR_BAD_REQUEST', [field])
        })
        const row = await app.full('POST', '/data_import/users', { body: { users: { fresh: body } } })
        assert.deepEqual(
          [row.status, at(row.body, 'data', 'fresh', 'success'), at(row.body, 'data', 'fresh', 'error', 'code')],
          [200, false, 'ERR_BAD_REQUEST'],
        )
      }
    })
  }

  test('uids of every illegal shape', async () => {
    const uids = ['', ' ', 'a b', 'a.b', 'a/b', 'é', 'ａ', 'a\0', 'a\n', 'a@b', long(101), 5, null, true, [], {}]
    for (const uid of uids)
      refused(await app.full('POST', '/users', { body: { uid, name: 'X' } }), 400, 'ERR_BAD_REQUEST', ['uid'])
  })

  test('what is as long as may be is taken, counted in characters', async () => {
    const body = {
      uid: long(100, 'U'),
      name: long(100, '😀'),
      avatar: `https://a/${long(2990)}`,
      metadata: { a: long(5112) },
      tags: Array.from({ length: 25 }, (_, n) => `${long(98, 'é')}${String(n).padStart(2, '0')}`),
      statusMessage: long(500),
    }
    const { status, body: made, text } = await app.full('POST', '/users', { body })
    assert.equal(status, 200, text)
    for (const member of ['name', 'avatar', 'metadata', 'tags', 'statusMessage'] as const) {
      assert.deepEqual(at(made, 'data', member), body[member])
    }
    assert.equal(at(made, 'data', 'uid'), long(100, 'u'))
    for (const uid of ['__proto__', 'constructor', '-', '_', '0']) {
      assert.equal((await app.full('POST', '/users', { body: { uid, name: uid } })).status, 200, uid)
      assert.equal(at((await app.full('GET', `/users/${uid}`)).body, 'data', 'uid'), uid)
    }
  })

  test('bodies that are no objects', async () => {
    for (const body of [
      '"x"',
      '3',
      'true',
      '[1]',
      '{',
      '{"a":1,}',
      '{"__proto__":{"name":"x"}}',
      '\ufeff',
      'null',
      '',
    ]) {
      const reply = await app.full('POST', '/users', { body })
      refused(reply, 400, 'ERR_BAD_REQUEST')
    }
    refused(
      await app.full('POST', '/users', { body: '<a/>', headers: { 'content-type': 'text/xml' } }),
      415,
      'ERR_BAD_REQUEST',
    )
  })
})

test('people in the path that there are not, or no more', async () => {
  for (const uid of [
    'nobody',
    '%20',
    'a%20b',
    '%00',
    '..%2F..',
    long(101),
    '%F0%9F%98%80',
    'gone',
    'GONE',
    "'",
    '%25',
  ]) {
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { name: ' ' }],
      ['DELETE', { permanent: false }],
    ] as const) {
      refused(await app.full(method, `/users/${uid}`, { ...(body && { body }) }), 404, 'ERR_UID_NOT_FOUND')
    }
  }
  refused(await app.full('GET', `/users/${long(10_000)}`), 404, 'ERR_API_NOT_FOUND')
  for (const onBehalfOf of ['nobody', 'gone', ' x', "'"]) {
    refused(await app.full('GET', '/users', { headers: { onBehalfOf } }), 404, 'ERR_UID_NOT_FOUND')
  }
})

test('sizes and pages of every wrong kind', async () => {
  for (const value of ['0', '-1', '1.5', 'x', '1e3', '0x10', 'NaN', 'Infinity', '1,2', 'null', '-0', '%00']) {
    refused(await app.full('GET', `/users?perPage=${value}`), 400, 'ERR_BAD_REQUEST', ['perPage'])
    refused(await app.full('GET', `/users?per_page=${value}`), 400, 'ERR_BAD_REQUEST', ['per_page'])
  }
  for (const value of ['1.5', 'x', '1e3', 'NaN', '%00']) {
    refused(await app.full('GET', `/users?page=${value}`), 400, 'ERR_BAD_REQUEST', ['page'])
  }
  const told = async (query: string) => {
    const { status, body, text } = await app.full('GET', `/users?${query}`)
    assert.equal(status, 200, text)
    const { per_page, current_page, count } = Object(at(body, 'meta', 'pagination'))
    return [per_page, current_page, count > 0]
  }
  assert.deepEqual(await told('perPage=&page='), [100, 1, true])
  assert.deepEqual(await told('perPage=1001&page=-5'), [1000, 1, true])
  assert.deepEqual(await told('perPage=99999999999999999999&page=0'), [1000, 1, true])
  assert.deepEqual(await told('perPage=1&page=1000000'), [1, 1_000_000, false])
  assert.deepEqual((await told('page=99999999999999999999999')).at(2), false)
})

test('text that no directory can hold is refused by name', async () => {
  for (const [name, field] of [
    ['searchKey', 'searchKey'],
    ['role', 'role'],
    ['tags', 'tags.0'],
    ['uids[]', 'uids.0'],
  ] as const) {
    const reply = await app.full('GET', `/users?${name}=a%00`)
    refused(reply, 400, 'ERR_BAD_REQUEST', [field])
    assert.deepEqual(at(reply.body, 'error', 'details', field), [`The ${field} must be text without NUL.`])
  }
})

test('whatever stands in a query is answered, and never as a failure of ours', async () => {
  const names = [
    'searchKey',
    'searchIn',
    'status',
    'count',
    'role',
    'roles',
    'tags',
    'withTags',
    'uids',
    'sortBy',
    'sortOrder',
    'friendsOnly',
    'hideBlockedUsers',
    'updatedAt',
    'affix',
    'next',
    'cursor',
    'cursor[next]',
    'perPage',
    'page',
    'onlyDeactivated',
    '__proto__',
    'a[b][c]',
  ]
  const text = fc.oneof(
    fc.constantFrom(
      '%',
      '%00',
      '%ED%A0%80',
      "'",
      '"',
      '\\',
      '%5C',
      '_',
      '%25',
      '%F0%9F%98%80',
      '[]',
      '{}',
      '-1',
      '1',
      'ß',
      '%C4%B0',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }).map((raw) => encodeURIComponent(raw.toWellFormed())),
  )
  const query = fc.array(fc.tuple(fc.constantFrom(...names), text), { minLength: 1, maxLength: 4 })
  const asAnna = await app.as(anna)
  await fc.assert(
    fc.asyncProperty(query, fc.constantFrom(app.full, asAnna), async (pairs, call) => {
      const written = pairs
        .map(([name, value]) => `${name}=${encodeURI(decodeURIComponent(encodeURI(value)))}`)
        .join('&')
      const reply = await call('GET', `/users?${written}`)
      assert.ok([200, 400].includes(reply.status), `${written}: ${reply.text}`)
      if (reply.status === 400) refused(reply, 400, 'ERR_BAD_REQUEST')
    }),
    { numRuns: 300 },
  )
})

test('no answer but those of sign-in has a data.authToken, whatever is sent', async () => {
  const { cometchat: document = {} } = await openapiDocuments()
  const mayHave = /^(POST \/users|(GET|PUT) \/me|(GET|POST|PUT) \/users\/\{uid\}\/auth_tokens.*)$/
  const token = await app.tokenOf(anna)
  const bodies: readonly object[] = [
    {},
    { authToken: 'x', withAuthToken: false, uid: 'scan', name: 'authToken' },
    { name: 'N', role: 'scan', metadata: { authToken: 'x' }, permanent: false },
    { users: { authToken: { uid: 'authtoken', name: 'A' } } },
    { blockedUids: ['authToken'], accepted: ['authToken'], friends: ['authToken'] },
    { uidsToDeactivate: ['authToken'], uidsToActivate: ['authToken'] },
  ]
  let answered = 0
  for (const [path, item] of Object.entries(Object(at(document, 'paths')))) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
      if (at(item, method.toLowerCase()) === undefined || (path === '/v3/me' && method === 'DELETE')) continue
      for (const body of method === 'GET' ? [undefined] : bodies) {
        for (const call of [app.full, app.auth, app.withToken(token)]) {
          const url = path
            .slice(3)
            .replace('{uid}', 'anna')
            .replace('{role}', 'default')
            .replaceAll(/\{\w+\}/g, token)
          const reply = await call(method, url, { ...(body && { body }) })
          assert.ok(reply.status < 500, reply.text)
          if (reply.status !== 200) continue
          answered += 1
          const found = at(reply.body, 'data', 'authToken')
          if (!mayHave.test(`${method} ${path.slice(3)}`))
            assert.equal(found, undefined, `${method} ${path}: ${reply.text}`)
        }
      }
    }
    await directory.reactivateUser(operator, { userId: anna.id })
  }
  assert.ok(answered > 40, `${answered} answers`)
  const made = await app.full('POST', '/users', { body: { uid: 'scan-2', name: 'X', authToken: 'x' } })
  assert.equal(at(made.body, 'data', 'authToken'), undefined)
})
