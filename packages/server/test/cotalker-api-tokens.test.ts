import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, adminToken, clock } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const admin = { token: adminToken, admin: true }

const issue = (body: object, by: object = admin) =>
  call('POST', '/api/v2/apitokens', { ...by, body: { name: 'script', ...body } })
const issued = async (body: object, by: object = admin) => {
  const reply = await issue(body, by)
  assert.equal(reply.status, 201, reply.text)
  return { id: textAt(reply.body, 'data', '_id'), token: textAt(reply.body, 'data', 'token') }
}
const me = async (token: string) => (await call('GET', '/api/v2/users/me', { token })).status
const listed = async (query: string, by: object = admin) => {
  const { body, status } = await call('GET', `/api/v2/apitokens${query}`, by)
  const tokens = at(body, 'data', 'apiTokens')
  return { status, ids: Array.isArray(tokens) ? tokens.map((one: unknown) => at(one, '_id')) : null }
}

test('it acts as its user, is shown once, listed without its text, and ends when it is revoked', async () => {
  const other = await rollcall.another()
  const user = await people.user({ accessRoles: [await people.role(['admin-user-read'])] })
  const { id, token } = await issued({ user: user.id })
  assert.equal(await me(token), 200)
  assert.equal((await other.call('GET', `/api/v2/users/${rollcall.admin.id}`, { token })).status, 200)
  const list = await call('GET', `/api/v2/apitokens?user=${user.id}`, admin)
  assert.ok(!list.text.includes(token))
  assert.deepEqual(at(list.body, 'data', 'apiTokens'), [
    { _id: id, name: 'script', user: user.id, createdAt: clock.now().toISOString() },
  ])
  const ended = await call('DELETE', `/api/v2/apitokens/${id}`, admin)
  assert.deepEqual(ended.body, { data: { _id: id } })
  assert.equal(await me(token), 401)
  assert.equal((await other.call('GET', '/api/v2/users/me', { token })).status, 401)
  assert.deepEqual((await listed(`?user=${user.id}`)).ids, [])
  assert.equal((await call('DELETE', `/api/v2/apitokens/${id}`, admin)).status, 404)
})

test('without a user it is for whoever issues it', async () => {
  const caller = await people.caller(['admin-apitokens-write'])
  const { token } = await issued({}, { token: caller.token, admin: true })
  const { body } = await call('GET', '/api/v2/users/me', { token })
  assert.equal(at(body, 'data', '_id'), caller.id)
})

test('it ends when it says', async () => {
  const expiresAt = new Date(clock.now().getTime() + 60_000).toISOString()
  const { id, token } = await issued({ user: (await people.user()).id, expiresAt })
  assert.equal(await me(token), 200)
  clock.advance(59_999)
  assert.equal(await me(token), 200)
  clock.advance(1)
  assert.equal(await me(token), 401)
  const { body } = await call('GET', '/api/v2/apitokens', admin)
  const tokens = at(body, 'data', 'apiTokens')
  assert.ok(Array.isArray(tokens))
  assert.equal(
    at(
      tokens.find((one: unknown) => at(one, '_id') === id),
      'expiresAt',
    ),
    expiresAt,
  )
})

describe('limited to some roles', () => {
  test('it has only what those allow, of those that its user has', async () => {
    const [reads, writes, others] = [
      await people.role(['admin-user-read']),
      await people.role(['admin-user-write']),
      await people.role(['admin-company-write']),
    ]
    const user = await people.user({ accessRoles: [reads, writes] })
    const subject = await people.user()
    const path = `/api/v2/users/${subject.id}`
    const { token } = await issued({ user: user.id, accessRoles: [reads, others] })
    assert.equal((await call('GET', path, { token })).status, 200)
    assert.equal((await call('PATCH', path, { token, admin: true, body: { phone: '1' } })).status, 403)
    assert.equal(
      (await call('PATCH', `/api/v1/companies/${rollcall.tenant.id}`, { token, admin: true, body: { legalName: 'x' } }))
        .status,
      403,
    )
    const all = await issued({ user: user.id })
    assert.equal((await call('PATCH', path, { token: all.token, admin: true, body: { phone: '1' } })).status, 200)
    await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: { accessRoles: [writes] } })
    assert.equal((await call('GET', path, { token })).status, 403, 'its user has lost the role')
    const none = await issued({ user: user.id, accessRoles: [] })
    assert.equal((await call('GET', path, { token: none.token })).status, 403)
    assert.equal(await me(none.token), 200)
  })

  test('a role that comes from a job title counts like any other', async () => {
    const reads = await people.role(['admin-user-read'])
    const user = await people.user({ job: await people.jobTitle('lends_to_tokens', [reads]) })
    const { token } = await issued({ user: user.id, accessRoles: [reads] })
    assert.equal((await call('GET', `/api/v2/users/${rollcall.admin.id}`, { token })).status, 200)
  })

  test('it opens no way to the other roles: neither a token without the limit nor a new password', async () => {
    const [issues, writes] = [await people.role(['admin-apitokens-write']), await people.role(['admin-user-write'])]
    const user = await people.user({ accessRoles: [issues, writes] })
    const { token } = await issued({ user: user.id, accessRoles: [issues] })
    const by = { token, admin: true }
    assert.equal((await stored.unchanged(() => issue({}, by))).status, 403)
    assert.equal((await issue({ accessRoles: [issues] }, by)).status, 201)
    for (const header of [true, false]) {
      const path = `/api/v2/users/${user.id}`
      const set = { token, admin: header, body: { password: 'a way in' } }
      assert.equal((await stored.unchanged(() => call('PATCH', path, set))).status, 403)
      const patch = { token, admin: header, body: [{ op: 'add', path: '/password', value: 'a way in' }] }
      assert.equal(
        (await stored.unchanged(() => call('PATCH', `/api/v2/users/jsonpatch/${user.id}`, patch))).status,
        403,
      )
    }
  })
})

