import { DirectoryError, type WebhookAttempt, type WebhookFormat } from '../core/index.ts'
import { Delivery, type DeliveryOptions } from './webhook-delivery.ts'

export interface WebhookWorkerOptions extends Omit<DeliveryOptions, 'onOutcome' | 'stopping'> {
  readonly onError: (error: unknown) => void
  /** Webhooks at once. */
  readonly places: number
}

export type DeliveryCounts = Readonly<Record<WebhookAttempt['outcome'], number>>

/** What of a webhook's attempts is remembered: so many, and so long, in milliseconds. */
const [keptAttempts, keptTime] = [1000, 30 * 86_400_000]

/**
 * Delivers webhooks beside requests. Any number of processes may: each webhook is leased whole by one of them, one that dies
 * loses only its leases. A webhook whose receiver is slow holds one place, and only for its turn; those whose last attempt
 * failed have half of the places at most.
 */
export class WebhookWorker {
  readonly #options: WebhookWorkerOptions
  readonly #formats: ReadonlyMap<string, WebhookFormat>
  readonly #stopping = new AbortController()
  readonly #running = new Map<Promise<void>, boolean>()
  readonly #counts = { delivered: 0, failed: 0, 'given-up': 0 }
  #looking: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(formats: ReadonlyMap<string, WebhookFormat>, options: WebhookWorkerOptions) {
    this.#formats = formats
    this.#options = options
  }

  /** Attempts of this process so far, by what came of them. */
  get counts(): DeliveryCounts {
    return this.#counts
  }

  /** Begins whatever is due and finds a place; never twice at once. Throws nothing. */
  look(): Promise<void> {
    this.#again = true
    this.#looking ??= this.#lookWhile().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  /** Until nothing is due any more. */
  async drain(): Promise<void> {
    await this.look()
    while (this.#running.size > 0 || this.#looking !== null) {
      await Promise.all([...this.#running.keys(), this.#looking])
    }
  }

  /** Forgets old attempts. */
  async prune(): Promise<void> {
    const { queue, clock } = this.#options
    await this.#reported(() => queue.prune(keptAttempts, new Date(clock().getTime() - keptTime)))
  }

  /** Begins nothing more; an attempt that is under way for longer than `grace` milliseconds is broken off. */
  async stop(grace: number): Promise<void> {
    this.#again = false
    const timer = setTimeout(() => this.#stopping.abort(), grace)
    this.#stopped = true
    await this.#looking
    await Promise.all(this.#running.keys())
    clearTimeout(timer)
  }

  async #lookWhile(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      await this.#reported(() => this.#fill())
    }
  }

  async #fill(): Promise<void> {
    const { queue, places } = this.#options
    if (!(await queue.hasActive())) return
    await queue.sequence()
    while (this.#running.size < places && !this.#stopped) {
      if (!(await this.#begin())) return
    }
  }

  /** Gives whether there was anything to begin. */
  async #begin(): Promise<boolean> {
    const { queue, clock, places, leaseTime } = this.#options
    const failing = [...this.#running.values()].filter(Boolean).length < places / 2
    const leased = await queue.lease(clock(), { failing, milliseconds: leaseTime })
    if (leased === null) return false
    const format = this.#formats.get(leased.webhook.dialect)
    if (format === undefined) throw new Error(`No dialect ${leased.webhook.dialect} delivers webhooks.`)
    const onOutcome = (outcome: WebhookAttempt['outcome']) => {
      this.#counts[outcome] += 1
    }
    const delivery = new Delivery(leased, format, this.#stopping.signal, {
      ...this.#options,
      onOutcome,
      stopping: () => this.#stopped,
    })
    const run: Promise<void> = this.#reported(() => delivery.run()).then(() => {
      this.#running.delete(run)
      if (!this.#stopped) void this.look()
    })
    this.#running.set(run, leased.attempts > 0)
    return true
  }

  async #reported(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      // While the database is away every look fails, and the rounds tell of it already.
      if (!(error instanceof DirectoryError && error.code === 'unavailable')) this.#options.onError(error)
    }
  }
}

/** How often news is looked for, and old attempts forgotten; in milliseconds. */
export interface WebhookIntervals {
  readonly look: number
  readonly prune: number
}

/** How long attempts that are under way may hold up the end, in milliseconds. */
const grace = 3000

/** Looks every so often. Gives its end. */
export function deliverWebhooks(worker: WebhookWorker, every: WebhookIntervals): () => Promise<void> {
  const timers = [
    setInterval(() => void worker.look(), every.look),
    setInterval(() => void worker.prune(), every.prune),
  ]
  for (const timer of timers) timer.unref()
  return async () => {
    for (const timer of timers) clearInterval(timer)
    await worker.stop(grace)
  }
}
