import type pg from 'pg'
import { type Clock, createDirectory, type Directory, type Mailer, type MakeId, type Passwords } from './core/index.ts'
import { fingerprint, objectIds } from './crypto/ids.ts'
import { argonPasswords } from './crypto/passwords.ts'
import { sealerOf } from './crypto/sealer.ts'
import { type SignedTokens, signedTokens } from './crypto/signed-tokens.ts'
import { type OpenStore, openStore } from './store/index.ts'
import { type PresenceKeeper, presenceKeeper } from './worker/presence.ts'

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
}

export interface Wired {
  readonly store: OpenStore
  readonly directory: Directory
  /** Who is here; somebody must call its `flush` and `sweep` now and then. */
  readonly presence: PresenceKeeper
  /** Signs a dialect's tokens with a key that is its alone. */
  readonly signerFor: (dialect: string) => SignedTokens
}

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
  } = options
  const { makeId = objectIds(clock), passwords = argonPasswords() } = options
  const store = openStore({ connection, ensure, onError })
  const directory = createDirectory({
    store,
    clock,
    makeId,
    passwords,
    fingerprint,
    mailer,
    openRegistration,
    sealer: sealerOf(secret, previousSecret),
  })
  return {
    store,
    directory,
    presence: presenceKeeper({ directory, clock, onError }),
    signerFor: (dialect) => signedTokens(`${dialect} tokens`, secret, previousSecret),
  }
}
