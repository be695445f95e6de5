import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from './embedded-support.ts'
import { startReceiver, verified } from './receivers.ts'
import { openStored } from './stored.ts'
import { at, textAt } from './support.ts'
import { maxAge, otherSecret, signingSecret, startDelivering, told, workerOf } from './webhook-support.ts'

const ids = (receiver: Awaited<ReturnType<typeof startReceiver>>) =>
  receiver.received.map(({ headers }) => headers['webhook-id'])

test('what happens after the subscription is told in order; nothing of what was before', async (t) => {
  const { makeUser, editUser, subscribe, worker } = await startDelivering(t)
  await makeUser('before@example.com')
  const receiver = await startReceiver(t)
  await subscribe(receiver)
  const id = await makeUser('ada@example.com')
  await editUser(id, { phone: '1' })
  await editUser(id, { isActive: false, phone: '2' })
  await editUser(id, { isActive: true })
  const other = await makeUser('bob@example.com')
  await worker.drain()
  assert.deepEqual(told(receiver), [`create ${id}`, `edit ${id}`, `delete ${id}`, `edit ${id}`, `create ${other}`])
  await worker.drain()
  assert.equal(receiver.received.length, 5, 'and once')
})

describe('as Cotalker retries', () => {
  test('three attempts, 30 seconds apart, and then the next event; each under one id', async (t) => {
    const { clock, logs, makeUser, subscribe, worker } = await startDelivering(t)
    const receiver = await startReceiver(t, (_received, reply) => reply.writeHead(500).end('no'))
    const webhook = await subscribe(receiver)
    const [first, second] = [await makeUser('one@example.com'), await makeUser('two@example.com')]
    await worker.drain()
    clock.advance(29_999)
    await worker.drain()
    assert.deepEqual(told(receiver), [`create ${first}`])
    clock.advance(1)
    await worker.drain()
    assert.deepEqual(told(receiver), [`create ${first}`, `create ${first}`])
    clock.advance(30_000)
    receiver.answer((_received, reply) => reply.writeHead(receiver.received.length === 3 ? 503 : 209).end('yes'))
    await worker.drain()
    assert.deepEqual(told(receiver), [`create ${first}`, `create ${first}`, `create ${first}`, `create ${second}`])
    assert.equal(new Set(ids(receiver).slice(0, 3)).size, 1)
    assert.equal(new Set(ids(receiver)).size, 2)
    const log = await logs(webhook)
    assert.deepEqual(
      [0, 1, 2, 3].map((place) => [at(log, place, 'status'), at(log, place, 'retry'), at(log, place, 'response')]),
      [
        [209, 0, 'yes'],
        [503, 2, 'yes'],
        [500, 1, 'no'],
        [500, 0, 'no'],
      ],
    )
    assert.deepEqual(worker.counts, { delivered: 1, failed: 2, 'given-up': 1 })
  })

  for (const status of [210, 302, 307, 400, 404, 410]) {
    test(`${status} is a failure, and no redirect is followed`, async (t) => {
      const { makeUser, subscribe, worker } = await startDelivering(t)
      const elsewhere = await startReceiver(t)
      const receiver = await startReceiver(t, (_received, reply) =>
        reply.writeHead(status, { location: elsewhere.url }).end(),
      )
      await subscribe(receiver)
      await makeUser('one@example.com')
      await worker.drain()
      assert.deepEqual(worker.counts, { delivered: 0, failed: 1, 'given-up': 0 })
      assert.equal(elsewhere.received.length, 0)
    })
  }

  test('a receiver that is not there is logged as 409 with the reason', async (t) => {
    const { logs, makeUser, subscribe, worker } = await startDelivering(t)
    const webhook = await subscribe({ url: 'http://127.0.0.1:9/hook?token=hidden' })
    await makeUser('one@example.com')
    await worker.drain()
    const log = await logs(webhook)
    assert.equal(at(log, 0, 'status'), 409)
    assert.match(textAt(log, 0, 'response'), /ECONNREFUSED/)
    assert.doesNotMatch(JSON.stringify(log), /hidden/)
  })
})

