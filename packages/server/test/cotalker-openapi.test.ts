import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openapiDocuments } from '../src/openapi.ts'
import { at } from './support.ts'

const { cotalker: document = {} } = await openapiDocuments()
const methods = ['get', 'post', 'patch', 'put', 'delete'] as const
const members = (value: unknown): [string, unknown][] => Object.entries(Object(value))

const operations = members(at(document, 'paths')).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = at(item, method)
    return operation === undefined ? [] : [{ path, method, operation }]
  }),
)
/** Every value of the document that stands under this key, with where it stands. */
function under(key: string, value: unknown = document, path = '#'): { path: string; value: unknown }[] {
  return members(value).flatMap(([name, member]) => [
    ...(name === key ? [{ path, value: member }] : []),
    ...(typeof member === 'object' ? under(key, member, `${path}/${name}`) : []),
  ])
}
const jsonOf = (content: unknown) => at(content, 'content', 'application/json', 'schema')

test('it is OpenAPI 3.1, and the same whenever it is made', async () => {
  assert.equal(at(document, 'openapi'), '3.1.0')
  assert.equal(typeof at(document, 'info', 'title'), 'string')
  assert.equal(typeof at(document, 'info', 'version'), 'string')
  const { cotalker: again } = await openapiDocuments()
  assert.equal(JSON.stringify(again), JSON.stringify(document))
})

test('what is committed is what the sources give', () => {
  const file = join(import.meta.dirname, '../../../openapi/cotalker.json')
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), document)
})

test('it says every operation of the API, in both versions, under a name of its own', () => {
  assert.deepEqual(
    operations.map(({ method, path }) => `${method} ${path}`).sort(),
    [
      'post /auth/local',
      'post /api/v3/auth/auth/local',
      'get /api/v3/auth/auth',
      'get /api/v3/webhook/subscription',
      'post /api/v3/webhook/subscription',
      'get /api/v3/webhook/subscription/logs/{id}',
      'get /api/v3/webhook/subscription/{id}',
      'patch /api/v3/webhook/subscription/{id}',
      'post /api/users/find',
      ...['/api', '/api/v1'].flatMap((root) => [
        `get ${root}/users/me`,
        `get ${root}/companies`,
        `get ${root}/companies/{id}`,
        `patch ${root}/companies/{id}`,
      ]),
      ...['v2', 'v3'].flatMap((version) => [
        `get /api/${version}/users`,
        `post /api/${version}/users`,
        `get /api/${version}/users/me`,
        `get /api/${version}/users/{id}`,
        `patch /api/${version}/users/{id}`,
        `patch /api/${version}/users/jsonpatch/{id}`,
        `get /api/${version}/users/relations/{type}/{id}`,
        `get /api/${version}/user-activities/{id}`,
        `get /api/${version}/jobtitles`,
        `post /api/${version}/jobtitles`,
        `get /api/${version}/jobtitles/{id}`,
        `patch /api/${version}/jobtitles/{id}`,
        `get /api/${version}/apitokens`,
        `post /api/${version}/apitokens`,
        `delete /api/${version}/apitokens/{id}`,
        `get /api/${version}/accessroles`,
        `post /api/${version}/accessroles`,
        `get /api/${version}/accessroles/{id}`,
        `patch /api/${version}/accessroles/{id}`,
      ]),
    ].sort(),
  )
  const names = operations.map(({ operation }) => at(operation, 'operationId'))
  assert.equal(new Set(names).size, operations.length)
  for (const name of names)
    assert.match(String(name), /^(get|post|patch|delete)(V[123]|Auth|Users|Companies)[A-Za-z]*$/)
})

const isLogin = (path: string) => path.endsWith('/auth/local')
/** What belongs to the caller alone takes no header that selects the admin API. */
const isOwn = (method: string, path: string) =>
  isLogin(path) ||
  path.includes('/webhook/') ||
  /\/(me|auth\/auth)$/.test(path) ||
  (method === 'get' && /companies|activities/.test(path))

