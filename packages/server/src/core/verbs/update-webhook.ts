import { DirectoryError } from '../errors.ts'
import type { Verb } from '../verb.ts'
import { authorizeWebhooks, noSuchWebhook, validateWebhook, type Webhook, webhookEvent } from '../webhook.ts'

export interface UpdateWebhook {
  readonly webhookId: string
  /** Only one that this dialect made is found. */
  readonly dialect?: string
  readonly changes: Partial<Pick<Webhook, 'name' | 'description' | 'url' | 'types' | 'details' | 'active' | 'paused'>>
  /** Throws `read_only_field` where it differs from what is stored. */
  readonly fixed?: { readonly code?: string }
}

/**
 * Changes what is given of a webhook. One that becomes active again is told of what happens from then on; one that is
 * resumed, of all that has waited. A repeat changes nothing.
 */
export const updateWebhook: Verb<UpdateWebhook, Webhook> = async (context, input) => {
  const { actor, targets, transact } = context
  const { webhookId, dialect, changes, fixed = {} } = input
  authorizeWebhooks(actor, 'webhooks.edit')
  validateWebhook(targets, changes)
  return transact(async (tx, now) => {
    const before = await tx.webhooks.lock(actor.tenantId, webhookId)
    if (before === null || (dialect !== undefined && before.dialect !== dialect)) throw noSuchWebhook(webhookId)
    if (fixed.code !== undefined && fixed.code !== before.code) {
      throw new DirectoryError('read_only_field', { field: 'code' })
    }
    const wanted: Webhook = { ...before, ...changes, ...(changes.paused !== undefined && { pauseReason: null }) }
    if (Object.keys(webhookEvent('webhook.updated', before, wanted).changes).length === 0) {
      return { result: before, events: [] }
    }
    const webhook: Webhook = { ...wanted, version: before.version + 1, modifiedAt: now }
    await tx.webhooks.update(webhook)
    if (webhook.active && !before.active) await tx.webhooks.moveTo(actor.tenantId, webhookId, null)
    return { result: webhook, events: [webhookEvent('webhook.updated', before, webhook)] }
  })
}
