import type pg from 'pg'
import {
  type Clock,
  createDirectory,
  type Directory,
  type Mailer,
  type MakeId,
  type Passwords,
  type WebhookFormat,
} from './core/index.ts'
import { fingerprint, objectIds } from './crypto/ids.ts'
import { argonPasswords } from './crypto/passwords.ts'
import { sealerOf } from './crypto/sealer.ts'
import { type SignedTokens, signedTokens } from './crypto/signed-tokens.ts'
import { type OpenStore, openStore } from './store/index.ts'
import { type PresenceKeeper, presenceKeeper } from './worker/presence.ts'
import { publicNames } from './worker/public-names.ts'
import { type Resolve, SafeTargets } from './worker/safe-target.ts'
import { webhookSender } from './worker/webhook-sender.ts'
import { WebhookWorker } from './worker/webhooks.ts'

export interface WireOptions {
  readonly connection: pg.ClientConfig
  readonly ensure?: () => Promise<void>
  readonly secret: string
  readonly previousSecret: string | null
  readonly onError: (error: unknown) => void
  /** Tests bring their own; both are the machine's otherwise. */
  readonly clock?: Clock
  readonly makeId?: MakeId
  readonly passwords?: Passwords
  readonly mailer: Mailer
  /** Whether strangers may register themselves where a tenant has not decided. */
  readonly openRegistration?: boolean
  readonly webhooks?: WebhookWiring
}

/** Of deliveries; in milliseconds. What is absent is as docs/webhooks.md says. */
export interface WebhookWiring {
  /** Hosts, addresses and blocks that are reached although they are not public. */
  readonly allow?: readonly string[]
  /** Tests bring their own. */
  readonly resolve?: Resolve
  readonly random?: () => number
  readonly attemptTime?: number
  readonly leaseTime?: number
}

export interface Wired {
  readonly store: OpenStore
  readonly directory: Directory
  /** Who is here; somebody must call its `flush` and `sweep` now and then. */
  readonly presence: PresenceKeeper
  /** Delivers webhooks in these dialects' forms; somebody must call its `look` now and then. */
  readonly webhookWorker: (formats: ReadonlyMap<string, WebhookFormat>) => WebhookWorker
  /** Signs a dialect's tokens with a key that is its alone. */
  readonly signerFor: (dialect: string) => SignedTokens
}

/** Of an attempt to deliver, in milliseconds; a lease is twice that, so that it covers an attempt with what is written of it. */
const longestAttempt = 10_000
/** Webhooks that one process delivers at once: a connection and some events of memory each. */
const webhookPlaces = 64

const presentMoment: Clock = () => new Date()

/** Puts the house together over a migrated database: the only place that constructs. */
export function wire(options: WireOptions): Wired {
  const {
    mailer,
    openRegistration = false,
    connection,
    ensure = async () => {},
    secret,
    previousSecret,
    onError,
    clock = presentMoment,
    webhooks = {},
  } = options
  const { makeId = objectIds(clock), passwords = argonPasswords() } = options
  const store = openStore({ connection, ensure, onError })
  const sealer = sealerOf(secret, previousSecret)
  const targets = new SafeTargets({ allow: webhooks.allow ?? [], resolve: webhooks.resolve ?? publicNames() })
  const directory = createDirectory({
    store,
    clock,
    makeId,
    passwords,
    fingerprint,
    mailer,
    openRegistration,
    sealer,
    targets,
  })
  return {
    store,
    directory,
    presence: presenceKeeper({ directory, clock, onError }),
    webhookWorker: (formats) => {
      const { attemptTime = longestAttempt, leaseTime = 2 * longestAttempt, random = Math.random } = webhooks
      return new WebhookWorker(formats, {
        queue: store.webhooks,
        send: webhookSender({ targets, timeLimit: attemptTime }),
        catalogue: async (tenantId) => {
          await store.reads.round()
          return store.reads.catalogue(tenantId)
        },
        ...{ sealer, clock, makeId, random, onError, attemptTime, leaseTime },
        turn: longestAttempt / 2,
        places: webhookPlaces,
      })
    },
    signerFor: (dialect) => signedTokens(`${dialect} tokens`, secret, previousSecret),
  }
}