/** The record that an operation answers with; `null` where it is none of those that have a name. */
function recordOf(method: string, path: string): string | null {
  if (isLogin(path) || path.includes('/user-activities/') || path.endsWith('/find') || method === 'delete') return null
  const [, name] =
    [
      ['accessroles', 'COTAccessRole'],
      ['jobtitles', 'COTJobTitle'],
      ['companies', 'COTCompany'],
      ['apitokens', 'COTApiToken'],
      ['/logs/', 'COTWebhookLog'],
      ['webhook', 'COTWebhook'],
    ].find(([part = '']) => path.includes(part)) ?? []
  return name ?? 'COTUser'
}

describe('each operation', () => {
  for (const { method, path, operation } of operations) {
    test(`${method} ${path}`, () => {
      assert.ok(String(at(operation, 'summary')).length > 3)
      assert.deepEqual(at(operation, 'security'), isLogin(path) ? [] : [{ accessToken: [] }])

      const parameters = Object.values(Object(at(operation, 'parameters') ?? []))
      for (const parameter of parameters) {
        assert.ok(
          String(at(parameter, 'description') ?? '').length > 3,
          `${String(at(parameter, 'name'))} has no description`,
        )
        assert.equal(typeof at(parameter, 'schema'), 'object')
      }
      const isNamed = (where: string, name: string) =>
        parameters.some((parameter) => at(parameter, 'in') === where && at(parameter, 'name') === name)
      for (const [, name = ''] of path.matchAll(/\{(\w+)\}/g)) assert.ok(isNamed('path', name))
      assert.equal(isNamed('header', 'Admin'), !isOwn(method, path))
      // Bare lists, webhooks without an envelope and a login have no place for it.
      assert.equal(
        isNamed('query', 'debug'),
        !isLogin(path) && path !== '/api/users/find' && !path.includes('/webhook/'),
      )

      const replies = members(at(operation, 'responses'))
      const good = replies.filter(([status]) => status.startsWith('2'))
      assert.deepEqual(
        good.map(([status]) => status),
        [method === 'post' && !isLogin(path) && path !== '/api/users/find' ? '201' : '200'],
      )
      for (const [, reply] of good) {
        assert.notEqual(at(reply, 'description'), 'Default Response')
        const named = recordOf(method, path)
        if (named !== null) {
          assert.ok(JSON.stringify(jsonOf(reply)).includes(`{"$ref":"#/components/schemas/${named}"}`))
        }
      }
      const hasBody = method === 'post' || method === 'patch'
      assert.equal(hasBody, at(operation, 'requestBody') !== undefined)
      const kind = path.includes('/jsonpatch/') ? 'array' : 'object'
      if (hasBody) assert.equal(at(jsonOf(at(operation, 'requestBody')), 'type'), kind)

      const errors = hasBody ? ['409', '413', '415'] : []
      for (const status of ['400', '401', '403', '404', ...errors, '429', '500', '503']) {
        assert.deepEqual(at(operation, 'responses', status), { $ref: `#/components/responses/Error${status}` })
      }
    })
  }
})

test('every reference leads somewhere, and every component is used', () => {
  const references = under('$ref').map(({ value }) => String(value))
  for (const reference of references) {
    const [start, ...steps] = reference.split('/')
    assert.equal(start, '#')
    assert.notEqual(at(document, ...steps), undefined, reference)
  }
  for (const kind of ['schemas', 'responses']) {
    for (const [name] of members(at(document, 'components', kind))) {
      assert.ok(references.includes(`#/components/${kind}/${name}`), `${kind}/${name}`)
    }
  }
})

test('no mark of what made it is left in it', () => {
  const text = JSON.stringify(document)
  for (const mark of ['"$id"', '"~', 'def-', 'Default Response', '4XX', '5XX', '"$schema"', 'nullable']) {
    assert.ok(!text.includes(mark), mark)
  }
})

test('every schema in it is one that a validator takes', async () => {
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema({ $id: 'document', ...document })
  for (const { operation } of operations) {
    for (const schema of under('schema', operation))
      assert.equal(typeof ajv.compile(resolved(schema.value)), 'function')
  }
  const user = ajv.compile(resolved(at(document, 'components', 'schemas', 'COTUser')))
  assert.equal(user({ _id: 'abc' }), false)
})

/** References name the document when a schema is looked at alone. */
const resolved = (schema: unknown): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/'))
