import type { BulkReads, BulkWrites } from './bulk-ports.ts'
import type { AccessRole, Catalogue, JobTitle, PasswordRules, Tenant } from './catalogue.ts'
import type { Credential } from './credential.ts'
import type { DirectoryEvent } from './events.ts'
import type { UserFilter } from './filter.ts'
import type { Page, PageRequest, SortKey } from './page.ts'
import type { Actor, Basis } from './policy.ts'
import type { RelationField, User } from './user.ts'
import type { WebhookReads, WebhookWrites } from './webhook-ports.ts'

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

/** What a user can be found by beside its id: an address, a username or a uid, in lower case. */
export type Handle = { readonly email: string } | { readonly username: string } | { readonly uid: string }

export const statuses = ['online', 'away', 'busy', 'offline'] as const
export type Status = (typeof statuses)[number]

/** Who has none is offline. */
export interface PresenceState {
  readonly status: Status
  /** What the user chose, where it did. */
  readonly statusDefault: Status | null
  readonly lastSeenAt: Date | null
}

/** When a viewer blocked somebody, and when that one blocked the viewer. */
export interface Blocks {
  readonly byViewer: Date | null
  readonly byOther: Date | null
}

/** Who changed between two moments of the database. */
export interface ChangedUsers {
  /** In id order. */
  readonly ids: readonly string[]
  readonly more: boolean
}

/** Encrypts what an API must be able to show again; `open` gives `null` for what none of our keys sealed. */
export interface Sealer {
  seal(text: string): string
  open(sealed: string): string | null
}

export interface AvatarImage {
  readonly mediaType: string
  readonly image: Buffer
}

export interface UserBatch {
  readonly users: readonly User[]
  readonly presences: ReadonlyMap<string, PresenceState>
}

export interface UserQuery extends PageRequest {
  readonly filter: UserFilter
  readonly order: readonly SortKey[]
  /** Users to pass by on top of the offset; the total counts them. */
  readonly without?: readonly string[]
}

/** Credentials of one user. */
export interface CredentialChoice {
  readonly kinds: readonly Credential['kind'][]
  /** Only this dialect's. */
  readonly dialect?: string
  /** The one that stays. */
  readonly spare?: string | null
}

