import assert from 'node:assert/strict'
import { test } from 'node:test'
import axios, { AxiosHeaders, type AxiosInstance, type InternalAxiosRequestConfig } from 'axios'
import { at, startRollcall } from '../../server/test/support.ts'
import {
  type COTAccessRole,
  type COTError,
  Configuration,
  UsersApi,
  V2AccessrolesApi,
  V2UsersApi,
} from '../src/index.ts'

interface Sent {
  readonly method: string
  readonly url: string
  /** By their names in lower case. */
  readonly headers: Record<string, string>
  readonly body: unknown
}

type Answer = { status: number; text: string }

const sentBy = (config: InternalAxiosRequestConfig): Sent => ({
  method: (config.method ?? '').toUpperCase(),
  url: config.url ?? '',
  headers: Object.fromEntries(
    Object.entries(AxiosHeaders.from(config.headers).toJSON()).map(([name, value]) => [name.toLowerCase(), `${value}`]),
  ),
  body: config.data,
})

/** An axios whose requests are answered here. */
function axiosAnsweredBy(answer: (sent: Sent) => Answer | Promise<Answer>): AxiosInstance {
  const instance = axios.create()
  instance.defaults.adapter = async (config) => {
    const { status, text } = await answer(sentBy(config))
    const response = { status, statusText: '', headers: {}, config, data: text }
    if (config.validateStatus?.(status) !== false) return response
    throw new axios.AxiosError(`Request failed with status code ${status}`, undefined, config, null, response)
  }
  return instance
}

function recorder() {
  const sent: Sent[] = []
  const instance = axiosAnsweredBy((one) => {
    sent.push(one)
    return { status: 200, text: '{"data":{}}' }
  })
  return { instance, sent, urls: () => sent.map(({ method, url }) => `${method} ${url}`) }
}

const basePath = 'http://people.example.com/api'
const id = '61953bf9bdc3558a4966e54d'

test('arrays repeat their key, absent values are left out, Dates are ISO text', async () => {
  const { instance, urls } = recorder()
  const users = new V2UsersApi(new Configuration({ basePath }), undefined, instance)
  await users.getV2Users()
  await users.getV2Users({ email: ['ada@example.com', 'b+c@example.com'], search: undefined, id: [], job: id })
  await users.getV2Users({ modified_gte: new Date(0), created_lt: '2026-01-01', count: true, limit: 5, debug: 'true' })
  await users.getV2Users({ search: 'ä & b' })
  assert.deepEqual(urls(), [
    `GET ${basePath}/v2/users`,
    `GET ${basePath}/v2/users?email=ada%40example.com&email=b%2Bc%40example.com&job=${id}`,
    `GET ${basePath}/v2/users?modified_gte=1970-01-01T00%3A00%3A00.000Z&created_lt=2026-01-01&count=true&limit=5&debug=true`,
    `GET ${basePath}/v2/users?search=%C3%A4+%26+b`,
  ])
})

test('the configuration says where requests go and as whom; functions are asked for every request', async () => {
  const { instance, sent } = recorder()
  let asked = 0
  const configuration = new Configuration({
    accessToken: async () => {
      asked += 1
      return `token ${asked}`
    },
    apiKey: (name) => (name === 'Admin' ? 'true' : name),
    baseOptions: { headers: { 'X-Trace': 'base', 'X-Other': 'base' }, timeout: 5 },
  })
  const users = new V2UsersApi(configuration, basePath, instance)
  await users.getV2UsersMe()
  await users.getV2UsersMe({}, { headers: { 'X-Trace': 'own', authorization: 'Bearer own' } })
  const headersOf = ({ headers = {} }: Partial<Sent> = {}) =>
    ['authorization', 'admin', 'x-trace', 'x-other'].map((name) => headers[name])
  assert.deepEqual(headersOf(sent[0]), ['Bearer token 1', 'true', 'base', 'base'])
  assert.deepEqual(headersOf(sent[1]), ['Bearer own', 'true', 'own', 'base'])

  await new V2UsersApi(new Configuration({ accessToken: '' }), basePath, instance).getV2UsersMe()
  assert.deepEqual(headersOf(sent[2]), [undefined, undefined, undefined, undefined])
})

