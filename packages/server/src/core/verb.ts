import type { DirectoryEvent } from './events.ts'
import type { Actor } from './policy.ts'
import type { Clock, Fingerprint, Mailer, MakeId, Passwords, Reads, Sealer, Tx } from './ports.ts'
import type { DeliveryTargets } from './webhook.ts'

/** What core needs from outside; all that is not decided by its inputs comes in here. */
export interface Surroundings {
  readonly reads: Reads
  readonly clock: Clock
  readonly makeId: MakeId
  readonly passwords: Passwords
  readonly fingerprint: Fingerprint
  readonly mailer: Mailer
  readonly sealer: Sealer
  /** Where webhooks may lead. */
  readonly targets: DeliveryTargets
  /** Whether strangers may register themselves where a tenant has not decided. */
  readonly openRegistration: boolean
}

/** A transaction's outcome: what the caller gets, and what happened. */
export interface Outcome<T> {
  readonly result: T
  readonly events: readonly DirectoryEvent[]
}

export interface VerbContext extends Surroundings {
  readonly actor: Actor
  /** Runs a change in one transaction and appends its events to it. */
  transact<T>(change: (tx: Tx, now: Date) => Promise<Outcome<T>>): Promise<T>
}

/** One thing that the directory can do. Rights are checked inside, where the data is read. */
export type Verb<Input, Result> = (context: VerbContext, input: Input) => Promise<Result>