describe('who may', () => {
  test('issue: with Admin and admin-apitokens-write; for nobody who may do more', async () => {
    const plain = await people.user()
    const reader = await people.user({ accessRoles: [await people.role(['admin-user-read'])] })
    for (const [permissions, header, user, status] of [
      [[], true, plain.id, 403],
      [['admin-*-read'], true, plain.id, 403],
      [['admin-apitokens-write'], false, plain.id, 403],
      [['admin-apitokens-write'], true, plain.id, 201],
      [['admin-apitokens-write'], true, reader.id, 403],
      [['admin-apitokens-write', 'admin-users-read'], true, reader.id, 201],
      [['admin-apitokens-write'], true, rollcall.admin.id, 403],
      [['admin-*-write'], true, rollcall.admin.id, 201],
    ] as const) {
      const { token } = await people.caller(permissions)
      const run = () => issue({ user }, { token, admin: header })
      const reply = status === 201 ? await run() : await stored.unchanged(run)
      assert.equal(reply.status, status, `${permissions.join()} ${header}`)
    }
  })

  test("list and revoke: one's own, or with the right; nobody sees others'", async () => {
    const [one, other] = [await people.caller(), await people.caller()]
    const own = (await listed(`?user=${one.id}`, { token: one.token })).ids
    assert.equal(own?.length, 1)
    assert.equal((await listed(`?user=${other.id}`, { token: one.token })).status, 403)
    assert.equal((await listed('', { token: one.token })).status, 403)
    const theirs = (await listed(`?user=${other.id}`, { token: other.token })).ids
    const refused = await stored.unchanged(() =>
      call('DELETE', `/api/v2/apitokens/${String(theirs?.[0])}`, { token: one.token }),
    )
    assert.equal(refused.status, 403)
    const nobody = await call('DELETE', '/api/v2/apitokens/ffffffffffffffffffffffff', { token: one.token })
    assert.equal(nobody.status, 403, 'whether there is one is not told')
    assert.equal((await call('DELETE', `/api/v2/apitokens/${String(own?.[0])}`, { token: one.token })).status, 200)
    assert.equal(await me(one.token), 401)
  })

  test("another company's are neither seen nor ended", async () => {
    const elsewhere = rollcall.directory.newId()
    const actor = await rollcall.directory.operator(elsewhere)
    const { admin: stranger } = await rollcall.directory.createTenant(actor, {
      appId: 'elsewhere',
      name: 'Elsewhere',
      admin: { email: 'b@example.com', username: 'b', password: 'b password' },
    })
    assert.equal((await issue({ user: stranger.id })).status, 404)
    assert.deepEqual((await listed(`?user=${stranger.id}`)).ids, [])
  })
})

describe('bad input', () => {
  const cases: Record<string, readonly [object, number, string]> = {
    'no name': [{ name: undefined }, 400, 'name: is required'],
    'an empty name': [{ name: '' }, 400, 'name: must not be empty'],
    'NUL in the name': [{ name: 'a\0' }, 400, 'name: must not contain NUL'],
    'a malformed user': [{ user: 'x' }, 400, 'user: must be an ObjectId of 24 hexadecimal digits'],
    'an unknown user': [{ user: 'ffffffffffffffffffffffff' }, 404, 'id: No user has the id ffffffffffffffffffffffff.'],
    'an unknown role': [
      { accessRoles: ['ffffffffffffffffffffffff'] },
      400,
      'accessRoles: No access role has the id ffffffffffffffffffffffff.',
    ],
    'no date': [{ expiresAt: 'soon' }, 400, 'expiresAt: must be an ISO 8601 date'],
    'a date that is past': [{ expiresAt: '2020-01-01T00:00:00.000Z' }, 400, 'expiresAt: must be in the future'],
  }
  for (const [title, [body, status, message]] of Object.entries(cases)) {
    test(title, async () => {
      const reply = await stored.unchanged(() => issue(body))
      const told = String(at(reply.body, 'message')).replace('_id:', 'id:')
      assert.deepEqual([reply.status, told], [status, message])
    })
  }
})