test("a base path comes from the configuration, else the argument, else it is the platform's", async () => {
  const { instance, urls } = recorder()
  const configuration = new Configuration({ basePath: `${basePath}/` })
  await new V2UsersApi(configuration, 'http://other.example.com', instance).getV2UsersMe()
  await new UsersApi(new Configuration(), `${basePath}/v2`, instance).getUsersMe()
  await new UsersApi(undefined, undefined, instance).getUsersId({ id })
  assert.deepEqual(urls(), [
    `GET ${basePath}/v2/users/me`,
    `GET ${basePath}/v2/users/me`,
    `GET https://www.cotalker.com/api/v2/users/${id}`,
  ])
})

test('an id stays one segment of the path; one that would change the request is refused before it is sent', async () => {
  const { instance, urls } = recorder()
  const users = new V2UsersApi(new Configuration({ basePath }), undefined, instance)
  await users.getV2UsersId({ id: '../x?y#z' })
  assert.deepEqual(urls(), [`GET ${basePath}/v2/users/..%2Fx%3Fy%23z`])
  for (const wrong of ['', '.', '..']) {
    await assert.rejects(users.patchV2UsersId({ id: wrong, body: {} }), {
      name: 'TypeError',
      message: `/v2/users/{id} needs "id", but was given "${wrong}".`,
    })
  }
})

test('users and access roles are created, changed, read and listed; refusals are axios errors', async (t) => {
  const rollcall = await startRollcall(t)
  const instance = axiosAnsweredBy(async ({ method, url, headers, body }) => {
    const { status, text } = await rollcall.call(method === 'POST' || method === 'PATCH' ? method : 'GET', url, {
      headers,
      ...(body !== undefined && { body }),
    })
    return { status, text }
  })
  const client = { basePath: '/api', accessToken: rollcall.adminToken }
  const admin = new Configuration({ ...client, apiKey: 'true' })
  const users = new V2UsersApi(admin, undefined, instance)
  const roles = new V2AccessrolesApi(admin, undefined, instance)

  const role: COTAccessRole = (await roles.postV2Accessroles({ body: { name: 'reader', permissions: [] } })).data.data
  await roles.patchV2AccessrolesId({ id: role._id, body: { permissions: ['admin-users-read'] } })
  const listed = (await roles.getV2Accessroles({ ids: role._id, count: true })).data.data
  assert.deepEqual(
    [listed.count, listed.accessRoles.map(({ permissions }) => permissions)],
    [1, [['admin-users-read']]],
  )
  assert.equal((await roles.getV2AccessrolesId({ id: role._id })).data.data.name, 'reader')

  const created = await users.postV2Users({
    body: { email: 'ada@example.com', name: { names: 'Ada' }, accessRoles: [role._id] },
  })
  assert.equal(created.status, 201)
  const { _id } = created.data
  const changed = await users.patchV2UsersId({ id: _id, body: { phone: '8675309' }, debug: true })
  assert.deepEqual(
    [changed.data.phone, changed.data.data.phone, changed.data.debug?.errors],
    ['8675309', '8675309', []],
  )
  assert.deepEqual((await users.getV2UsersId({ id: _id })).data.data.permissionsV2, ['admin-users-read'])

  const since = new Date(created.data.createdAt)
  const older = new UsersApi(admin, undefined, instance)
  const found = await older.getUsers({ id: [_id, rollcall.admin.id], created_gte: since, orderBy: 'asc' })
  assert.deepEqual(found.data.data.users.map(({ email }) => email).toSorted(), ['ada@example.com', 'admin@example.com'])
  assert.equal((await older.getUsersMe()).data.data.email, 'admin@example.com')

  const byClientApi = new V2UsersApi(new Configuration(client), undefined, instance)
  await assert.rejects(byClientApi.patchV2UsersId({ id: _id, body: { jobTitle: 'poet' } }), (error) => {
    assert.ok(axios.isAxiosError<COTError>(error))
    assert.equal(error.response?.status, 403)
    assert.equal(at(error.response?.data, 'code'), 'forbidden')
    return true
  })
})
