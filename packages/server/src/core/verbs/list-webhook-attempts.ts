import type { Verb } from '../verb.ts'
import type { WebhookAttempt } from '../webhook.ts'
import { getWebhook } from './get-webhook.ts'

export interface ListWebhookAttempts {
  readonly webhookId: string
  readonly dialect?: string
  /** From before this attempt on; the newest when `null`. */
  readonly before: string | null
  readonly limit: number
}

/** What came of a webhook's deliveries, the latest first. Throws `not_found`. */
export const listWebhookAttempts: Verb<ListWebhookAttempts, WebhookAttempt[]> = async (context, input) => {
  const { webhookId, dialect, before, limit } = input
  const { webhook } = await getWebhook(context, { webhookId, ...(dialect !== undefined && { dialect }) })
  return context.reads.webhookAttempts(webhook.tenantId, webhookId, { before, limit })
}
