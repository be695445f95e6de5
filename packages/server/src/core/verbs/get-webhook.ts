import type { Verb } from '../verb.ts'
import { authorizeWebhooks, noSuchWebhook, seenBy, type WebhookReading } from '../webhook.ts'

/** One webhook of the caller's tenant. Throws `not_found`. */
export const getWebhook: Verb<{ webhookId: string; dialect?: string }, WebhookReading> = async (context, input) => {
  const { actor, reads } = context
  authorizeWebhooks(actor, 'webhooks.read')
  const reading = await reads.webhook(actor.tenantId, input.webhookId)
  const other = input.dialect !== undefined && reading?.webhook.dialect !== input.dialect
  if (reading === null || other) throw noSuchWebhook(input.webhookId)
  return seenBy(actor, reading)
}