describe('as Rollcall retries', () => {
  test('at growing distances, until the event is too old', async (t) => {
    const { clock, follow, makeUser, worker } = await startDelivering(t)
    const receiver = await startReceiver(t, (_received, reply) => reply.writeHead(500).end())
    await follow(receiver, ['user.created'])
    await makeUser('one@example.com')
    await worker.drain()
    let expected = 1
    for (let wait = 5000; wait < 3_600_000; wait *= 2) {
      clock.advance(wait - 1)
      await worker.drain()
      assert.equal(receiver.received.length, expected)
      clock.advance(1)
      await worker.drain()
      expected += 1
      assert.equal(receiver.received.length, expected)
    }
    clock.advance(3_600_000)
    await worker.drain()
    assert.equal(receiver.received.length, expected + 1, 'never more than an hour')
    clock.advance(maxAge)
    await worker.drain()
    assert.equal(worker.counts['given-up'], 1)
    assert.equal(new Set(ids(receiver)).size, 1)
  })

  test('410 pauses; what has waited comes once it is resumed', async (t) => {
    const { directory, follow, makeUser, ours, worker } = await startDelivering(t)
    const receiver = await startReceiver(t, (_received, reply) => reply.writeHead(410).end())
    const { id } = await follow(receiver, ['user.created'])
    const user = await makeUser('one@example.com')
    await worker.drain()
    const { webhook } = await directory.getWebhook(ours, { webhookId: id })
    assert.deepEqual([webhook.paused, webhook.pauseReason], [true, 'The receiver answered 410.'])
    await worker.drain()
    assert.equal(receiver.received.length, 1)
    receiver.answer((_received, reply) => reply.writeHead(204).end())
    const resumed = await directory.updateWebhook(ours, { webhookId: id, changes: { paused: false } })
    assert.deepEqual([resumed.paused, resumed.pauseReason], [false, null])
    await worker.drain()
    assert.deepEqual(told(receiver), [`user.created ${user}`, `user.created ${user}`])
  })
})

test('while it is inactive events pass by, while it is paused they wait', async (t) => {
  const { directory, follow, makeUser, ours, worker } = await startDelivering(t)
  const receiver = await startReceiver(t)
  const { id: webhookId } = await follow(receiver, ['user.created'])
  await directory.updateWebhook(ours, { webhookId, changes: { active: false } })
  await makeUser('passed@example.com')
  await worker.drain()
  await directory.updateWebhook(ours, { webhookId, changes: { active: true, paused: true } })
  const waiting = await makeUser('waiting@example.com')
  await worker.drain()
  assert.equal(receiver.received.length, 0)
  await directory.updateWebhook(ours, { webhookId, changes: { paused: false } })
  await worker.drain()
  assert.deepEqual(told(receiver), [`user.created ${waiting}`])
})

test('a replay tells everything again under the same ids', async (t) => {
  const { directory, follow, makeUser, ours, worker } = await startDelivering(t)
  const receiver = await startReceiver(t)
  const { id: webhookId } = await follow(receiver, ['user.created'])
  await worker.drain()
  const { cursor } = await directory.getWebhook(ours, { webhookId })
  for (const name of ['one', 'two', 'three']) await makeUser(`${name}@example.com`)
  await worker.drain()
  const first = ids(receiver)
  assert.equal(first.length, 3)
  await directory.replayWebhook(ours, { webhookId, after: cursor })
  await worker.drain()
  assert.deepEqual(ids(receiver), [...first, ...first])
})

test('a test message goes out once, whatever waits, also to a paused webhook', async (t) => {
  const { clock, directory, follow, makeUser, ours, worker } = await startDelivering(t)
  const receiver = await startReceiver(t, (_received, reply) => reply.writeHead(500).end())
  const { id: webhookId } = await follow(receiver, ['user.created'])
  await makeUser('one@example.com')
  await worker.drain()
  const { messageId } = await directory.testWebhook(ours, { webhookId })
  await worker.drain()
  assert.deepEqual(
    receiver.received.map(({ body }) => at(body, 'type')),
    ['user.created', 'webhook.test'],
  )
  assert.equal(ids(receiver)[1], messageId)
  clock.advance(5000)
  await worker.drain()
  assert.equal(receiver.received.length, 3, 'the event was not tried before its time')
  await directory.updateWebhook(ours, { webhookId, changes: { paused: true } })
  await directory.testWebhook(ours, { webhookId })
  await worker.drain()
  assert.equal(receiver.received.length, 4)
  await directory.updateWebhook(ours, { webhookId, changes: { active: false } })
  await assert.rejects(directory.testWebhook(ours, { webhookId }), { code: 'invalid_input' })
})

