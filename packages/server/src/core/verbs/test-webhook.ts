import { DirectoryError } from '../errors.ts'
import type { Verb } from '../verb.ts'
import { authorizeWebhooks, noSuchWebhook } from '../webhook.ts'

/**
 * Asks for a test message, which goes out once before any event that waits; also to a paused webhook. Gives the message's
 * id, by which its attempt is found. Throws `not_found`; `invalid_input` for an inactive one.
 */
export const testWebhook: Verb<{ webhookId: string }, { messageId: string }> = async (context, { webhookId }) => {
  const { actor, makeId, transact } = context
  authorizeWebhooks(actor, 'webhooks.edit')
  return transact(async (tx) => {
    const webhook = await tx.webhooks.lock(actor.tenantId, webhookId)
    if (webhook === null) throw noSuchWebhook(webhookId)
    if (!webhook.active) {
      throw new DirectoryError('invalid_input', { field: 'active', reason: 'must be true for a test' })
    }
    const messageId = `msg_${makeId()}`
    await tx.webhooks.askTest(actor.tenantId, webhookId, messageId)
    return { result: { messageId }, events: [] }
  })
}
