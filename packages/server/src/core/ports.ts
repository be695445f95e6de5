import type { AccessRole, Catalogue, JobTitle, PasswordRules, Tenant } from './catalogue.ts'
import type { Credential } from './credential.ts'
import type { DirectoryEvent } from './events.ts'
import type { UserFilter } from './filter.ts'
import type { Direction, Page, PageRequest } from './page.ts'
import type { Actor, Basis } from './policy.ts'
import type { RelationField, User } from './user.ts'

/** The present moment, in whole milliseconds. */
export type Clock = () => Date

/** Makes 24 hex digits that no other call has made. */
export type MakeId = () => string

/** Slow on purpose, off the event loop, and bounded: throws `overloaded` when too many wait. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** With `null` (nobody has this address) it takes as long, and says no. */
  verify(hash: string | null, password: string): Promise<boolean>
  /** How hard it is to guess, from 0 to 4, for somebody who knows these texts about its owner. */
  strength(password: string, inputs: readonly string[]): Promise<number>
  /** One that nobody has thought of, and that meets these rules. */
  make(rules: PasswordRules | null): string
}

/** SHA-256 of a presented token, in hex: what tokens are found by. */
export type Fingerprint = (token: string) => string

/** Takes a message to whoever delivers it; throws when it was not taken. */
export interface Mailer {
  send(mail: { readonly to: string; readonly subject: string; readonly text: string }): Promise<void>
}

/** A welcome that a new user has not got yet. */
export interface OwedMail {
  readonly userId: string
  /** Tries so far, the present one included. */
  readonly attempts: number
}

export interface UserQuery extends PageRequest {
  readonly filter: UserFilter
  readonly direction: Direction
  /** Users to pass by on top of the offset; the total counts them. */
  readonly without?: readonly string[]
}

/** Reads. What is read after `round()` resolved is as fresh as a query sent when `round()` was called. */
export interface Reads {
  /** Throws `unavailable` when the database does not answer. */
  round(): Promise<void>
  /** `verify` is asked before a credential is remembered; one that fails it is none. */
  credential(fingerprint: string, verify: () => Promise<boolean>): Promise<Credential | null>
  catalogue(tenantId: string): Promise<Catalogue | null>
  user(tenantId: string, id: string): Promise<User | null>
  users(tenantId: string, query: UserQuery): Promise<Page<User>>
  userByEmail(tenantId: string, email: string): Promise<User | null>
  passwordHash(tenantId: string, userId: string): Promise<string | null>
  tenantByAppId(appId: string): Promise<Tenant | null>
  tenants(): Promise<Tenant[]>
  /** Some of the mail that is due by now. */
  mailsDue(tenantId: string, now: Date): Promise<OwedMail[]>
  /** In order of creation. */
  credentials(tenantId: string, of: { userId?: string; dialect: string }): Promise<Credential[]>
}

/**
 * Writes of one transaction. Each tells by itself which cached values it makes stale, so that no verb has to.
 * Unique values that are taken become `value_taken` with their field.
 */
export interface Tx {
  readonly users: {
    /** Held until the transaction ends; rows are locked in id order. Unknown ids are left out. */
    lock(tenantId: string, ids: readonly string[]): Promise<User[]>
    /** Serialises changes of the tenant's hierarchy; to be called before users are locked. */
    lockHierarchy(tenantId: string): Promise<void>
    /** Serialises what may remove administrators, and counts the holders of a role but this user who are active and not read-only. */
    lockOtherHolders(tenantId: string, roleId: string, userId: string): Promise<number>
    /** Takes the first username that is free; gives the user as it was written. */
    insert(tenantId: string, user: User, usernames: readonly string[]): Promise<User>
    /** Writes complete records together, fast. Whoever's id is there already is left out; gives those that were written. */
    insertMany(tenantId: string, users: readonly User[]): Promise<User[]>
    update(tenantId: string, before: User, after: User): Promise<void>
    delete(tenantId: string, user: User): Promise<void>
    /** Replaces one side's list; the other side follows, and its users' revisions move. */
    relate(tenantId: string, userId: string, field: RelationField, ids: readonly string[]): Promise<void>
    setPasswordHash(tenantId: string, userId: string, hash: string): Promise<void>
    passwordHash(tenantId: string, userId: string): Promise<string | null>
  }
  readonly credentials: {
    insert(credential: Credential, fingerprint: string): Promise<void>
    lock(tenantId: string, id: string): Promise<Credential | null>
    /** What the rights of a credential's user follow from; `null` when it is gone, or the user is gone or deactivated. */
    basisOf(tenantId: string, id: string): Promise<Basis | null>
    delete(tenantId: string, id: string): Promise<void>
    /** Rows that no check lets through any more: nothing becomes stale by it. */
    deleteExpired(tenantId: string, userId: string, now: Date): Promise<void>
    /** Those of one user and of these kinds, but the one that is spared. */
    deleteOf(
      tenantId: string,
      userId: string,
      kinds: readonly Credential['kind'][],
      spare: string | null,
    ): Promise<void>
  }
  readonly catalogue: {
    insertTenant(tenant: Tenant): Promise<void>
    lockTenant(tenantId: string): Promise<Tenant | null>
    updateTenant(tenant: Tenant): Promise<void>
    lockRole(tenantId: string, id: string): Promise<AccessRole | null>
    insertRole(tenantId: string, role: AccessRole): Promise<void>
    updateRole(tenantId: string, role: AccessRole): Promise<void>
    lockJobTitle(tenantId: string, id: string): Promise<JobTitle | null>
    insertJobTitle(tenantId: string, title: JobTitle): Promise<void>
    updateJobTitle(tenantId: string, title: JobTitle): Promise<void>
  }
  readonly mails: {
    owe(tenantId: string, userId: string, now: Date): Promise<void>
    /** Counts a try and keeps others from it until then; `null` when nothing is owed, or not yet. */
    claim(tenantId: string, userId: string, now: Date, until: Date): Promise<OwedMail | null>
    delay(tenantId: string, userId: string, until: Date, reason: string): Promise<void>
    settle(tenantId: string, userId: string): Promise<void>
  }
  readonly events: {
    append(actor: Actor, at: Date, events: readonly DirectoryEvent[]): Promise<void>
    /** Blanks the personal values of an erased user in all earlier events. */
    blank(tenantId: string, subjectId: string): Promise<void>
  }
}

export interface Store {
  readonly reads: Reads
  /** All or nothing. Deadlocks and serialisation failures are tried again, so the work may run more than once. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}
