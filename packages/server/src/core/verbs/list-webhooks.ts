import type { Verb } from '../verb.ts'
import { authorizeWebhooks, seenBy, type WebhookReading } from '../webhook.ts'

/** The webhooks of the caller's tenant in order of creation, of one dialect or all. */
export const listWebhooks: Verb<{ dialect?: string }, WebhookReading[]> = async ({ actor, reads }, input) => {
  authorizeWebhooks(actor, 'webhooks.read')
  const readings = await reads.webhooks(actor.tenantId, input)
  return readings.map((reading) => seenBy(actor, reading))
}
