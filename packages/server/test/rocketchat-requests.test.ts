import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { Type } from 'typebox'
import { InvalidRequest, validateReadingTexts } from '../src/dialects/_kit/validation.ts'
import { workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

/** What a body becomes, or the path and the words of its refusal. */
async function read(body: unknown): Promise<unknown> {
  const app = Fastify()
  validateReadingTexts(app)
  app.setErrorHandler<Error>((error, _request, reply) => {
    assert.ok(error instanceof InvalidRequest)
    return reply.code(400).send([error.path, error.message])
  })
  const deep = Type.Object({ word: Type.String() }, { additionalProperties: false })
  const schema = Type.Object(
    {
      email: Type.String({ minLength: 1 }),
      count: Type.Optional(Type.Integer({ minimum: 0 })),
      active: Type.Optional(Type.Boolean()),
      choice: Type.Optional(Type.Unsafe<string>({ enum: ['one', 'two'] })),
      days: Type.Optional(Type.Number()),
      cleared: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'] })),
      undone: Type.Optional(Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] })),
      counts: Type.Optional(Type.Array(Type.Integer())),
      data: Type.Optional(deep),
    },
    { additionalProperties: false },
  )
  app.post('/', { schema: { body: schema } }, async (request) => request.body)
  const reply = await app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json' },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })
  await app.close()
  return reply.json()
}

test('values are read out of text, and refused in the words that clients know', async () => {
  const sent = { email: 'a', count: '5', active: 'true', cleared: null }
  assert.deepEqual(await read(sent), { email: 'a', count: 5, active: true, cleared: null })
  assert.deepEqual(
    await read({ email: '5', days: '+07', count: '-0', active: 'false', undone: null, counts: ['1', 2] }),
    {
      email: '5',
      days: 7,
      count: 0,
      active: false,
      undone: null,
      counts: [1, 2],
    },
  )
  const refusals: [object, string, string][] = [
    [{}, 'email', "must have required property 'email'"],
    [{ email: '' }, 'email', 'must NOT have fewer than 1 characters'],
    [{ email: 'a', mail: 'b' }, 'mail', 'must NOT have additional properties'],
    [{ email: 'a', data: { word: 'b', wrod: 'c' } }, 'data.wrod', 'must NOT have additional properties'],
    [{ email: 'a', count: 'many' }, 'count', 'must be integer'],
    [{ email: 'a', count: -1 }, 'count', 'must be >= 0'],
    [{ email: 'a', choice: 'three' }, 'choice', 'must be equal to one of the allowed values'],
    [[], '', 'must be object'],
  ]
  for (const [body, path, words] of refusals) assert.deepEqual(await read(body), [path, words])
})

test('only texts are read as something else, and only such as are exactly that', async () => {
  const refusals: [name: string, words: string, values: unknown[]][] = [
    ['email', 'must be string', [null, 5, true, false]],
    ['count', 'must be integer', [null, true, false, '', ' ', '5 ', '0x10', '1e3', '1.0', '-', 'NaN', 1.5, ['5']]],
    ['days', 'must be number', [null, true, false, '', '  ', '0x10', '1e3', 'Infinity', '9'.repeat(400), '٣']],
    ['active', 'must be boolean', [null, 0, 1, '', ' ', '0', '1', 'TRUE', 'yes', ['true']]],
    ['cleared', 'must be string,null', [5, false]],
    ['undone', 'must be boolean,null', ['', 'null', 0]],
  ]
  for (const [name, words, values] of refusals) {
    for (const value of values) {
      assert.deepEqual(await read({ email: 'a', [name]: value }), [name, words], `${name} ${JSON.stringify(value)}`)
    }
  }
  assert.deepEqual(await read('{"email":"a","days":1e999}'), ['days', 'must be number'])
})

test('what fails before a route is told in the platform’s form', async (t) => {
  const { call } = await startRollcall(t)
  const cases = [
    { path: '/api/v1/%zz', status: 400, error: 'The URL can not be decoded.' },
    { path: `/api/v1/settings/${'a'.repeat(600)}`, status: 400, error: 'A part of the path is longer than any name.' },
    { path: '/api/v1/users.nothing?x=1', status: 404, error: 'Not Found' },
    { path: '/avatar', status: 404, error: 'Not Found' },
  ]
  for (const { path, status, error } of cases) {
    const reply = await call('GET', path)
    assert.deepEqual([reply.status, at(reply.body, 'success'), at(reply.body, 'error')], [status, false, error], path)
  }
  const posted = (headers: Record<string, string>, body: string) => call('POST', '/api/v1/login', { headers, body })
  const foreign = await posted({ 'content-type': 'text/plain' }, 'user=a')
  assert.equal(foreign.status, 415)
  const large = await posted({ 'content-type': 'application/json' }, `{"user":"${'a'.repeat(1_100_000)}"}`)
  assert.equal(large.status, 413)
  const poisoned = await posted({ 'content-type': 'application/json' }, '{"__proto__":{"user":"a"}}')
  assert.deepEqual([poisoned.status, at(poisoned.body, 'error')], [400, 'Invalid JSON in the body.'])
  const short = await posted({ 'content-type': 'application/json', 'content-length': '3' }, '{"user":"a"}')
  assert.deepEqual([short.status, at(short.body, 'error')], [400, 'The request can not be read.'])
})

test('whoever can not be told apart from a stranger is refused before its body is read', async (t) => {
  const rollcall = await startRollcall(t)
  const { post, member } = workspaceOf(rollcall)
  const broken = '{"tokenName":'
  assert.equal((await post('users.generatePersonalAccessToken', broken)).status, 401)
  assert.equal((await post('users.generatePersonalAccessToken', broken, await member())).status, 400)
})

test('a form has lists as a query has them', async (t) => {
  const rollcall = await startRollcall(t)
  const { headers } = await workspaceOf(rollcall).memberIn(['admin'])
  const form =
    'name=Ada&username=ada&email=ada%40example.com&password=correct+horse&verified=true&roles[]=user&roles[]=guest'
  const reply = await rollcall.call('POST', '/api/v1/users.create', {
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: form,
  })
  assert.equal(reply.status, 200, reply.text)
  assert.deepEqual(at(reply.body, 'user', 'roles'), ['user', 'guest'])
  assert.deepEqual(at(reply.body, 'user', 'emails'), [{ address: 'ada@example.com', verified: true }])
})