test('deliveries are signed by each secret that counts, in both forms', async (t) => {
  const { directory, follow, makeUser, operator, ours, subscribe, worker } = await startDelivering(t, {
    realTime: true,
  })
  const [own, cotalker] = [await startReceiver(t), await startReceiver(t)]
  const { id: webhookId } = await follow(own, ['user.created'])
  const subscribed = await subscribe(cotalker)
  await directory.rotateWebhookSecret(operator, { webhookId: subscribed, secret: otherSecret, overlap: 0 })
  await makeUser('one@example.com')
  await worker.drain()
  const [first, other] = [own.received[0], cotalker.received[0]]
  assert.ok(first !== undefined && other !== undefined)
  assert.deepEqual(verified(first, signingSecret), first.body)
  assert.deepEqual(verified(other, otherSecret), other.body)
  assert.throws(() => verified(first, otherSecret))

  await directory.rotateWebhookSecret(ours, { webhookId, secret: otherSecret, overlap: 60_000 })
  await makeUser('two@example.com')
  await worker.drain()
  const second = own.received[1]
  assert.ok(second !== undefined)
  for (const secret of [signingSecret, otherSecret]) verified(second, secret)

  await directory.rotateWebhookSecret(ours, { webhookId, secret: signingSecret, overlap: 0 })
  await makeUser('three@example.com')
  await worker.drain()
  const third = own.received[2]
  assert.ok(third !== undefined)
  verified(third, signingSecret)
  assert.throws(() => verified(third, otherSecret))
})

test('no event of a webhook, no reply and no body holds a secret', async (t) => {
  const { call, adminToken, connection, directory, follow, makeUser, ours, worker } = await startDelivering(t)
  const receiver = await startReceiver(t)
  const url = receiver.url.replace('//', '//user:hidden1@').concat('?token=hidden2')
  const { id: webhookId } = await follow({ url })
  await directory.rotateWebhookSecret(ours, { webhookId, secret: otherSecret, overlap: 1000 })
  await call('PATCH', `/api/v2/users/${await makeUser('one@example.com')}`, {
    ...{ token: adminToken, admin: true },
    body: { password: 'hidden3-password' },
  })
  await directory.deleteWebhook(ours, { webhookId: (await follow(receiver)).id })
  await worker.drain()
  const stored = await openStored(t, connection)
  assert.deepEqual((await stored.eventsOf(webhookId)).concat(), ['webhook.created', 'webhook.updated'])
  const everything = (await stored.eventTexts()) + receiver.received.map(({ text }) => text).join()
  for (const secret of ['hidden1', 'hidden2', 'hidden3', 'whsec_', '$argon2']) {
    assert.ok(!everything.includes(secret), secret)
  }
  assert.ok(receiver.received.length > 0)
  assert.ok(!receiver.received.some(({ body }) => String(at(body, 'type')).startsWith('webhook.')))
  assert.equal(receiver.received[0]?.headers.authorization, `Basic ${btoa('user:hidden1')}`)
})

test('two workers share the work: none tells twice, each webhook is told in order', async (t) => {
  const delivering = await startDelivering(t)
  const { another, follow, makeUser, worker } = delivering
  const others = workerOf(await another())
  const receivers = await Promise.all([1, 2, 3, 4].map(() => startReceiver(t)))
  for (const receiver of receivers) await follow(receiver, ['user.created'])
  const users: string[] = []
  for (let n = 0; n < 40; n += 1) {
    users.push(await makeUser(`user${n}@example.com`))
    if (n % 7 === 0) await Promise.all([worker.look(), others.look()])
  }
  await Promise.all([worker.drain(), others.drain()])
  for (const receiver of receivers)
    assert.deepEqual(
      told(receiver),
      users.map((id) => `user.created ${id}`),
    )
})

