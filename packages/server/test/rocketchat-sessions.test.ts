import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { callingTo, headersOf, type Member, workspaceOf } from './rocketchat-people.ts'
import { adminEmail, adminPassword, at, startRollcall, textAt } from './support.ts'

const day = 86_400_000
const password = 'correct horse battery'

describe('sessions of Rocket.Chat', async () => {
  const rollcall = await startRollcall({ after })
  const workspace = workspaceOf(rollcall)

  const login = async (body: object) => {
    const { status, body: reply, text } = await workspace.post('login', body)
    assert.equal(status, 200, text)
    const [id, token] = [textAt(reply, 'data', 'userId'), textAt(reply, 'data', 'authToken')]
    return { id, token, headers: headersOf(id, token) }
  }
  const works = async (as: Pick<Member, 'headers'>) => (await workspace.get('me', as)).status === 200
  const person = async () => {
    const user = await workspace.user({ password, accessRoles: await workspace.builtIn('user') })
    const session = () => login({ user: user.username, password })
    return { user, session }
  }

  test('a login opens a session that logout ends, and no other', async () => {
    const { session } = await person()
    const [one, other] = [await session(), await session()]
    assert.notEqual(one.token, other.token)
    assert.ok((await works(one)) && (await works(other)))
    assert.equal((await workspace.post('logout', {}, one)).status, 200)
    assert.ok(!(await works(one)) && (await works(other)))
  })

  test('a session lasts 90 days', async () => {
    const { session } = await person()
    const one = await session()
    rollcall.clock.advance(90 * day - 1)
    assert.ok(await works(one))
    rollcall.clock.advance(1)
    assert.ok(!(await works(one)))
    rollcall.clock.advance(-90 * day)
  })

  test('who goes on with a session keeps its token', async () => {
    const { session } = await person()
    const one = await session()
    assert.deepEqual(await login({ resume: one.token }), one)
    await workspace.post('logout', {}, one)
    assert.equal((await workspace.post('login', { resume: one.token })).status, 401)
  })

  test('a login tells of the last one, and of nothing else', async () => {
    const { user, session } = await person()
    await session()
    const { user: seen } = await rollcall.directory.getUser(rollcall.operator, { userId: user.id })
    assert.deepEqual(seen.lastLoginAt, rollcall.clock.now())
    assert.deepEqual([seen.version, seen.modifiedAt], [user.version, user.modifiedAt])
  })

  test('the token must be that of the id, and the header names have no case', async () => {
    const [one, other] = [await workspace.member(), await workspace.member()]
    assert.ok(!(await works({ headers: headersOf(other.id, one.token) })))
    assert.ok(!(await works({ headers: headersOf(one.id.toUpperCase(), `${one.token}=`) })))
    assert.ok(await works({ headers: { 'X-AUTH-TOKEN': one.token, 'X-User-Id': one.id } }))
    assert.ok(!(await works({ headers: { authorization: `Bearer ${one.token}` } })))
  })

  test('a token works in the dialect that issued it alone', async () => {
    const { user, session } = await person()
    const cotalker = await peopleOf(rollcall).tokenOf(user.id)
    assert.ok(!(await works({ headers: headersOf(user.id, cotalker) })))
    const { token } = await session()
    assert.equal((await rollcall.call('GET', '/api/v2/users/me', { token })).status, 401)
  })

  test('a password that was set through Cotalker logs in, by its digest too', async () => {
    const digest = createHash('sha256').update(adminPassword).digest('hex')
    const { id } = await login({ user: adminEmail, password: { digest, algorithm: 'sha-256' } })
    assert.equal(id, rollcall.admin.id)
    assert.equal((await login({ username: 'rollcall.admin', password: adminPassword })).id, id)
  })

  test('personal access tokens outlive other sessions, and end with all', async () => {
    const { session } = await person()
    const [one, other] = [await session(), await session()]
    const made = await workspace.post('users.generatePersonalAccessToken', { tokenName: 'script' }, one)
    const script = { headers: headersOf(one.id, textAt(made.body, 'token')) }
    assert.ok(await works(script))

    const kept = await workspace.post('users.logoutOtherClients', {}, one)
    const tokenExpires = new Date(rollcall.clock.now().getTime() + 90 * day).toISOString()
    assert.deepEqual(kept.body, { token: one.token, tokenExpires, success: true })
    assert.deepEqual([await works(one), await works(other), await works(script)], [true, false, true])

    const byScript = await workspace.post('users.logoutOtherClients', {}, script)
    assert.deepEqual(byScript.body, { token: textAt(made.body, 'token'), success: true })
    assert.deepEqual([await works(one), await works(script)], [false, true])

    const again = await session()
    assert.equal((await workspace.post('users.logout', {}, again)).status, 200)
    assert.deepEqual([await works(again), await works(script)], [false, false])
  })

  test('a personal access token shows its end, and is over once it was replaced or removed', async () => {
    const { session } = await person()
    const one = await session()
    const tokens = ['generate', 'regenerate'].map((word) => async () => {
      const made = await workspace.post(`users.${word}PersonalAccessToken`, { tokenName: 'script' }, one)
      return { headers: headersOf(one.id, textAt(made.body, 'token')), token: textAt(made.body, 'token') }
    })
    const [generate, regenerate] = tokens
    const old = await generate?.()
    const present = await regenerate?.()
    assert.ok(old !== undefined && present !== undefined)
    assert.deepEqual([await works(old), await works(present)], [false, true])
    const list = await workspace.get('users.getPersonalAccessTokens', present)
    assert.equal(at(list.body, 'tokens', 0, 'lastTokenPart'), present.token.slice(-6))
    await workspace.post('users.removePersonalAccessToken', { tokenName: 'script' }, present)
    assert.ok(!(await works(present)))
  })

  test('a deactivation ends sessions and personal access tokens for good', async () => {
    const { user, session } = await person()
    const one = await session()
    const made = await workspace.post('users.generatePersonalAccessToken', { tokenName: 'script' }, one)
    const script = { headers: headersOf(one.id, textAt(made.body, 'token')) }
    await rollcall.directory.deactivateUser(rollcall.operator, { userId: user.id })
    assert.ok(!(await works(one)) && !(await works(script)))
    await rollcall.directory.reactivateUser(rollcall.operator, { userId: user.id })
    assert.ok(!(await works(one)) && !(await works(script)))
  })

  test("an administrator's sessions are ended only by who may make one", async () => {
    const helper = await workspace.member(['logout-other-user'])
    const admin = await workspace.memberIn(['admin'])
    assert.equal((await workspace.post('users.logout', { userId: admin.id }, helper)).status, 403)
    assert.ok(await works(admin))
    const clerk = await workspace.member()
    assert.equal((await workspace.post('users.logout', { userId: clerk.id }, helper)).status, 200)
    assert.ok(!(await works(clerk)))
  })

  test('users.createToken is off without a secret of the operator', async () => {
    const admin = await workspace.memberIn(['admin'])
    for (const secret of [undefined, '', 'null', null]) {
      const reply = await workspace.post('users.createToken', { userId: admin.id, secret }, admin)
      const code = secret === null ? 'invalid-params' : 'error-not-authorized'
      assert.deepEqual([reply.status, at(reply.body, 'errorType')], [400, code])
    }
  })
})

