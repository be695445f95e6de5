import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase } from './database.ts'
import { type Received, startReceiver } from './receivers.ts'
import { databaseUrl, runMain, send, startServer } from './server-process.ts'
import { adminEmail, adminPassword, secret, textAt } from './support.ts'

/** The suite's share; `ROLLCALL_TEST_EVENTS=10000 npm test -- packages/server/test/webhooks-killed.test.ts` for the whole. */
const events = Number(process.env.ROLLCALL_TEST_EVENTS ?? 240)
/** For the whole of it, in milliseconds: a dead worker's leases last 20 s. */
const patience = 90_000 + events * 30

/** The first arrival of each message, by what it is about: later ones are duplicates, under the same id. */
function firstArrivals(received: readonly Received[]): string[] {
  const seen = new Map<string, string>()
  for (const { headers, body } of received) {
    const [id, subject] = [String(headers['webhook-id']), textAt(body, 'data', '_id')]
    assert.equal(seen.get(id) ?? subject, subject, 'one id is one message')
    seen.set(id, subject)
  }
  return [...seen.values()]
}

test('two processes, one killed while it delivers: nothing is lost, all is in order, duplicates bear the same id', async (t) => {
  const env = {
    DATABASE_URL: databaseUrl(await testDatabase(t)),
    ROLLCALL_SECRET: secret,
    ROLLCALL_ADMIN_EMAIL: adminEmail,
    ROLLCALL_ADMIN_PASSWORD: adminPassword,
    ROLLCALL_LOG_LEVEL: 'warn',
    ROLLCALL_WEBHOOK_ALLOW: '127.0.0.1',
  }
  const server = await startServer(t, { ...env, ROLLCALL_WORKER: 'off' })
  const first = runMain(['worker'], env)
  t.after(() => first.stop('SIGKILL').then(() => {}))
  const { body } = await send(server.url, 'POST', '/auth/local', {
    body: { email: adminEmail, password: adminPassword },
  })
  const token = textAt(body, 'token')
  const receivers = await Promise.all([0, 1, 2].map(() => startReceiver(t)))
  for (const [place, { url }] of receivers.entries()) {
    const reply = await send(server.url, 'POST', '/api/v3/webhook/subscription', {
      token,
      body: { trigger: 'create-edit-delete-user', url, name: 'Test', code: `test_${place}` },
    })
    assert.equal(reply.status, 201)
  }

  /** Ends the first worker while a message is under way; gives the one that comes after it. */
  async function killAndReplace() {
    await until('deliveries have begun', () => receivers.every(({ received }) => received.length > 5))
    let killing = false
    receivers[0]?.answer((_received, reply) => {
      if (first.child.signalCode !== null) return void reply.writeHead(200).end()
      // Never answered: whether it was received is for nobody to know.
      if (!killing) first.child.kill('SIGKILL')
      killing = true
    })
    const reply = await makeUser('in-the-middle@example.com')
    made.push(reply)
    await until('the worker is dead', () => first.child.signalCode !== null)
    const next = runMain(['worker'], env)
    t.after(() => next.stop('SIGKILL').then(() => {}))
    return next
  }
  const makeUser = async (email: string): Promise<string> => {
    const reply = await send(server.url, 'POST', '/api/v2/users', {
      token,
      body: { email, name: { names: 'Person' }, accessRoles: [] },
    })
    assert.equal(reply.status, 201)
    return textAt(reply.body, '_id')
  }

  const made: string[] = []
  const everything = () => receivers.every(({ received }) => new Set(received.map(idOf)).size >= made.length)
  let second: ReturnType<typeof runMain> | null = null
  for (let n = 0; n < events; n += 1) {
    made.push(await makeUser(`person${n}@example.com`))
    if (n === Math.floor(events / 3)) second = await killAndReplace()
  }
  assert.equal(first.child.signalCode, 'SIGKILL')
  await until('everything has arrived', everything)
  for (const { received } of receivers) assert.deepEqual(firstArrivals(received), made)
  assert.equal(await second?.stop(), 0, 'the other stops in order')

  async function until(what: string, condition: () => boolean): Promise<void> {
    const deadline = Date.now() + patience
    while (!condition()) {
      if (Date.now() > deadline) {
        assert.fail(
          `${what}: ${receivers.map(({ received }) => received.length)}\n${first.errors()}${second?.errors()}`,
        )
      }
      await sleep(20)
    }
  }
})

const idOf = ({ headers }: Received): string => String(headers['webhook-id'])
