import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Actor, Webhook } from '../src/core/index.ts'
import { neutralWebhooks } from '../src/dialects/_kit/neutral-webhooks.ts'
import { webhookFormats } from '../src/dialects/index.ts'
import type { WebhookWorker } from '../src/worker/webhooks.ts'
import type { Receiver } from './receivers.ts'
import { at, startRollcall, type TestOptions, type TestServer, textAt } from './support.ts'

export const maxAge = 3 * 86_400_000
export const signingSecret = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`
export const otherSecret = `whsec_${Buffer.alloc(32, 'o').toString('base64')}`

/** Cotalker's form, and Rollcall's own. */
export const workerOf = (server: Pick<TestServer, 'webhookWorker'>): WebhookWorker =>
  server.webhookWorker(new Map([...webhookFormats({ maxAge }), ['rollcall', neutralWebhooks({ maxAge })]]))

/** A server whose webhooks may lead to this machine, with a worker that works only when it is told to. */
export async function startDelivering(t: TestContext, options: TestOptions = {}) {
  const rollcall = await startRollcall(t, {
    ...options,
    // A worker throws nothing: what it could not do is told here.
    logTo: { write: (line) => void (/"level":"info"/.test(line) || process.stderr.write(line)) },
    webhooks: { allow: ['127.0.0.1'], random: () => 0.5, attemptTime: 1000, ...options.webhooks },
  })
  const { call, adminToken: token, directory } = rollcall
  const worker = workerOf(rollcall)
  const ours: Actor = { ...rollcall.operator, dialect: 'rollcall' }
  let codes = 0
  return {
    ...rollcall,
    worker,
    ours,
    /** Subscribes through Cotalker's API; gives the id. */
    subscribe: async (receiver: Pick<Receiver, 'url'>, more: object = {}): Promise<string> => {
      codes += 1
      const reply = await call('POST', '/api/v3/webhook/subscription', {
        token,
        body: { trigger: 'create-edit-delete-user', url: receiver.url, name: 'Test', code: `code_${codes}`, ...more },
      })
      assert.equal(reply.status, 201, reply.text)
      return textAt(reply.body, '_id')
    },
    /** One of Rollcall's own. */
    follow: (receiver: Pick<Receiver, 'url'>, types: Webhook['types'] = null): Promise<Webhook> =>
      directory.createWebhook(ours, { name: 'Own', url: receiver.url, types, secret: signingSecret }),
    makeUser: async (email: string): Promise<string> => {
      const reply = await call('POST', '/api/v2/users', {
        ...{ token, admin: true },
        body: { email, name: { names: 'Ada', lastName: 'Lovelace' }, accessRoles: [] },
      })
      assert.equal(reply.status, 201, reply.text)
      return textAt(reply.body, '_id')
    },
    editUser: async (id: string, body: object): Promise<void> => {
      const reply = await call('PATCH', `/api/v2/users/${id}`, { token, admin: true, body })
      assert.equal(reply.status, 200, reply.text)
    },
    logs: async (id: string): Promise<unknown> =>
      (await call('GET', `/api/v3/webhook/subscription/logs/${id}`, { token })).body,
  }
}

/** What arrived, by what happened to whom. */
export const told = ({ received }: Pick<Receiver, 'received'>): string[] =>
  received.map(
    ({ body }) => `${at(body, 'event') ?? at(body, 'type')} ${at(body, 'data', '_id') ?? at(body, 'subject')}`,
  )