test('users.createToken takes the secret, the permission, and no more rights than one has', async (t) => {
  const secret = 'a secret that the operator has set, 32'
  const rollcall = await startRollcall(t, { dialects: { rocketchatTokenSecret: secret } })
  const workspace = workspaceOf(rollcall)
  const issuer = await workspace.member(['view-d-room', 'user-generate-access-token'])
  const clerk = await workspace.member(['view-d-room'])
  const create = (userId: string, as: Member) => workspace.post('users.createToken', { userId, secret }, as)

  const reply = await create(clerk.id, issuer)
  assert.equal(reply.status, 200, reply.text)
  const token = textAt(reply.body, 'data', 'authToken')
  assert.equal((await workspace.get('me', { headers: headersOf(clerk.id, token) })).status, 200)
  for (const [userId, as] of [
    [clerk.id, clerk],
    [rollcall.admin.id, issuer],
  ] as const) {
    assert.deepEqual(at((await create(userId, as)).body, 'errorType'), 'error-not-authorized')
  }
})

test('a host that names another tenant is none for a token', async (t) => {
  const rollcall = await startRollcall(t, { domain: 'people.example.com' })
  const workspace = workspaceOf(rollcall)
  const { headers } = await workspace.member()
  const statusAt = async (host: string) =>
    (await rollcall.call('GET', '/api/v1/me', { headers: { ...headers, host } })).status
  assert.deepEqual(
    [await statusAt('rollcall.people.example.com'), await statusAt('other.people.example.com')],
    [200, 401],
  )
  const info = await rollcall.call('GET', '/api/info', { headers: { host: 'other.people.example.com' } })
  assert.equal(info.status, 404)
})

test('sessions are seen by every process', async (t) => {
  const rollcall = await startRollcall(t)
  const workspace = workspaceOf(rollcall)
  const elsewhere = callingTo(await rollcall.another())
  const one = await workspace.member()
  assert.equal((await elsewhere.get('me', one)).status, 200)
  await workspace.post('logout', {}, one)
  assert.equal((await elsewhere.get('me', one)).status, 401)
})
