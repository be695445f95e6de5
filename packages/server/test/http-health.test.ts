import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { type HealthDeps, healthRoutes } from '../src/http/health.ts'

async function ask(url: string, deps: HealthDeps) {
  const app = Fastify()
  await app.register(healthRoutes, deps)
  const reply = await app.inject(url)
  assert.equal(reply.headers['cache-control'], 'no-store')
  return { status: reply.statusCode, body: reply.json() }
}

const never = () => new Promise<never>(() => {})

test('/healthz answers while the process lives, ready or not', async () => {
  assert.deepEqual(await ask('/healthz', { ready: never }), { status: 200, body: { status: 'ok' } })
})

test('/readyz says that everything is there', async () => {
  const ready = async () => ({ ok: true, detail: { database: 'answers', migrations: 'done' } })
  assert.deepEqual(await ask('/readyz', { ready }), {
    status: 200,
    body: { status: 'ready', database: 'answers', migrations: 'done' },
  })
})

test('/readyz names what is missing', async () => {
  const ready = async () => ({ ok: false, detail: { database: 'does not answer' } })
  assert.deepEqual(await ask('/readyz', { ready }), {
    status: 503,
    body: { status: 'not ready', database: 'does not answer' },
  })
})

test('/readyz hides why the check itself failed', async () => {
  const ready = async () => {
    throw new Error('postgres://ada:secret@db refused')
  }
  assert.deepEqual(await ask('/readyz', { ready }), { status: 503, body: { status: 'not ready', check: 'failed' } })
})

test('/readyz does not wait for ever', async () => {
  assert.deepEqual(await ask('/readyz', { ready: never, timeoutMs: 10 }), {
    status: 503,
    body: { status: 'not ready', check: 'no answer in time' },
  })
})
