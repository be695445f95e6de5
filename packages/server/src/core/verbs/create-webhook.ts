import { DirectoryError } from '../errors.ts'
import type { Verb } from '../verb.ts'
import { authorizeWebhooks, validateWebhook, type Webhook, webhookEvent } from '../webhook.ts'

export interface CreateWebhook {
  /** The id when absent. Throws `value_taken`. */
  readonly code?: string
  readonly name: string
  readonly description?: string
  readonly url: string
  readonly types: Webhook['types']
  readonly details?: Webhook['details']
  readonly active?: boolean
  readonly paused?: boolean
  /** A new signing secret, `whsec_` and base64; unguessable. */
  readonly secret: string
}

/** Of one tenant: each is a reader of every event. */
const most = 100

/** Makes a webhook, which is told of everything that happens from now on. Throws `too_many` beyond 100 of a tenant. */
export const createWebhook: Verb<CreateWebhook, Webhook> = async (context, input) => {
  const { actor, makeId, sealer, targets, transact } = context
  authorizeWebhooks(actor, 'webhooks.edit')
  const { secret, code, ...given } = input
  validateWebhook(targets, { ...given, ...(code !== undefined && { code }) })
  return transact(async (tx, now) => {
    const present = await tx.webhooks.count(actor.tenantId)
    if (present >= most) throw new DirectoryError('too_many', { reason: `There may be ${most} webhooks.` })
    const id = makeId()
    const webhook: Webhook = {
      id,
      tenantId: actor.tenantId,
      dialect: actor.dialect,
      code: code ?? id,
      name: given.name,
      description: given.description ?? '',
      url: given.url,
      types: given.types,
      details: given.details ?? {},
      active: given.active ?? true,
      paused: given.paused ?? false,
      pauseReason: null,
      secret: sealer.seal(secret),
      previousSecret: null,
      previousUntil: null,
      version: 0,
      createdAt: now,
      modifiedAt: now,
    }
    await tx.webhooks.insert(webhook)
    return { result: webhook, events: [webhookEvent('webhook.created', null, webhook)] }
  })
}
