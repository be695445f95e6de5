import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, adminToken } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const admin = { token: adminToken, admin: true }
const [element, other] = ['fab000000000000000000001', 'fab000000000000000000002']

let count = 0
const create = async (body: object = {}) => {
  count += 1
  const made = await call('POST', '/api/v2/jobtitles', {
    ...admin,
    body: { code: `title_${count}`, display: 'Title', ...body },
  })
  assert.equal(made.status, 201, made.text)
  return textAt(made.body, '_id')
}
const change = (id: string, body: object, by: object = admin) =>
  call('PATCH', `/api/v2/jobtitles/${id}`, { ...by, body })
const me = async (token: string, server: Pick<typeof rollcall, 'call'> = rollcall) =>
  at((await server.call('GET', '/api/v2/users/me', { token })).body, 'data')

describe('codes', () => {
  for (const code of ['a', '0_9', 'x'.repeat(60)]) {
    test(`${code} is one`, async () => void (await create({ code })))
  }
  const message = 'code: must be 1 to 60 of a-z 0-9 _'
  for (const code of ['', 'Big', 'a-b', 'a b', 'ñ', 'x'.repeat(61), 'a\n']) {
    test(`${JSON.stringify(code)} is none`, async () => {
      const reply = await stored.unchanged(() =>
        call('POST', '/api/v2/jobtitles', { ...admin, body: { code, display: 'x' } }),
      )
      assert.deepEqual([reply.status, at(reply.body, 'message')], [400, message])
    })
  }

  test('one that is taken is 409, also for two at once', async () => {
    const body = { code: 'taken', display: 'x' }
    const replies = await Promise.all([0, 1].map(() => call('POST', '/api/v2/jobtitles', { ...admin, body })))
    assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409])
    const again = await stored.unchanged(() => call('POST', '/api/v3/jobtitles', { ...admin, body }))
    assert.deepEqual([again.status, at(again.body, 'code')], [409, 'value_taken'])
  })

  test('one never changes; its echo is no change', async () => {
    const id = await create({ code: 'fixed' })
    const refused = await stored.unchanged(() => change(id, { code: 'other', display: 'y' }))
    assert.equal(refused.status, 403)
    assert.equal(at(refused.body, 'message'), 'Attempted to modify a read-only field (path: /code)')
    assert.equal((await change(id, { code: 'fixed', display: 'y' })).status, 200)
  })
})

describe('bad input', () => {
  const cases: Record<string, readonly [object, string]> = {
    'no code': [{ display: 'x' }, 'code: is required'],
    'no display': [{ code: 'x' }, 'display: is required'],
    'an empty display': [{ code: 'x', display: '' }, 'display: must have 1 to 200 characters'],
    'an unknown role': [
      { code: 'x', display: 'x', accessRoles: [element] },
      `accessRoles: No access role has the id ${element}.`,
    ],
    'a malformed element': [
      { code: 'x', display: 'x', elements: ['e'] },
      'elements.0: must be an ObjectId of 24 hexadecimal digits',
    ],
    'a text for isActive': [{ code: 'x', display: 'x', isActive: 'no' }, 'isActive: must be true or false'],
    'NUL in an extension': [
      { code: 'x', display: 'x', allowedExtensions: ['a\0'] },
      'allowedExtensions.0: must not contain NUL',
    ],
    'an empty extension': [
      { code: 'x', display: 'x', allowedExtensions: [''] },
      'allowedExtensions.0: must not be empty',
    ],
  }
  for (const [title, [body, message]] of Object.entries(cases)) {
    test(title, async () => {
      const reply = await stored.unchanged(() => call('POST', '/api/v2/jobtitles', { ...admin, body }))
      assert.deepEqual([reply.status, at(reply.body, 'message')], [400, message])
    })
  }

  test('an unknown id is 404, without Admin all is 403', async () => {
    assert.equal((await change('ffffffffffffffffffffffff', { display: 'x' })).status, 404)
    assert.equal((await call('GET', '/api/v2/jobtitles/ffffffffffffffffffffffff', admin)).status, 404)
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/ffffffffffffffffffffffff'],
      ['POST', ''],
      ['PATCH', '/ffffffffffffffffffffffff'],
    ] as const) {
      const body = method === 'GET' ? {} : { body: { code: 'no_admin', display: 'x' } }
      const reply = await stored.unchanged(() =>
        call(method, `/api/v2/jobtitles${path}`, { token: adminToken, ...body }),
      )
      assert.equal(reply.status, 403, method + path)
    }
  })
})

describe('who may', () => {
  const table: Record<string, readonly [read: number, write: number]> = {
    none: [403, 403],
    'admin-users-read': [200, 403],
    'admin-users-write': [200, 403],
    'admin-company-read': [200, 403],
    'admin-company-write': [200, 201],
    'admin-jobtitles-read': [200, 403],
    'admin-jobtitles-write': [200, 201],
    'admin-accesscontrol-write': [403, 403],
    'admin-*-read': [200, 403],
    'admin-*-write': [200, 201],
  }
  for (const [permission, [read, write]] of Object.entries(table)) {
    test(`${permission}: reads ${read}, writes ${write}`, async () => {
      const { token } = await people.caller(permission === 'none' ? [] : [permission])
      count += 1
      const body = { code: `may_${count}`, display: 'x' }
      assert.equal((await call('GET', '/api/v2/jobtitles', { token, admin: true })).status, read)
      assert.equal((await call('POST', '/api/v2/jobtitles', { token, admin: true, body })).status, write)
    })
  }
})

