import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { echoRequestId, requestIdOptions } from '../src/http/request-id.ts'

function app() {
  let made = 0
  const app = Fastify(requestIdOptions(() => `made-${++made}`))
  echoRequestId(app)
  app.get('/', (request) => ({ id: request.id }))
  app.get('/boom', () => {
    throw new Error('out of order')
  })
  return app
}

test('a sane id is kept and said in the reply', async () => {
  for (const id of ['a', 'A.b_c-9', 'x'.repeat(64)]) {
    const reply = await app().inject({ url: '/', headers: { 'x-request-id': id } })
    assert.deepEqual(reply.json(), { id })
    assert.equal(reply.headers['x-request-id'], id)
  }
})

test('anything else is replaced', async () => {
  for (const id of ['', 'x'.repeat(65), 'a b', 'a/b', 'a, b', '"quoted"', 'ä']) {
    const reply = await app().inject({ url: '/', headers: { 'x-request-id': id } })
    assert.deepEqual(reply.json(), { id: 'made-1' })
    assert.equal(reply.headers['x-request-id'], 'made-1')
  }
})

test('every request gets one of its own, failures included', async () => {
  const server = app()
  const ids = []
  for (const url of ['/', '/boom', '/missing']) ids.push((await server.inject(url)).headers['x-request-id'])
  assert.deepEqual(ids, ['made-1', 'made-2', 'made-3'])
})
