import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { clientSources } from '../scripts/generator/sources.ts'

const root = path.join(import.meta.dirname, '../../..')
const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const replies = (schema: object) => ({ responses: { 200: { description: 'ok', ...json(schema) } } })
const idParameter = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }
const userRef = { $ref: '#/components/schemas/COTUser' }
const titleRef = { $ref: '#/components/schemas/COTJobTitle' }
const page = (name: string, items: object) => ({
  type: 'object',
  required: ['data'],
  properties: { data: { type: 'object', required: [name], properties: { [name]: { type: 'array', items } } } },
})

/** A document with what the client knows already, and with every kind of path that may join it. */
const document = {
  components: {
    schemas: {
      COTUser: { type: 'object', required: ['_id'], properties: { _id: { type: 'string' } } },
      COTJobTitle: {
        type: 'object',
        required: ['code'],
        properties: {
          code: { type: 'string', description: 'Ends */ here' },
          'odd-name': { anyOf: [{ type: 'integer' }, { const: 'none' }, { type: 'null' }] },
          levels: { type: 'array', items: { type: 'string', enum: ['low', 'high'] } },
        },
      },
    },
  },
  paths: {
    '/auth/local': { post: { operationId: 'postAuthLocal', ...replies({}) } },
    '/api/v2/users': { get: { operationId: 'getV2Users', summary: 'List', ...replies(page('users', userRef)) } },
    '/api/v2/users/me': { get: { operationId: 'getV2UsersMe', ...replies(userRef) } },
    '/api/v2/users/jsonpatch/{id}': {
      patch: {
        operationId: 'patchV2UsersJsonpatchId',
        parameters: [idParameter],
        requestBody: { required: true, ...json({ type: 'array', items: { type: 'object' } }) },
        ...replies(userRef),
      },
    },
    '/api/v2/users/relations/{type}/{id}': {
      get: {
        operationId: 'getV2UsersRelationsTypeId',
        parameters: [
          { ...idParameter, name: 'type' },
          idParameter,
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
        ],
        ...replies(page('users', userRef)),
      },
    },
    '/api/v2/jobtitles': {
      get: {
        operationId: 'getV2Jobtitles',
        parameters: [{ name: 'since', in: 'query', required: true, schema: { type: 'string', format: 'date-time' } }],
        ...replies(page('values', titleRef)),
      },
    },
    '/api/v2/user-activities/{id}': {
      get: { operationId: 'getV2UserActivitiesId', parameters: [idParameter], responses: { 204: {} } },
    },
    '/api/v1/companies': { get: { operationId: 'getV1Companies', ...replies({ type: 'array', items: {} }) } },
    '/api/users/me': { get: { operationId: 'getUsersMe', ...replies(userRef) } },
    '/api/users/find': {
      post: {
        operationId: 'postUsersFind',
        requestBody: json({ type: 'object' }),
        ...replies({ type: 'array', items: userRef }),
      },
    },
    '/api/v3/users': { get: { operationId: 'getV3Users', ...replies({}) } },
    '/api/rollcall/v1/users': {},
  },
}

const methodsOf = (code = '') =>
  [...code.matchAll(/^(\w+)\((.*)\): Promise</gm)].map(([, name, argument]) => `${name}(${argument})`)

test('operations join the client by themselves: class by path, one argument, types by name', () => {
  const files = clientSources(document)
  assert.deepEqual([...files.keys()].toSorted(), [
    'index.ts',
    'models.ts',
    'users-api.ts',
    'v1-companies-api.ts',
    'v2-jobtitles-api.ts',
    'v2-user-activities-api.ts',
    'v2-users-api.ts',
  ])
  const options = 'options?: AxiosRequestConfig'
  assert.deepEqual(methodsOf(files.get('v2-users-api.ts')), [
    `getV2Users(${options})`,
    `getV2UsersMe(${options})`,
    `patchV2UsersJsonpatchId(requestParameters: V2UsersApiPatchV2UsersJsonpatchIdRequest, ${options})`,
    `getV2UsersRelationsTypeId(requestParameters: V2UsersApiGetV2UsersRelationsTypeIdRequest, ${options})`,
  ])
  assert.deepEqual(methodsOf(files.get('users-api.ts')), [
    `getUsers(${options})`,
    `getUsersMe(${options})`,
    `patchUsersJsonpatchId(requestParameters: V2UsersApiPatchV2UsersJsonpatchIdRequest, ${options})`,
    `getUsersRelationsTypeId(requestParameters: V2UsersApiGetV2UsersRelationsTypeIdRequest, ${options})`,
    `postUsersFind(requestParameters: UsersApiPostUsersFindRequest = {}, ${options})`,
  ])
  assert.match(files.get('users-api.ts') ?? '', /path: '\/v2\/users\/me'/)
  assert.match(files.get('v2-users-api.ts') ?? '', /GetV2UsersRelationsTypeIdReply \{\ndata: UserGetCollection\n\}/)
  assert.match(files.get('models.ts') ?? '', /export type JobTitleGetCollectionValues = COTJobTitle/)
  assert.match(files.get('models.ts') ?? '', /"odd-name"\?: \(number\) \| \("none"\) \| \(null\)/)
})

test('what it writes compiles, without the formatter too', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-generated-'))
  t.after(() => rmSync(folder, { recursive: true }))
  cpSync(path.join(import.meta.dirname, '../src'), path.join(folder, 'src'), {
    recursive: true,
    filter: (source) => path.basename(source) !== 'generated',
  })
  cpSync(path.join(root, 'tsconfig.json'), path.join(folder, 'tsconfig.base.json'))
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction')
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(path.join(folder, 'tsconfig.json'), '{"extends":"./tsconfig.base.json","include":["src"],"exclude":[]}')
  mkdirSync(path.join(folder, 'src/generated'))
  for (const [file, code] of clientSources(document)) writeFileSync(path.join(folder, 'src/generated', file), code)
  const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  execFileSync(process.execPath, [tsc, '--pretty', 'false'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
})

test('what it has no words for is refused, naming the operation', () => {
  const withParameter = (parameter: object) => ({
    paths: { '/api/v2/users': { get: { operationId: 'getV2Users', parameters: [parameter] } } },
  })
  assert.throws(() => clientSources(withParameter({ name: 'X-Odd', in: 'header', schema: {} })), {
    message: `The API's document: GET /v2/users: the generator has no place for the header "X-Odd".`,
  })
  assert.throws(() => clientSources(withParameter({ name: 'x', in: 'query', schema: { type: 'file' } })), {
    message: `The API's document: the generator has no type for {"type":"file"}.`,
  })
  assert.throws(() => clientSources({ paths: { '/api/v2/users': { get: {} } } }), {
    message: `The API's document: GET /v2/users has no operationId.`,
  })
})
