import type { Verb } from '../verb.ts'
import { authorizeWebhooks, noSuchWebhook, type Webhook, webhookEvent } from '../webhook.ts'

export interface RotateWebhookSecret {
  readonly webhookId: string
  /** The new one, `whsec_` and base64; unguessable. */
  readonly secret: string
  /** How long the one before it signs beside it, in milliseconds. */
  readonly overlap: number
}

/** Gives a webhook another signing secret. Throws `not_found`. */
export const rotateWebhookSecret: Verb<RotateWebhookSecret, Webhook> = async (context, input) => {
  const { actor, sealer, transact } = context
  authorizeWebhooks(actor, 'webhooks.edit')
  return transact(async (tx, now) => {
    const before = await tx.webhooks.lock(actor.tenantId, input.webhookId)
    if (before === null) throw noSuchWebhook(input.webhookId)
    const webhook: Webhook = {
      ...before,
      secret: sealer.seal(input.secret),
      previousSecret: input.overlap === 0 ? null : before.secret,
      previousUntil: input.overlap === 0 ? null : new Date(now.getTime() + input.overlap),
      version: before.version + 1,
      modifiedAt: now,
    }
    await tx.webhooks.update(webhook)
    return { result: webhook, events: [webhookEvent('webhook.updated', before, webhook)] }
  })
}