/** Reads. What is read after `round()` resolved is as fresh as a query sent when `round()` was called. */
export interface Reads extends BulkReads, WebhookReads {
  /** Throws `unavailable` when the database does not answer. */
  round(): Promise<void>
  /** `verify` is asked before a credential is remembered; one that fails it is none. */
  credential(fingerprint: string, verify: () => Promise<boolean>): Promise<Credential | null>
  catalogue(tenantId: string): Promise<Catalogue | null>
  user(tenantId: string, id: string): Promise<User | null>
  users(tenantId: string, query: UserQuery): Promise<Page<User>>
  userByHandle(tenantId: string, handle: Handle): Promise<User | null>
  /** Every match in one state of the directory, in batches; with everybody's presence. A reader is at one of these at a time. */
  everyUser(
    tenantId: string,
    query: Omit<UserQuery, 'limit' | 'total' | 'without'>,
    reader: string,
  ): AsyncIterable<UserBatch>
  /** Those of these users who are not plainly offline. */
  presences(tenantId: string, users: readonly { readonly id: string }[]): Promise<ReadonlyMap<string, PresenceState>>
  /** Whose presence changed after this moment, or who is not offline now: their ids, by id, at most so many. */
  present(tenantId: string, changedAfter: Date | null, most: number): Promise<string[]>
  /** Of one viewer and these users; those with no block between them are left out. */
  blocks(tenantId: string, viewerId: string, ids: readonly string[]): Promise<ReadonlyMap<string, Blocks>>
  /** A name of the database's present state, for `changedUsers`. */
  moment(): Promise<string>
  /**
   * Users whose changes became visible after one moment and were visible at the other, from an id on. Throws `invalid_input`
   * (`cursor`) for a text that is no moment of this database.
   */
  changedUsers(
    tenantId: string,
    between: { readonly after: string; readonly until: string; readonly fromId: string | null },
    limit: number,
  ): Promise<ChangedUsers>
  avatar(tenantId: string, userId: string): Promise<AvatarImage | null>
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
  readonly users: BulkWrites & {
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
    /** `null` removes it. */
    setAvatar(tenantId: string, userId: string, avatar: AvatarImage | null): Promise<void>
    setPasswordHash(tenantId: string, userId: string, hash: string): Promise<void>
    passwordHash(tenantId: string, userId: string): Promise<string | null>
  }
  readonly credentials: {
    insert(credential: Credential, fingerprint: string): Promise<void>
    lock(tenantId: string, id: string): Promise<Credential | null>
    /** Held likewise; by what the token is found by. */
    lockByFingerprint(tenantId: string, fingerprint: string): Promise<Credential | null>
    update(credential: Credential): Promise<void>
    /** All but the newest of a user's, of one kind and dialect. */
    deleteOldest(tenantId: string, userId: string, which: CredentialChoice, keep: number): Promise<void>
    /** What the rights of a credential's user follow from; `null` when it is gone, or the user is gone or deactivated. */
    basisOf(tenantId: string, id: string): Promise<Basis | null>
    delete(tenantId: string, id: string): Promise<void>
    /** Rows that no check lets through any more: nothing becomes stale by it. */
    deleteExpired(tenantId: string, userId: string, now: Date): Promise<void>
    /** Gives how many there were. */
    deleteOf(tenantId: string, userId: string, which: CredentialChoice): Promise<number>
    /** A user's personal token by its name, held until the transaction ends. */
    lockNamed(tenantId: string, userId: string, dialect: string, name: string): Promise<Credential | null>
  }
  readonly catalogue: {
    insertTenant(tenant: Tenant): Promise<void>
    lockTenant(tenantId: string): Promise<Tenant | null>
    updateTenant(tenant: Tenant): Promise<void>
    lockRole(tenantId: string, id: string): Promise<AccessRole | null>
    insertRole(tenantId: string, role: AccessRole): Promise<void>
    updateRole(tenantId: string, role: AccessRole): Promise<void>
    /** Whether an active or inactive role has this name or code, in any case. */
    hasRoleNamed(tenantId: string, name: string): Promise<boolean>
    /** How many users hold the role themselves, and how many job titles lend it. */
    holdersOf(tenantId: string, roleId: string): Promise<number>
    deleteRole(tenantId: string, id: string): Promise<void>
    lockJobTitle(tenantId: string, id: string): Promise<JobTitle | null>
    insertJobTitle(tenantId: string, title: JobTitle): Promise<void>
    updateJobTitle(tenantId: string, title: JobTitle): Promise<void>
  }
  readonly links: {
    /** Gives those that are new. */
    block(tenantId: string, userId: string, ids: readonly string[], at: Date): Promise<string[]>
    /** Gives those that were there. */
    unblock(tenantId: string, userId: string, ids: readonly string[]): Promise<string[]>
    /** Both sides; gives those that are new. */
    befriend(tenantId: string, userId: string, ids: readonly string[], at: Date): Promise<string[]>
    unfriend(tenantId: string, userId: string, ids: readonly string[]): Promise<string[]>
    /** How many friends the one of these users has who has most. */
    mostFriends(tenantId: string, ids: readonly string[]): Promise<number>
  }
  readonly presence: {
    /** Of people who were seen: whoever chose no status is online from then on. */
    seen(people: readonly { readonly tenantId: string; readonly userId: string; readonly at: Date }[]): Promise<void>
    /** Whoever chose no status and was last seen before this moment goes offline. */
    fade(before: Date, now: Date): Promise<void>
    /** Moves no revision: presence is read where it is kept. */
    set(tenantId: string, userId: string, presence: PresenceState, now: Date): Promise<void>
    clear(tenantId: string, userId: string, now: Date): Promise<void>
  }
  readonly mails: {
    owe(tenantId: string, userId: string, now: Date): Promise<void>
    /** Counts a try and keeps others from it until then; `null` when nothing is owed, or not yet. */
    claim(tenantId: string, userId: string, now: Date, until: Date): Promise<OwedMail | null>
    delay(tenantId: string, userId: string, until: Date, reason: string): Promise<void>
    settle(tenantId: string, userId: string): Promise<void>
  }
  readonly webhooks: WebhookWrites
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
