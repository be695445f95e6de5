import type { Catalogue } from './catalogue.ts'
import type { ToldEvent, Webhook } from './webhook.ts'

/** How the webhooks of one platform are spoken to, and what their answers mean: each dialect that has webhooks gives one. */
export interface WebhookFormat {
  /** The JSON text of an event, the same for each attempt as far as the catalogue is. No secrets are in what it is given. */
  body(event: ToldEvent, webhook: Webhook, catalogue: Catalogue): string
  testBody(webhook: Webhook, at: Date): string
  accepts(status: number): boolean
  /** Whether the receiver wants nothing any more: its webhook is paused. */
  refusesForGood(status: number): boolean
  /** How many redirects that keep method and body are followed. */
  readonly redirects: number
  /**
   * After how many milliseconds another attempt is made of an event that is `age` milliseconds old; `null`: it is given up.
   * `random` is from 0 to 1.
   */
  retryAfter(attempts: number, age: number, random: number): number | null
}
