import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startReceiver } from './receivers.ts'
import { at, textAt } from './support.ts'
import { startDelivering } from './webhook-support.ts'

const path = '/api/v3/webhook/subscription'
const body = { trigger: 'create-edit-delete-user', url: 'https://example.com/hook', name: 'Hook', code: 'hook' }

describe('what is refused', () => {
  const cases: { name: string; body: object; says: RegExp }[] = [
    {
      name: 'a trigger that nobody knows',
      body: { ...body, trigger: 'create-user' },
      says: /^trigger: must be one of/,
    },
    { name: 'a URL that is none', body: { ...body, url: 'example.com' }, says: /^url: must be a URL/ },
    { name: 'another scheme', body: { ...body, url: 'ftp://example.com' }, says: /^url: must begin with https/ },
    { name: 'a loopback address', body: { ...body, url: 'http://127.0.0.2/' }, says: /^url: .*public internet/ },
    { name: 'one that is spelled otherwise', body: { ...body, url: 'http://0x7f000002/' }, says: /^url: / },
    { name: 'the metadata service', body: { ...body, url: 'http://169.254.169.254/' }, says: /^url: / },
    { name: 'a mapped address', body: { ...body, url: 'http://[::ffff:10.0.0.1]/' }, says: /^url: / },
    { name: 'a code in capitals', body: { ...body, code: 'Hook' }, says: /^code: must be 1 to 100 of a-z 0-9 _/ },
    { name: 'a code with a dash', body: { ...body, code: 'my-hook' }, says: /^code: / },
    { name: 'no code', body: { ...body, code: undefined }, says: /^code: is required/ },
    { name: 'an empty name', body: { ...body, name: '' }, says: /^name: / },
    { name: 'a context of null', body: { ...body, context: null }, says: /^context: must be/ },
    { name: 'an unknown context', body: { ...body, context: { channel: 'x' } }, says: /^context/ },
    { name: 'NUL', body: { ...body, name: 'a\0' }, says: /^name: must not contain NUL/ },
  ]
  test('at creation and at a change alike', async (t) => {
    const { adminToken: token, call } = await startDelivering(t)
    const made = await call('POST', path, { token, body: { ...body, code: 'other' } })
    const one = `${path}/${textAt(made.body, '_id')}`
    for (const { name, body: sent, says } of cases) {
      const reply = await call('POST', path, { token, body: sent })
      assert.equal(reply.status, 400, `${name}: ${reply.text}`)
      assert.match(textAt(reply.body, 'message'), says, name)
      const changed = Object.entries(sent).filter(([key, value]) => value !== Object(body)[key] && key !== 'code')
      if (changed.length === 0) continue
      const again = await call('PATCH', one, { token, body: Object.fromEntries(changed) })
      assert.equal(again.status, 400, `${name}: ${again.text}`)
      assert.match(textAt(again.body, 'message'), says, name)
    }
    assert.deepEqual((await call('GET', path, { token })).body, [made.body])
  })

  test('a code that another has, and another code', async (t) => {
    const { adminToken: token, call } = await startDelivering(t)
    const { body: made } = await call('POST', path, { token, body })
    const taken = await call('POST', path, { token, body })
    assert.deepEqual([taken.status, at(taken.body, 'code')], [409, 'value_taken'])
    const one = `${path}/${textAt(made, '_id')}`
    const renamed = await call('PATCH', one, { token, body: { code: 'else' } })
    assert.equal(renamed.status, 403, renamed.text)
    assert.equal((await call('PATCH', one, { token, body: { code: 'hook' } })).status, 200, 'its own is no change')
  })

  test('whoever has no right to it, and ids of others', async (t) => {
    const { adminToken, call, directory, follow, login, makeUser, editUser, ours } = await startDelivering(t)
    const { body: made } = await call('POST', path, { token: adminToken, body })
    const id = textAt(made, '_id')
    await editUser(await makeUser('plain@example.com'), { password: 'a password of theirs' })
    const token = await login('plain@example.com', 'a password of theirs')
    for (const [method, place, sent] of [
      ['GET', path, undefined],
      ['GET', `${path}/${id}`, undefined],
      ['GET', `${path}/logs/${id}`, undefined],
      ['POST', path, body],
      ['PATCH', `${path}/${id}`, { name: 'Mine' }],
    ] as const) {
      const reply = await call(method, place, { token, ...(sent !== undefined && { body: sent }) })
      assert.equal(reply.status, 403, `${method} ${place}`)
      assert.match(textAt(reply.body, 'message'), /^This needs the permission admin-\*-(read|write)\.$/)
      assert.equal((await call(method, place, sent === undefined ? {} : { body: sent })).status, 401)
    }
    const own = await follow({ url: 'https://example.com/own' })
    const nobody = 'f'.repeat(24)
    for (const other of [own.id, nobody]) {
      assert.equal((await call('GET', `${path}/${other}`, { token: adminToken })).status, 404)
      assert.equal((await call('GET', `${path}/logs/${other}`, { token: adminToken })).status, 404)
      assert.equal((await call('PATCH', `${path}/${other}`, { token: adminToken, body: {} })).status, 404)
    }
    const elsewhere = { ...ours, tenantId: nobody }
    await assert.rejects(directory.getWebhook(elsewhere, { webhookId: id }), { code: 'not_found' })
    await assert.rejects(directory.deleteWebhook(elsewhere, { webhookId: id }), { code: 'not_found' })
  })
})

