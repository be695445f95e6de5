import type { ToldEvent, Webhook, WebhookAttempt, WebhookReading } from './webhook.ts'

export interface WebhookReads {
  /** In order of creation, of one dialect or all. */
  webhooks(tenantId: string, of: { readonly dialect?: string }): Promise<WebhookReading[]>
  webhook(tenantId: string, id: string): Promise<WebhookReading | null>
  /** The latest first, from before an attempt on. */
  webhookAttempts(
    tenantId: string,
    id: string,
    page: { readonly before: string | null; readonly limit: number },
  ): Promise<WebhookAttempt[]>
}

export interface WebhookWrites {
  /** It begins behind the last event there is. */
  insert(webhook: Webhook): Promise<void>
  /** Held until the transaction ends. */
  lock(tenantId: string, id: string): Promise<Webhook | null>
  /** A delivery that is under way is finished by what was; whatever comes after it goes by this. */
  update(webhook: Webhook): Promise<void>
  delete(tenantId: string, id: string): Promise<void>
  count(tenantId: string): Promise<number>
  /** Makes the next delivery the first event after this position; `null`: after the last there is. Forgets failures. */
  moveTo(tenantId: string, id: string, position: string | null): Promise<void>
  /** Asks for a test message under this id, before anything else. */
  askTest(tenantId: string, id: string, testId: string): Promise<void>
}

/** A webhook that this worker alone delivers, until its lease ends. */
export interface LeasedWebhook {
  readonly webhook: Webhook
  /** Names the lease. */
  readonly lease: string
  readonly cursor: string
  /** Of the next event so far. */
  readonly attempts: number
  /** When another may be made; `null` when nothing holds it up. */
  readonly nextAttemptAt: Date | null
  readonly testId: string | null
}

/** What becomes of a webhook by an attempt. */
export interface Progress {
  /** The cursor before it: where somebody has moved that meanwhile, it stays where it was moved to. */
  readonly from: string
  readonly cursor: string
  readonly attempts: number
  readonly nextAttemptAt: Date | null
  /** Pauses it, for this reason. */
  readonly pause?: string
}

/** What the worker asks of the store. What is written counts only while the lease is held. */
export interface WebhookQueue {
  /** Whether anybody wants to be told of anything. */
  hasActive(): Promise<boolean>
  /** Gives every visible event its position. */
  sequence(): Promise<void>
  /**
   * The webhook that has waited longest of those that have something to deliver by now, for so many milliseconds; those whose
   * last attempt failed only where `failing`.
   */
  lease(now: Date, choice: { readonly failing: boolean; readonly milliseconds: number }): Promise<LeasedWebhook | null>
  /** The next events for it in order, and the position up to which there are no others. */
  eventsFor(leased: LeasedWebhook, cursor: string): Promise<{ readonly events: ToldEvent[]; readonly upTo: string }>
  /** Gives whether the lease is still held, and nobody has changed the webhook meanwhile. */
  renew(leased: LeasedWebhook, milliseconds: number): Promise<boolean>
  /** Writes an attempt down with what follows of it, and renews the lease; answers as `renew` does. */
  record(leased: LeasedWebhook, attempt: WebhookAttempt, progress: Progress, milliseconds: number): Promise<boolean>
  /** Gives the lease up, with the cursor moved past events that it is not told of. */
  release(leased: LeasedWebhook, moved: Pick<Progress, 'from' | 'cursor'>): Promise<void>
  /** Forgets attempts beyond the newest so many of each webhook, and those before this moment. */
  prune(newest: number, before: Date): Promise<void>
  /** How long ago the oldest event happened that an active webhook has not been told of, in seconds. */
  lag(now: Date): Promise<number>
  /** Up to where events are needed no more, by tenant; a tenant without webhooks is not among them. */
  oldestNeeded(): Promise<ReadonlyMap<string, string>>
}
