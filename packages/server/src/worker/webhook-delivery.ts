import { Webhook as Signer } from 'standardwebhooks'
import type {
  Catalogue,
  Clock,
  LeasedWebhook,
  MakeId,
  Progress,
  Sealer,
  ToldEvent,
  Webhook,
  WebhookAttempt,
  WebhookFormat,
  WebhookQueue,
} from '../core/index.ts'
import type { Answer, Send } from './webhook-sender.ts'

export interface DeliveryOptions {
  readonly queue: WebhookQueue
  readonly send: Send
  /** What records are shown against; `null` for a tenant that is gone. */
  readonly catalogue: (tenantId: string) => Promise<Catalogue | null>
  readonly sealer: Sealer
  readonly clock: Clock
  readonly makeId: MakeId
  /** From 0 to 1: spreads the next attempts of many. */
  readonly random: () => number
  readonly onOutcome: (outcome: WebhookAttempt['outcome']) => void
  /** Whether nothing new is to be begun. */
  readonly stopping: () => boolean
  /** How long a lease lasts that nobody renews, and how long one attempt may take; in milliseconds. */
  readonly leaseTime: number
  readonly attemptTime: number
  /** After so many milliseconds a webhook gives its place to others. */
  readonly turn: number
}

/** One message under its id, with the body as it is signed. */
interface Outgoing {
  readonly messageId: string
  readonly type: string
  readonly body: string
  readonly event: ToldEvent | null
  readonly attempt: number
}

/**
 * Delivers what waits for one leased webhook, in order, one after the other: until nothing is left, an attempt fails, its turn
 * is over, or the lease is not ours any more.
 */
export class Delivery {
  readonly #options: DeliveryOptions
  readonly #leased: LeasedWebhook
  readonly #webhook: Webhook
  readonly #format: WebhookFormat
  readonly #secrets: readonly string[]
  readonly #stopped: AbortSignal
  /** As the store has it. */
  #stored: string
  #attempts: number
  /** By the clock that never jumps: whoever was held up for long must ask before it sends. */
  #heldUntil: number

  constructor(leased: LeasedWebhook, format: WebhookFormat, stopped: AbortSignal, options: DeliveryOptions) {
    this.#options = options
    this.#leased = leased
    this.#webhook = leased.webhook
    this.#format = format
    this.#stopped = stopped
    this.#stored = leased.cursor
    this.#attempts = leased.attempts
    this.#heldUntil = performance.now() + options.leaseTime
    this.#secrets = secretsOf(leased.webhook, options)
  }

