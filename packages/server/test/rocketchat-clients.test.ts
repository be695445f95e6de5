import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { RestClient } from '@rocket.chat/api-client'
import { testDatabase } from './database.ts'
import { databaseUrl, startServer } from './server-process.ts'
import { adminPassword, at, secret, textAt } from './support.ts'

/** Published clients, as they are, against a server that listens: what they send is understood, and they understand the answers. */
const username = 'rollcall.admin'
const { url } = await startServer(
  { after },
  {
    DATABASE_URL: databaseUrl(await testDatabase({ after })),
    ROLLCALL_SECRET: secret,
    ROLLCALL_ADMIN_USERNAME: username,
    ROLLCALL_ADMIN_PASSWORD: adminPassword,
    ROLLCALL_LOG_LEVEL: 'warn',
  },
)
process.env.ROCKETCHAT_URL = url
const { api, driver } = await import('@rocket.chat/sdk')
const quiet = () => {}
driver.useLog({ debug: quiet, info: quiet, warn: quiet, warning: quiet, error: quiet })

const personOf = (name: string) => ({
  name: `${name} Example`,
  username: name,
  email: `${name}@example.com`,
  password: 'a long enough password',
  roles: ['user'],
})
const usernames = (body: unknown): unknown[] =>
  Object.values(Object(at(body, 'users'))).map((user) => at(user, 'username'))

describe('@rocket.chat/api-client', () => {
  const clientOf = async (user: string, password: string): Promise<RestClient> => {
    const client = new RestClient({ baseUrl: url })
    const login: unknown = await client.post('/v1/login', { user, password })
    client.setCredentials({
      'X-User-Id': textAt(login, 'data', 'userId'),
      'X-Auth-Token': textAt(login, 'data', 'authToken'),
    })
    return client
  }
  /** What it rejects with is the reply itself. */
  const refusalOf = async (request: Promise<unknown>): Promise<unknown> => {
    try {
      await request
    } catch (error) {
      if (error instanceof Response) return { status: error.status, body: await error.json() }
      throw error
    }
    throw new assert.AssertionError({ message: 'nothing was refused' })
  }

  test('a user from creation to deactivation', async () => {
    const client = await clientOf(username, adminPassword)
    const made: unknown = await client.post('/v1/users.create', personOf('clara'))
    const userId = textAt(made, 'user', '_id')
    assert.deepEqual(at(made, 'user', 'emails'), [{ address: 'clara@example.com', verified: false }])

    const changed: unknown = await client.post('/v1/users.update', { userId, data: { name: 'Clara Changed' } })
    assert.equal(at(changed, 'user', 'name'), 'Clara Changed')
    const info: unknown = await client.get('/v1/users.info', { username: 'clara' })
    assert.deepEqual([at(info, 'user', '_id'), at(info, 'user', 'roles')], [userId, ['user']])

    const own = await clientOf('clara', 'a long enough password')
    assert.equal(at(await own.get('/v1/me'), 'name'), 'Clara Changed')
    const off: unknown = await client.post('/v1/users.setActiveStatus', { userId, activeStatus: false })
    assert.deepEqual(off, { user: { _id: userId, active: false }, success: true })
    assert.equal(at(await refusalOf(own.get('/v1/me')), 'status'), 401)
  })

  test('lists: pages, order, query and fields as it encodes them, and lists of values', async () => {
    const client = await clientOf(username, adminPassword)
    for (const name of ['lina', 'liv', 'lois']) await client.post('/v1/users.create', personOf(name))
    const asked = {
      count: 2,
      offset: 1,
      sort: JSON.stringify({ username: -1 }),
      query: JSON.stringify({ username: { $regex: '^l', $options: 'i' } }),
      fields: JSON.stringify({ createdAt: 1 }),
    }
    const page: unknown = await client.get('/v1/users.list', asked)
    assert.deepEqual(usernames(page), ['liv', 'lina'])
    assert.deepEqual([at(page, 'count'), at(page, 'offset'), at(page, 'total')], [2, 1, 3])
    assert.match(textAt(page, 'users', 0, 'createdAt'), /^20\d\d-/)
    const listed: unknown = await client.get('/v1/users.listByStatus', { status: 'active', roles: ['admin', 'bot'] })
    assert.deepEqual(usernames(listed), [username])
  })

  test('what is refused is its to read', async () => {
    const wrong = new RestClient({ baseUrl: url }).post('/v1/login', { user: username, password: 'wrong' })
    assert.deepEqual(await refusalOf(wrong), {
      status: 401,
      body: { success: false, status: 'error', error: 'Unauthorized', message: 'Unauthorized' },
    })
    const client = await clientOf(username, adminPassword)
    assert.deepEqual(await refusalOf(client.get('/v1/users.info', { username: 'nobody' })), {
      status: 400,
      body: { success: false, error: 'User not found.' },
    })
  })

  test('logout, with a content type and no body, ends the session; a personal token lives on', async () => {
    const client = await clientOf(username, adminPassword)
    const made: unknown = await client.post('/v1/users.generatePersonalAccessToken', { tokenName: 'script' })
    const me: unknown = await client.get('/v1/me')
    const script = new RestClient({ baseUrl: url })
    script.setCredentials({ 'X-User-Id': textAt(me, '_id'), 'X-Auth-Token': textAt(made, 'token') })
    const out: unknown = await client.post('/v1/logout')
    assert.equal(at(out, 'status'), 'success')
    assert.equal(at(await refusalOf(client.get('/v1/me')), 'status'), 401)
    assert.equal(at(await script.get('/v1/me'), 'username'), username)
  })
})

