import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { type Address, SafeTargets } from '../src/worker/safe-target.ts'
import { type Message, webhookSender } from '../src/worker/webhook-sender.ts'
import { startReceiver } from './receivers.ts'

const here: Address[] = [{ address: '127.0.0.1', family: 4 }]
const never = new AbortController().signal
const message = (url: string, redirects = 3): Message => ({
  url,
  redirects,
  headers: { 'x-one': '1' },
  body: '{"a":1}',
})
const sending = (timeLimit: number, allow = ['127.0.0.1'], resolve = async () => here) =>
  webhookSender({ targets: new SafeTargets({ allow, resolve }), timeLimit })
const send = sending(5000)

test('status and the beginning of the answer come back; headers and body have arrived', async (t) => {
  const receiver = await startReceiver(t, (_received, reply) => reply.writeHead(202).end('fine\0'))
  assert.deepEqual(await send(message(receiver.url), never), { status: 202, response: 'fine\ufffd', error: null })
  assert.equal(receiver.received[0]?.text, '{"a":1}')
  assert.equal(receiver.received[0]?.headers['x-one'], '1')
})

test('a receiver that is down has no status', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  server.close()
  await once(server, 'close')
  const { status, error } = await send(message(`http://127.0.0.1:${port}/?token=hidden`), never)
  assert.equal(status, null)
  assert.match(error ?? '', /ECONNREFUSED/)
  assert.doesNotMatch(error ?? '', /hidden/)
})

test('one that answers after the deadline has not answered', async (t) => {
  const receiver = await startReceiver(t, (_received, reply) => void setTimeout(() => reply.writeHead(200).end(), 600))
  const began = performance.now()
  assert.deepEqual(await sending(200)(message(receiver.url), never), {
    status: null,
    response: '',
    error: 'no answer in time',
  })
  assert.ok(performance.now() - began < 550)
})

test('of one that streams for ever the status counts, and no more than its beginning is read', async (t) => {
  const receiver = await startReceiver(t, (_received, reply) => {
    reply.writeHead(200)
    const timer = setInterval(() => reply.write('drip '), 20)
    reply.on('close', () => clearInterval(timer))
  })
  const { status, response } = await send(message(receiver.url), never)
  assert.equal(status, 200)
  assert.match(response, /^(drip )+$/)
})

test('of gigabytes 4096 bytes are read', async (t) => {
  let written = 0
  const receiver = await startReceiver(t, (_received, reply) => {
    reply.writeHead(200)
    const chunk = Buffer.alloc(65_536, 'x')
    const pour = () => {
      while (!reply.destroyed && written < 2 ** 30) {
        written += chunk.length
        if (!reply.write(chunk)) return void reply.once('drain', pour)
      }
    }
    pour()
  })
  const { status, response } = await send(message(receiver.url), never)
  assert.equal(status, 200)
  assert.equal(response, 'x'.repeat(4096))
  assert.ok(written < 64 * 2 ** 20, `${written} bytes were taken`)
})

test('one that closes mid-answer has said its status; one that closes before has not', async (t) => {
  const broken = await startReceiver(t, (_received, reply, request) => {
    reply.writeHead(200, { 'content-length': 100 }).write('half')
    setTimeout(() => request.socket.destroy(), 50)
  })
  assert.deepEqual(await send(message(broken.url), never), { status: 200, response: 'half', error: null })
  const mute = await startReceiver(t, (_received, _reply, request) => request.socket.destroy())
  const { status, error } = await send(message(mute.url), never)
  assert.equal(status, null)
  assert.match(error ?? '', /hang up|ECONNRESET/)
})

test('307 and 308 are followed with method and body; 301, 302 and 303 are not', async (t) => {
  const last = await startReceiver(t)
  for (const status of [307, 308]) {
    const first = await startReceiver(t, (_received, reply) => reply.writeHead(status, { location: last.url }).end())
    assert.equal((await send(message(first.url), never)).status, 200)
  }
  assert.deepEqual(
    last.received.map(({ text }) => text),
    ['{"a":1}', '{"a":1}'],
  )
  for (const status of [301, 302, 303]) {
    const first = await startReceiver(t, (_received, reply) => reply.writeHead(status, { location: last.url }).end())
    assert.equal((await send(message(first.url), never)).status, status)
  }
  assert.equal(last.received.length, 2)
})

test('redirects end: after three of them, and at once where none is to be followed', async (t) => {
  const circle = await startReceiver(t, (_received, reply) => reply.writeHead(307, { location: '/again' }).end())
  const { status, error } = await send(message(circle.url), never)
  assert.deepEqual([status, error, circle.received.length], [307, 'too many redirects', 4])
  assert.equal((await send(message(circle.url, 0), never)).error, null)
  assert.equal(circle.received.length, 5)
})

test('a redirect to a private address is not followed, however it is written', async (t) => {
  const inside = await startReceiver(t)
  for (const host of ['127.0.0.2', '[::1]', 'localhost', '2130706434', '[::ffff:127.0.0.2]', 'inside.example.com']) {
    const location = `http://${host}:${inside.port}/`
    const first = await startReceiver(t, (_received, reply) => reply.writeHead(307, { location }).end())
    const { status, error } = await sending(5000, ['127.0.0.1'], async () => [{ address: '127.0.0.2', family: 4 }])(
      message(first.url),
      never,
    )
    assert.equal(status, null, host)
    assert.match(error ?? '', /public internet/, host)
  }
  assert.equal(inside.received.length, 0)
})

test('the address that was looked at is the one connected to: there is no second question', async (t) => {
  const receiver = await startReceiver(t)
  let asked = 0
  const rebinding = async (): Promise<Address[]> => {
    asked += 1
    return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
  }
  const { status } = await sending(
    5000,
    ['127.0.0.1'],
    rebinding,
  )(message(`http://changing.example.com:${receiver.port}/`), never)
  assert.deepEqual([status, asked], [200, 1])
  assert.match(receiver.received[0]?.headers.host ?? '', /^changing\.example\.com:/)
})

test('a name that is never resolved costs no more than the time of an attempt', async () => {
  const silent = sending(100, [], () => new Promise(() => {}))
  assert.deepEqual(await silent(message('https://slow.example.com/'), never), {
    status: null,
    response: '',
    error: 'no answer in time',
  })
})

test('a stop breaks an attempt off', async (t) => {
  const stop = new AbortController()
  const receiver = await startReceiver(t, () => stop.abort())
  assert.equal((await send(message(receiver.url), stop.signal)).error, 'the worker stopped')
})
