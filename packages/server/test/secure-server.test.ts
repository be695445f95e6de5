import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:https'
import { Agent } from 'node:https'
import { connect as plainConnect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connect } from 'node:tls'
import Fastify, { type FastifyInstance } from 'fastify'
import { portOf } from '../src/cli/listen.ts'
import { secureServer } from '../src/http/secure-server.ts'
import { localPair, secureGet } from './tls-support.ts'

const bounded = { timeout: 20_000 }

interface Both {
  readonly app: FastifyInstance
  readonly secure: Server
  readonly plainUrl: string
  readonly url: string
  readonly port: number
}

/** An application that tells how it sees its callers, on both servers. */
async function serveBoth(t: TestContext, trustProxy: false | string[] = false): Promise<Both> {
  const app = Fastify({ trustProxy, forceCloseConnections: 'idle', requestTimeout: 60_000, keepAliveTimeout: 41_000 })
  app.get('/', ({ protocol, ip, host, hostname }) => ({ protocol, ip, host, hostname }))
  const secure = secureServer(app, localPair())
  await app.listen({ host: '127.0.0.1', port: 0 })
  secure.listen({ host: '127.0.0.1', port: 0 })
  await once(secure, 'listening')
  t.after(async () => {
    secure.closeAllConnections()
    await app.close()
  })
  const port = portOf(secure)
  return { app, secure, port, url: `https://127.0.0.1:${port}`, plainUrl: `http://127.0.0.1:${portOf(app.server)}` }
}

const forged = {
  'x-forwarded-proto': 'http',
  'x-forwarded-for': '192.0.2.1',
  'x-forwarded-host': 'elsewhere.example',
  forwarded: 'proto=http;host=elsewhere.example;for=192.0.2.1',
}

test('one application answers both, and knows which of them was asked', bounded, async (t) => {
  const { url, plainUrl, port } = await serveBoth(t)
  const seen = { ip: '127.0.0.1', host: `127.0.0.1:${port}`, hostname: '127.0.0.1' }
  assert.deepEqual(JSON.parse((await secureGet(url)).text), { protocol: 'https', ...seen })
  const plain: unknown = await (await fetch(plainUrl)).json()
  assert.deepEqual(plain, { protocol: 'http', ...seen, host: new URL(plainUrl).host })
})

test('what strangers say of proto, host and address counts on neither', bounded, async (t) => {
  const nobodyTrusted = await serveBoth(t)
  const othersTrusted = await serveBoth(t, ['198.51.100.0/24'])
  for (const { url, plainUrl, port } of [nobodyTrusted, othersTrusted]) {
    const seen = { ip: '127.0.0.1', host: `127.0.0.1:${port}`, hostname: '127.0.0.1' }
    assert.deepEqual(JSON.parse((await secureGet(url, { headers: forged })).text), { protocol: 'https', ...seen })
    const claimsHttps = { ...forged, 'x-forwarded-proto': 'https' }
    const plain: unknown = await (await fetch(plainUrl, { headers: claimsHttps })).json()
    assert.deepEqual(plain, { protocol: 'http', ...seen, host: new URL(plainUrl).host })
  }
})

test('what a trusted proxy says counts on both', bounded, async (t) => {
  const { url, plainUrl } = await serveBoth(t, ['127.0.0.1'])
  const said = { ip: '192.0.2.1', host: 'elsewhere.example', hostname: 'elsewhere.example' }
  assert.deepEqual(JSON.parse((await secureGet(url, { headers: forged })).text), { protocol: 'http', ...said })
  const plain: unknown = await (await fetch(plainUrl, { headers: { ...forged, 'x-forwarded-proto': 'https' } })).json()
  assert.deepEqual(plain, { protocol: 'https', ...said })
})

test('limits are those of the plain server', bounded, async (t) => {
  const { app, secure, url, plainUrl, port } = await serveBoth(t)
  const limits = [
    'keepAliveTimeout',
    'headersTimeout',
    'requestTimeout',
    'timeout',
    'maxHeadersCount',
    'maxRequestsPerSocket',
  ] as const
  for (const limit of limits) assert.equal(secure[limit], app.server[limit], limit)
  assert.equal(secure.keepAliveTimeout, 41_000)
  assert.equal(secure.requestTimeout, 60_000)

  const large = { 'x-large': 'x'.repeat(20_000) }
  assert.equal((await fetch(plainUrl, { headers: large })).status, 431)
  assert.equal((await secureGet(url, { headers: large })).status, 431)
  const client = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  client.write('NONSENSE\r\n\r\n')
  let reply = ''
  for await (const chunk of client) reply += String(chunk)
  assert.match(reply, /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*"statusCode":400/)
})

test('who speaks no TLS there gets nothing, and harms nobody', bounded, async (t) => {
  const { url, port } = await serveBoth(t)
  const client = plainConnect(port, '127.0.0.1')
  client.on('error', () => {})
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  await once(client, 'close')
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`))
  assert.equal((await secureGet(url)).status, 200)
})

test('another certificate is for new connections; open ones go on', bounded, async (t) => {
  const { secure, url } = await serveBoth(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  t.after(() => agent.destroy())
  const before = await secureGet(url, { agent })
  secure.setSecureContext(localPair())
  const after = await secureGet(url, { agent })
  assert.equal(after.fingerprint, before.fingerprint, 'the same connection')
  const fresh = await secureGet(url)
  assert.notEqual(fresh.fingerprint, before.fingerprint)
  assert.equal(fresh.status, 200)
})

test(
  'the end of the application ends idle connections and unfinished handshakes of both at once',
  bounded,
  async (t) => {
    const { app, secure, url, port } = await serveBoth(t)
    const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })
    t.after(() => agent.destroy())
    await secureGet(url, { agent })
    const silent = plainConnect(port, '127.0.0.1')
    silent.on('error', () => {})
    const accepted = once(secure, 'connection')
    await once(silent, 'connect')
    await accepted
    const said = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    said.on('error', () => {})
    await once(said, 'secureConnect')
    const began = performance.now()
    const ended = [once(silent, 'close'), once(said, 'close')]
    await app.close()
    await Promise.all(ended)
    assert.ok(performance.now() - began < 5000)
    assert.equal(secure.listening, false)
    await assert.rejects(secureGet(url), { code: 'ECONNREFUSED' })
  },
)

test('an application that never listened ends too', bounded, async () => {
  const app = Fastify()
  secureServer(app, localPair())
  await app.ready()
  await app.close()
})
