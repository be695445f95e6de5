import type { Verb } from '../verb.ts'
import { authorizeWebhooks, noSuchWebhook, webhookEvent } from '../webhook.ts'

/** Removes a webhook with what was written down of its deliveries. Throws `not_found`. */
export const deleteWebhook: Verb<{ webhookId: string }, null> = async ({ actor, transact }, { webhookId }) => {
  authorizeWebhooks(actor, 'webhooks.edit')
  return transact(async (tx) => {
    const webhook = await tx.webhooks.lock(actor.tenantId, webhookId)
    if (webhook === null) throw noSuchWebhook(webhookId)
    await tx.webhooks.delete(actor.tenantId, webhookId)
    return { result: null, events: [webhookEvent('webhook.deleted', webhook, webhook)] }
  })
}