test('who may read but not write sees no credentials of a URL', async (t) => {
  const { adminToken, call, login, makeUser, editUser } = await startDelivering(t)
  await call('POST', path, {
    token: adminToken,
    body: { ...body, url: 'https://me:hidden@example.com/hook?key=hidden' },
  })
  const role = await call('POST', '/api/v2/accessroles', {
    ...{ token: adminToken, admin: true },
    body: { name: 'reader', permissions: ['admin-*-read'] },
  })
  const reader = await makeUser('reader@example.com')
  await editUser(reader, { password: 'a password of theirs', accessRoles: [textAt(role.body, '_id')] })
  const seen = await call('GET', path, { token: await login('reader@example.com', 'a password of theirs') })
  assert.equal(at(seen.body, 0, 'url'), 'https://example.com/hook')
  assert.equal((await call('GET', path, { token: adminToken })).text.includes('hidden'), true)
})

test('create, edit and logout as COTEvents', async (t) => {
  const {
    adminToken: token,
    call,
    clock,
    login,
    makeUser,
    editUser,
    subscribe,
    tenant,
    worker,
  } = await startDelivering(t)
  const [changes, logouts, others] = await Promise.all([1, 2, 3].map(() => startReceiver(t)))
  assert.ok(changes !== undefined && logouts !== undefined && others !== undefined)
  await subscribe(changes)
  await subscribe(logouts, { trigger: 'logout-user' })
  await subscribe(others, { trigger: 'create-edit-delete-task' })
  await subscribe(others, { context: { survey: 'of one survey' } })
  const id = await makeUser('ada@example.com')
  const created = await call('GET', `/api/v2/users/${id}`, { token, admin: true })
  clock.advance(1000)
  await editUser(id, { name: { names: 'Augusta' }, phone: '555', password: 'a password of theirs' })
  const edited = await call('GET', `/api/v2/users/${id}`, { token, admin: true })
  await login('ada@example.com', 'a password of theirs')
  clock.advance(1000)
  await editUser(id, { password: 'another password' })
  await worker.drain()

  const shown = (reply: unknown) => {
    const {
      isOnline: _i,
      lastRequestDate: _l,
      permissionsV2: _p,
      allAccessRoles: _a,
      ...user
    } = Object(at(reply, 'data'))
    return user
  }
  const [first, second] = changes.received.map((one) => one.body)
  assert.deepEqual(first, {
    company: tenant.id,
    event: 'create',
    createdAt: '2026-01-01T00:00:00.000Z',
    type: 'COTUser',
    data: shown(created.body),
    diff: {},
    extraData: null,
  })
  assert.deepEqual(second, {
    company: tenant.id,
    event: 'edit',
    createdAt: '2026-01-01T00:00:01.000Z',
    type: 'COTUser',
    data: shown(edited.body),
    diff: {
      '/name/names': { previous: 'Ada', changedTo: 'Augusta' },
      '/phone': { previous: null, changedTo: '555' },
    },
    extraData: null,
  })
  assert.equal(changes.received.length, 3)
  assert.ok(!changes.received.some(({ text }) => text.includes('argon') || text.includes('password')))
  assert.equal(others.received.length, 0)

  const { token: session } = { token: await login('ada@example.com', 'another password') }
  const out = await call('GET', '/api/v2/users/me', { token: session })
  assert.equal(out.status, 200)
  await editUser(id, { isActive: false })
  await worker.drain()
  assert.deepEqual(
    changes.received
      .slice(3)
      .map((one) => [at(one.body, 'event'), at(one.body, 'data', 'isActive'), at(one.body, 'diff')]),
    [['delete', false, { '/isActive': { previous: true, changedTo: false } }]],
  )
})

test('a logout is told of the session that ended', async (t) => {
  const { call, clock, makeUser, editUser, login, subscribe, tenant, worker } = await startDelivering(t)
  const receiver = await startReceiver(t)
  await subscribe(receiver, { trigger: 'logout-user' })
  const id = await makeUser('ada@example.com')
  await editUser(id, { password: 'a password of theirs' })
  await login('ada@example.com', 'a password of theirs')
  const session = await call('POST', '/api/v1/login', {
    body: { user: 'ada@example.com', password: 'a password of theirs' },
  })
  clock.advance(5000)
  const ended = await call('POST', '/api/v1/logout', {
    headers: {
      'x-auth-token': textAt(session.body, 'data', 'authToken'),
      'x-user-id': textAt(session.body, 'data', 'userId'),
    },
  })
  assert.equal(ended.status, 200, ended.text)
  await worker.drain()
  assert.deepEqual(
    receiver.received.map(({ body: told }) => told),
    [
      {
        company: tenant.id,
        event: 'logout',
        createdAt: '2026-01-01T00:00:05.000Z',
        type: 'Auth',
        data: null,
        diff: {},
        extraData: { userId: id, timestamp: Date.parse('2026-01-01T00:00:05.000Z') },
      },
    ],
  )
})
