import type { Verb } from '../verb.ts'
import { authorizeWebhooks, noSuchWebhook, type Webhook, webhookEvent } from '../webhook.ts'

/**
 * Lets a webhook be told again of everything after a position, in order and under the same message ids. Throws `not_found`.
 */
export const replayWebhook: Verb<{ webhookId: string; after: string }, Webhook> = async (context, input) => {
  const { actor, transact } = context
  authorizeWebhooks(actor, 'webhooks.edit')
  return transact(async (tx, now) => {
    const before = await tx.webhooks.lock(actor.tenantId, input.webhookId)
    if (before === null) throw noSuchWebhook(input.webhookId)
    const webhook: Webhook = { ...before, version: before.version + 1, modifiedAt: now }
    await tx.webhooks.update(webhook)
    await tx.webhooks.moveTo(actor.tenantId, input.webhookId, input.after)
    const changes = { cursor: { before: null, after: input.after } }
    return { result: webhook, events: [{ ...webhookEvent('webhook.updated', before, webhook), changes }] }
  })
}
