import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { Type } from 'typebox'
import { InvalidRequest, validateStrictly } from '../src/dialects/_kit/validation.ts'

async function messageFor(body: unknown): Promise<string> {
  const app = Fastify()
  validateStrictly(app)
  app.setErrorHandler<Error>((error, _request, reply) => {
    assert.ok(error instanceof InvalidRequest)
    return reply.code(400).send({ path: error.path, message: error.message })
  })
  const schema = Type.Object({
    count: Type.Optional(Type.Integer({ minimum: 1 })),
    word: Type.Optional(Type.String({ pattern: '^a+$', description: 'made of a' })),
    plain: Type.Optional(Type.String({ pattern: '^a+$' })),
    either: Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'] })),
    choice: Type.Optional(Type.Unsafe<string>({ enum: ['one', 'two'] })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 3 })),
    code: Type.Optional(Type.String({ minLength: 2 })),
    few: Type.Optional(Type.Array(Type.Integer({ exclusiveMinimum: 0, maximum: 9 }), { minItems: 1, maxItems: 2 })),
    keyed: Type.Optional(
      Type.Object({}, { minProperties: 2, maxProperties: 3, additionalProperties: { type: 'null' } }),
    ),
    deep: Type.Optional(Type.Object({ list: Type.Array(Type.Object({ on: Type.Boolean() })) })),
  })
  app.post('/', { schema: { body: schema } }, async (request) => ({ message: JSON.stringify(request.body) }))
  const reply = await app.inject({
    method: 'POST',
    url: '/',
    payload: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  await app.close()
  const { message }: { message: string } = reply.json()
  return message
}

test('the first problem is told by path, in words', async () => {
  for (const [body, message] of [
    [{ count: '1' }, 'count: must be a whole number'],
    [{ count: 0 }, 'count: must be at least 1'],
    [{ name: '' }, 'name: must not be empty'],
    [{ name: 'Anna' }, 'name: must have at most 3 characters'],
    [{ code: 'a' }, 'code: must have at least 2 characters'],
    [{ few: [] }, 'few: must not be empty'],
    [{ few: [1, 2, 3] }, 'few: must have at most 2 items'],
    [{ few: [0] }, 'few.0: must be more than 0'],
    [{ few: [10] }, 'few.0: must be at most 9'],
    [{ keyed: {} }, 'keyed: must have at least 2 keys'],
    [{ keyed: { a: 1, b: null } }, 'keyed.a: must be null'],
    [{ keyed: { ['x'.repeat(500)]: 1, b: null } }, `keyed.${'x'.repeat(40)}…: must be null`],
    [{ word: 'b' }, 'word: must be made of a'],
    [{ plain: 'b' }, 'plain: must be in another form'],
    [{ either: 1 }, 'either: must be a text or null'],
    [{ choice: 'three' }, 'choice: must be one of one, two'],
    [{ deep: {} }, 'deep.list: is required'],
    [{ deep: { list: [{ on: true }, { on: 'true' }] } }, 'deep.list.1.on: must be true or false'],
    [[], 'The body must be a JSON object.'],
    ['text', 'The body must be a JSON object.'],
  ] as const) {
    assert.equal(await messageFor(body), message)
  }
})

test('nothing is coerced, filled in or taken away', async () => {
  const body = { count: 1, unknown: { kept: true } }
  assert.equal(await messageFor(body), JSON.stringify(body))
})
