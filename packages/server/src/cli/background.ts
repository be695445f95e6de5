import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config.ts'
import { webhookFormats } from '../dialects/index.ts'
import { retryMail } from '../worker/mail-retry.ts'
import { keepPresence } from '../worker/presence.ts'
import { deliverWebhooks, type WebhookWorker } from '../worker/webhooks.ts'
import type { Session } from './session.ts'

/** How often mail that was refused is looked at, in milliseconds. */
const mailInterval = 30_000

/** How often who was seen is written down, and who has gone is looked for, in milliseconds. */
const presenceIntervals = { flush: 1000, sweep: 5000 }

/** How often webhooks are looked at, and their old attempts forgotten, in milliseconds. */
const webhookIntervals = { look: 500, prune: 600_000 }

export interface Background {
  readonly webhooks: WebhookWorker
  /** Ends what is under way in order. */
  stop(): Promise<void>
}

/** Begins what runs beside requests: webhooks, mail that is owed, presence. Several processes may do so at once. */
export function startBackground(
  { directory, presence, webhookWorker }: Session,
  config: Config,
  log: FastifyBaseLogger,
): Background {
  const webhooks = webhookWorker(webhookFormats({ maxAge: config.webhookMaxAgeHours * 3_600_000 }))
  const stopMail = retryMail(mailInterval, {
    directory,
    onGivenUp: (userId) => log.warn({ userId }, 'the welcome mail of a new user was given up'),
    onError: (error) => log.error({ err: error }, 'mail could not be retried'),
  })
  const stopPresence = keepPresence(presence, presenceIntervals)
  const stopWebhooks = deliverWebhooks(webhooks, webhookIntervals)
  return {
    webhooks,
    stop: async () => {
      await Promise.all([stopWebhooks(), stopMail(), stopPresence()])
    },
  }
}

/** What a server does that leaves the rest to workers: only it knows who was seen. */
export const startSightings = ({ presence }: Session): Pick<Background, 'stop'> => ({
  stop: keepPresence({ ...presence, sweep: async () => {} }, presenceIntervals),
})