  async run(): Promise<void> {
    const { queue, turn, stopping, clock } = this.#options
    const ends = performance.now() + turn
    const goesOn = () => performance.now() < ends && !stopping()
    const { testId, webhook, nextAttemptAt } = this.#leased
    if (testId !== null && !(await this.#test(testId))) return
    let cursor = this.#stored
    const waits = nextAttemptAt !== null && nextAttemptAt > clock()
    while (!webhook.paused && !waits && goesOn()) {
      const { events, upTo } = await queue.eventsFor(this.#leased, cursor)
      for (const event of events) {
        if (!goesOn()) break
        const outcome = await this.#tell(event)
        if (outcome === 'lost') return
        if (outcome === 'waits') return await this.#release(this.#stored)
        cursor = event.position
      }
      if (!goesOn()) break
      const done = upTo === cursor
      cursor = upTo
      if (done) break
    }
    await this.#release(cursor)
  }

  async #release(cursor: string): Promise<void> {
    await this.#options.queue.release(this.#leased, { from: this.#stored, cursor })
  }

  /** Gives whether the lease is still ours. A test is tried once. */
  async #test(messageId: string): Promise<boolean> {
    const body = this.#format.testBody(this.#webhook, this.#options.clock())
    const message: Outgoing = { messageId, type: 'webhook.test', body, event: null, attempt: 1 }
    if (!(await this.#holds())) return false
    const { at, duration, answer } = await this.#send(message)
    if (this.#stopped.aborted && answer.status === null) return await this.#giveBack()
    const outcome = answer.status !== null && this.#format.accepts(answer.status) ? 'delivered' : 'given-up'
    const { nextAttemptAt } = this.#leased
    const progress = { from: this.#stored, cursor: this.#stored, attempts: this.#attempts, nextAttemptAt }
    if (await this.#write(message, { at, duration, answer, outcome }, progress)) return true
    return await this.#giveBack()
  }

  async #giveBack(): Promise<false> {
    await this.#release(this.#stored)
    return false
  }

  async #tell(event: ToldEvent): Promise<'told' | 'waits' | 'lost'> {
    const catalogue = await this.#options.catalogue(this.#webhook.tenantId)
    if (catalogue === null || !(await this.#holds())) return 'lost'
    const message: Outgoing = {
      // The same in each attempt, and when it is told again by a replay: what a receiver knows duplicates by.
      messageId: `msg_${this.#webhook.id}_${event.id}`,
      type: event.type,
      body: this.#format.body(event, this.#webhook, catalogue),
      event,
      attempt: this.#attempts + 1,
    }
    const { at, duration, answer } = await this.#send(message)
    if (this.#stopped.aborted && answer.status === null) return 'waits'
    const { outcome, progress } = this.#judge(event, answer)
    const held = await this.#write(message, { at, duration, answer, outcome }, progress)
    this.#attempts = progress.attempts
    this.#stored = progress.cursor
    if (!held) return await this.#leave()
    return outcome === 'failed' ? 'waits' : 'told'
  }

  /** Somebody has changed the webhook, or has its lease: whichever it is, what is known here is of yesterday. */
  async #leave(): Promise<'lost'> {
    await this.#release(this.#stored)
    return 'lost'
  }

  #judge(event: ToldEvent, answer: Answer): { outcome: WebhookAttempt['outcome']; progress: Progress } {
    const { clock, random } = this.#options
    const [from, now] = [this.#stored, clock()]
    const passed = { from, cursor: event.position, attempts: 0, nextAttemptAt: null }
    if (answer.status !== null && this.#format.accepts(answer.status)) return { outcome: 'delivered', progress: passed }
    const attempts = this.#attempts + 1
    const waits = { from, cursor: from, attempts }
    if (answer.status !== null && this.#format.refusesForGood(answer.status)) {
      const pause = `The receiver answered ${answer.status}.`
      return { outcome: 'failed', progress: { ...waits, nextAttemptAt: null, pause } }
    }
    const delay = this.#format.retryAfter(attempts, now.getTime() - event.at.getTime(), random())
    if (delay === null) return { outcome: 'given-up', progress: passed }
    return { outcome: 'failed', progress: { ...waits, nextAttemptAt: new Date(now.getTime() + delay) } }
  }

  /** Whether there is time for an attempt while the lease lasts; asks for more where there isn't. */
  async #holds(): Promise<boolean> {
    const { queue, leaseTime, attemptTime } = this.#options
    const spare = leaseTime / 4
    if (performance.now() + attemptTime + spare < this.#heldUntil) return true
    const asked = performance.now()
    if (!(await queue.renew(this.#leased, leaseTime))) {
      await this.#leave()
      return false
    }
    this.#heldUntil = asked + leaseTime
    return true
  }

  async #send({ messageId, body }: Outgoing): Promise<{ at: Date; duration: number; answer: Answer }> {
    const [at, began] = [this.#options.clock(), performance.now()]
    const signatures = this.#secrets.map((secret) => new Signer(secret).sign(messageId, at, body))
    const answer = await this.#options.send(
      {
        url: this.#webhook.url,
        redirects: this.#format.redirects,
        body,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Rollcall-Webhooks',
          'webhook-id': messageId,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': signatures.join(' '),
        },
      },
      this.#stopped,
    )
    return { at, duration: Math.round(performance.now() - began), answer }
  }

  async #write(
    { messageId, type, event, attempt }: Outgoing,
    {
      at,
      duration,
      answer,
      outcome,
    }: { at: Date; duration: number; answer: Answer; outcome: WebhookAttempt['outcome'] },
    progress: Progress,
  ): Promise<boolean> {
    const { queue, makeId, onOutcome, leaseTime } = this.#options
    const asked = performance.now()
    const { status, response, error } = answer
    const ids = { id: makeId(), messageId, eventId: event?.id ?? null, position: event?.position ?? null }
    const held = await queue.record(
      this.#leased,
      { ...ids, type, attempt, at, duration, outcome, status, response, error },
      progress,
      leaseTime,
    )
    if (held) this.#heldUntil = asked + leaseTime
    onOutcome(outcome)
    return held
  }
}

/** The present secret, and the one before it while it overlaps. One that none of our keys opens signs nothing. */
function secretsOf(webhook: Webhook, { sealer, clock }: DeliveryOptions): string[] {
  const overlaps = webhook.previousUntil !== null && webhook.previousUntil > clock()
  const sealed = [webhook.secret, ...(overlaps && webhook.previousSecret !== null ? [webhook.previousSecret] : [])]
  return sealed.flatMap((text) => sealer.open(text) ?? [])
}
