import type { RelationField, User } from './user.ts'

/** Reads about many users, each in one statement or two and fresh: nothing of it comes from a cache. */
export interface BulkReads {
  /** Whoever has one of these uids or addresses, whole. */
  usersByHandles(
    tenantId: string,
    handles: { readonly uids: readonly string[]; readonly emails: readonly string[] },
  ): Promise<User[]>
  /** The ids behind names, each a uid, an address or an id; those of nobody are left out. Addresses are in lower case. */
  userIdsByNames(tenantId: string, names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** The uids behind ids. */
  uidsOf(tenantId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Those of these usernames that somebody has, all in lower case. */
  usernamesTaken(tenantId: string, usernames: readonly string[]): Promise<ReadonlySet<string>>
}

export interface UserUpdate {
  readonly before: User
  readonly after: User
}

/** One of a user's hierarchy lists as it is to be. */
export interface RelationList {
  readonly userId: string
  readonly field: RelationField
  readonly ids: readonly string[]
}

/** Writes of many users, each in a few statements however many there are. */
export interface BulkWrites {
  /** Users that are there; relations and passwords are not part of it. */
  updateMany(tenantId: string, updates: readonly UserUpdate[]): Promise<void>
  /** Replaces lists, as `relate` does one; each user's list of one kind at most once. To be called under `lockHierarchy`. */
  relateMany(tenantId: string, lists: readonly RelationList[]): Promise<void>
}