test('whoever has lost its lease moves nothing and stops', async (t) => {
  const { connection, directory, follow, makeUser, ours, worker } = await startDelivering(t)
  const { default: pg } = await import('pg')
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.end())
  const receiver = await startReceiver(t, async (_received, reply) => {
    await client.query(
      "update webhook_subscriptions set lease = 'of another', leased_until = now() + interval '1 hour'",
    )
    reply.writeHead(200).end()
  })
  const { id: webhookId } = await follow(receiver, ['user.created'])
  const { cursor } = await directory.getWebhook(ours, { webhookId })
  for (const name of ['one', 'two']) await makeUser(`${name}@example.com`)
  await worker.drain()
  assert.equal(receiver.received.length, 1)
  assert.equal((await directory.getWebhook(ours, { webhookId })).cursor, cursor)
  assert.deepEqual(await directory.listWebhookAttempts(ours, { webhookId, before: null, limit: 10 }), [])
  receiver.answer((_received, reply) => reply.writeHead(200).end())
  await client.query('update webhook_subscriptions set leased_until = now()')
  await worker.drain()
  assert.deepEqual(
    [ids(receiver)[0] === ids(receiver)[1], receiver.received.length],
    [true, 3],
    'told again under the same id, then the next',
  )
})

test('a receiver that never answers holds up neither another one nor requests', async (t) => {
  const { makeUser, subscribe, worker } = await startDelivering(t, { webhooks: { attemptTime: 5000 } })
  const [hanging, quick] = [await startReceiver(t, () => {}), await startReceiver(t)]
  await subscribe(hanging)
  await subscribe(quick)
  const users = [await makeUser('one@example.com'), await makeUser('two@example.com')]
  const began = performance.now()
  const working = worker.drain()
  await eventually('the quick one has everything', () => quick.received.length === users.length)
  await makeUser('three@example.com')
  assert.ok(performance.now() - began < 4000, 'before the first attempt of the other was over')
  await worker.stop(0)
  await working
})

test('a stop breaks off what is under way and counts no attempt', async (t) => {
  const { directory, follow, makeUser, ours, worker, another } = await startDelivering(t, {
    webhooks: { attemptTime: 60_000 },
  })
  const receiver = await startReceiver(t, () => {})
  const { id: webhookId } = await follow(receiver, ['user.created'])
  await makeUser('one@example.com')
  const working = worker.drain()
  await eventually('an attempt is under way', () => receiver.received.length === 1)
  await worker.stop(0)
  await working
  assert.equal((await directory.getWebhook(ours, { webhookId })).attempts, 0)
  receiver.answer((_received, reply) => reply.writeHead(200).end())
  await workerOf(await another()).drain()
  assert.equal(receiver.received.length, 2, 'the lease was given up')
})

test('of a person who was erased meanwhile only the id is told', async (t) => {
  const { directory, makeUser, operator, subscribe, worker } = await startDelivering(t)
  const receiver = await startReceiver(t)
  await subscribe(receiver)
  const id = await makeUser('gone@example.com')
  await directory.deleteUser(operator, { userId: id })
  await worker.drain()
  assert.deepEqual(
    receiver.received.map(({ body }) => [at(body, 'event'), at(body, 'data'), at(body, 'diff')]),
    [
      ['create', { _id: id }, {}],
      ['delete', { _id: id }, {}],
    ],
  )
})

test('attempts are forgotten by number and by age', async (t) => {
  const { clock, directory, follow, makeUser, ours, store, worker } = await startDelivering(t)
  const { id: webhookId } = await follow(await startReceiver(t), ['user.created'])
  for (let n = 0; n < 5; n += 1) await makeUser(`user${n}@example.com`)
  await worker.drain()
  const attempts = async () => directory.listWebhookAttempts(ours, { webhookId, before: null, limit: 100 })
  const all = await attempts()
  assert.equal(all.length, 5)
  await store.webhooks.prune(3, new Date(0))
  assert.deepEqual(await attempts(), all.slice(0, 3))
  clock.advance(31 * 86_400_000)
  await worker.prune()
  assert.deepEqual(await attempts(), [])
})

test('the lag is the age of what the slowest has not been told', async (t) => {
  const { clock, follow, makeUser, store, worker } = await startDelivering(t)
  const receiver = await startReceiver(t, (_received, reply) => reply.writeHead(500).end())
  await follow(receiver, ['user.created'])
  assert.equal(await store.webhooks.lag(clock.now()), 0)
  await makeUser('one@example.com')
  await worker.drain()
  clock.advance(90_000)
  assert.equal(await store.webhooks.lag(clock.now()), 90)
})
