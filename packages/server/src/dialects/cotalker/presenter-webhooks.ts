import type { Webhook, WebhookAttempt } from '../../core/index.ts'
import { contextOf, triggerOf } from './parse-webhooks.ts'
import type { COTWebhook, COTWebhookLog } from './webhook-schemas.ts'

export const presentWebhook = (webhook: Webhook): COTWebhook => ({
  _id: webhook.id,
  company: webhook.tenantId,
  isActive: webhook.active,
  trigger: triggerOf(webhook),
  url: webhook.url,
  name: webhook.name,
  code: webhook.code,
  context: { ...contextOf(webhook) },
  description: webhook.description,
  __v: webhook.version,
})

/** What Cotalker writes down where no answer came. */
const noAnswer = 409

export const presentAttempt = (
  attempt: WebhookAttempt,
  { id, tenantId }: Pick<Webhook, 'id' | 'tenantId'>,
): COTWebhookLog => ({
  _id: attempt.id,
  company: tenantId,
  createdAt: attempt.at.toISOString(),
  status: attempt.status ?? noAnswer,
  retry: attempt.attempt - 1,
  response: attempt.error ?? attempt.response,
  event: attempt.messageId,
  subscription: id,
  __v: 0,
})