describe('@rocket.chat/sdk', () => {
  test('login, users, changes, logout', async () => {
    const login: unknown = await api.login({ username, password: adminPassword })
    assert.equal(at(login, 'status'), 'success')
    assert.equal(api.loggedIn(), true)

    const made: unknown = await api.post('users.create', personOf('sasha'))
    const userId = textAt(made, 'user', '_id')
    // Its query string leaves `:`, `,` and `$` as they are.
    const asked = { count: 5, offset: 0, sort: { name: 1 }, query: { name: { $regex: 'sasha e', $options: 'i' } } }
    const page: unknown = await api.get('users.list', asked)
    assert.deepEqual([usernames(page), at(page, 'total')], [['sasha'], 1])
    const info: unknown = await api.get('users.info', { username: 'sasha' })
    assert.equal(at(info, 'user', '_id'), userId)

    const names: unknown = await api.users.allNames()
    assert.ok(Array.isArray(names) && names.includes('sasha'))
    const present = (): Promise<unknown> => api.users.onlineNames()
    assert.deepEqual(await present(), [])
    await api.post('users.setStatus', { userId, status: 'busy', message: '' })
    assert.deepEqual(await present(), ['sasha'])
    const online: unknown = await api.users.online()
    const sasha = { _id: userId, username: 'sasha', name: 'sasha Example', nameInsensitive: 'sasha example' }
    const emails = [{ address: 'sasha@example.com', verified: false }]
    assert.deepEqual(online, [{ ...sasha, type: 'user', active: true, emails, roles: ['user'], status: 'busy' }])

    const changed: unknown = await api.post('users.update', { userId, data: { name: 'Sasha' } })
    assert.equal(at(changed, 'user', 'name'), 'Sasha')
    const off: unknown = await api.post('users.setActiveStatus', { userId, activeStatus: false })
    assert.equal(at(off, 'user', 'active'), false)
    assert.deepEqual(await present(), [])

    await api.logout()
    assert.equal(api.loggedIn(), false)
  })

  test('a wrong password is told as one', async (t) => {
    t.mock.method(console, 'error', quiet)
    await assert.rejects(async () => api.login({ username, password: 'wrong' }))
    assert.equal(api.loggedIn(), false)
  })
})

/** `rocketchat_API` for Python, in what it sends. */
describe('a client that logs in with a form', () => {
  const headersOf = async (): Promise<Record<string, string>> => {
    const reply = await fetch(`${url}/api/v1/login`, {
      method: 'POST',
      body: new URLSearchParams({ username, password: adminPassword }),
    })
    assert.equal(reply.status, 200)
    const body: unknown = await reply.json()
    assert.equal(at(body, 'status'), 'success')
    return { 'X-Auth-Token': textAt(body, 'data', 'authToken'), 'X-User-Id': textAt(body, 'data', 'userId') }
  }

  test('everybody at once, a creation in JSON, and the own record', async () => {
    const headers = await headersOf()
    const get = async (path: string): Promise<unknown> => (await fetch(`${url}/api/v1/${path}`, { headers })).json()
    const made = await fetch(`${url}/api/v1/users.create`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(personOf('petra')),
    })
    assert.equal(made.status, 200)
    const all = await get('users.list?count=0')
    assert.equal(at(all, 'count'), at(all, 'total'))
    assert.ok(usernames(all).includes('petra'))
    const me = await get('me')
    assert.deepEqual([at(me, 'success'), at(me, 'username')], [true, username])
  })

  test('changes as a form: lists in brackets, members of a user', async () => {
    const headers = await headersOf()
    const reply = await fetch(`${url}/api/v1/users.create`, {
      method: 'POST',
      headers,
      body: new URLSearchParams([
        ['name', 'Frida Form'],
        ['username', 'frida'],
        ['email', 'frida@example.com'],
        ['password', 'a long enough password'],
        ['active', 'false'],
        ['roles[]', 'user'],
        ['roles[]', 'guest'],
      ]),
    })
    const body: unknown = await reply.json()
    assert.equal(reply.status, 200, JSON.stringify(body))
    assert.deepEqual([at(body, 'user', 'roles'), at(body, 'user', 'active')], [['user', 'guest'], false])
  })
})