test('the list: words, ids, activity, pages and total, under both names', async () => {
  const ids = [
    await create({ code: 'list_a', display: 'Cartógrafo' }),
    await create({ code: 'list_b', isActive: false }),
  ]
  const list = async (query: string) => {
    const { body, status, text } = await call('GET', `/api/v2/jobtitles?${query}`, admin)
    assert.equal(status, 200, text)
    assert.deepEqual(at(body, 'data', 'jobTitles'), at(body, 'data', 'values'))
    const values = at(body, 'data', 'values')
    return {
      codes: Array.isArray(values) ? values.map((one: unknown) => at(one, 'code')) : [],
      count: at(body, 'data', 'count'),
    }
  }
  const both = ids.map((id) => `ids=${id}`).join('&')
  assert.deepEqual(await list(`${both}&count=true`), { codes: ['list_a', 'list_b'], count: 2 })
  assert.deepEqual((await list(`${both}&isActive=true`)).codes, ['list_a'])
  assert.deepEqual((await list(`${both}&isActive=false`)).codes, ['list_b'])
  assert.deepEqual((await list('search=cartografo')).codes, ['list_a'])
  assert.deepEqual((await list('search=list_b')).codes, ['list_b'])
  assert.deepEqual(await list(`${both}&limit=1&page=2&count=true`), { codes: ['list_b'], count: 2 })
})

describe('what holders have by it', () => {
  test('roles, seen on oneself and by others, and never stored with the user', async () => {
    const lent = await people.role(['admin-user-read'])
    const own = await people.role(['some-company:view'])
    const id = await create({ accessRoles: [lent] })
    const user = await people.caller([], { accessRoles: [own], job: id })
    const shown = await me(user.token)
    assert.deepEqual(at(shown, 'accessRoles'), [own])
    assert.deepEqual(at(shown, 'allAccessRoles'), [own, lent])
    assert.deepEqual(at(shown, 'permissionsV2'), ['admin-user-read', 'some-company:view'])
  })

  test('rights at once: whose roles come from the title alone may do what they allow until the title loses them', async () => {
    const second = await rollcall.another()
    const lent = await people.role(['admin-user-read'])
    const id = await create({ accessRoles: [lent] })
    const user = await people.caller([], { job: id })
    const reads = async () => {
      const path = `/api/v2/users/${rollcall.admin.id}`
      const replies = [
        await call('GET', path, { token: user.token }),
        await second.call('GET', path, { token: user.token }),
      ]
      return replies.map(({ status }) => status)
    }
    for (let round = 0; round < 5; round += 1) {
      assert.deepEqual(await reads(), [200, 200])
      assert.equal((await change(id, { accessRoles: [] })).status, 200)
      assert.deepEqual(await reads(), [403, 403], `round ${round}: the title lost its roles`)
      await change(id, { accessRoles: [lent] })
      assert.deepEqual(await reads(), [200, 200])
      await change(id, { isActive: false })
      assert.deepEqual(await reads(), [403, 403], `round ${round}: the title is inactive`)
      await change(id, { isActive: true })
    }
    const { body } = await second.call('GET', `/api/v2/users/${user.id}`, { token: adminToken })
    assert.deepEqual(at(body, 'data', 'allAccessRoles'), [lent])
  })

  test('elements: shown with the properties, found by them, not stored when they come back', async () => {
    const id = await create({ elements: [element, other] })
    const user = await people.user({ job: id, properties: [element] })
    const path = `/api/v2/users/${user.id}`
    const listed = async (property: string) => {
      const { body } = await call('GET', `/api/v2/users?property=${property}&count=true`, { token: adminToken })
      return [at(body, 'data', 'users', 0, '_id'), at(body, 'data', 'count')]
    }
    assert.deepEqual(await listed(other), [user.id, 1])
    assert.deepEqual(await listed(element), [user.id, 1])
    const { body: read } = await call('GET', path, { token: adminToken })
    assert.deepEqual(at(read, 'data', 'properties'), [element, other])

    const echoed = await stored.unchanged(() => call('PATCH', path, { ...admin, body: at(read, 'data') }))
    assert.equal(echoed.status, 200)
    await change(id, { elements: [] })
    assert.deepEqual(at((await call('GET', path, { token: adminToken })).body, 'data', 'properties'), [element])
    assert.deepEqual(await listed(other), [undefined, 0])
  })

  test('extensions: there and empty until they are filled in; an echo stores nothing', async () => {
    const id = await create({ allowedExtensions: ['badge', 'sizes'] })
    const user = await people.user({ job: id, extensions: { sizes: { shoe: 42 } } })
    const path = `/api/v2/users/${user.id}`
    const { body: read } = await call('GET', path, { token: adminToken })
    assert.deepEqual(at(read, 'data', 'extensions'), { badge: {}, sizes: { shoe: 42 } })
    assert.equal((await stored.unchanged(() => call('PATCH', path, { ...admin, body: at(read, 'data') }))).status, 200)
    await call('PATCH', path, { ...admin, body: { extensions: { badge: { colour: 'red' } } } })
    await change(id, { allowedExtensions: [] })
    const { body: last } = await call('GET', path, { token: adminToken })
    assert.deepEqual(at(last, 'data', 'extensions'), { sizes: { shoe: 42 }, badge: { colour: 'red' } })
  })

  test('nothing from a title that nobody knows', async () => {
    const user = await people.caller([], { job: element })
    const shown = await me(user.token)
    assert.deepEqual([at(shown, 'job'), at(shown, 'allAccessRoles'), at(shown, 'properties')], [element, [], []])
  })
})
