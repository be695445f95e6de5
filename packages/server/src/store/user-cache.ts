import { LRUCache } from 'lru-cache'
import type { Handle, PresenceState, User } from '../core/index.ts'
import type { FreshCache } from './fresh-cache.ts'
import type { Querying } from './lanes.ts'
import { type PresenceRow, presencesByRow, presencesOf } from './presences.ts'
import type { Statement } from './statement.ts'
import { cachedUserOf, type ReadingRow, readingBy, readingsByIds } from './user-readings.ts'

/** A user with the tenant it was read in and whether it is here: the cache's own record of it. */
export interface CachedUser {
  readonly tenantId: string
  readonly user: User
  /** `null`: was never here. */
  readonly presence: PresenceState | null
}

/** Handles are only a hint of whose they may be; a user's own record tells. */
const mostHints = 10_000

/** Users of one statement: reading a thousand held up the event loop for 90 ms. */
const mostAtOnce = 100

const keyOf = (tenantId: string, id: string) => `${tenantId}/${id}`
const hintOf = (tenantId: string, handle: Handle) => `${tenantId}/${JSON.stringify(handle)}`
const has = (user: User, handle: Handle): boolean =>
  'uid' in handle
    ? user.uid === handle.uid
    : 'email' in handle
      ? user.email === handle.email
      : user.username.toLowerCase() === handle.username

/** Users one by one: from the cache that the last round proved, else by one statement. */
export class UserCache {
  readonly #lanes: Querying
  readonly #users: FreshCache<CachedUser>
  readonly #hints = new LRUCache<string, string>({ max: mostHints })

  constructor(lanes: Querying, users: FreshCache<CachedUser>) {
    this.#lanes = lanes
    this.#users = users
  }

  known(tenantId: string, id: string): CachedUser | undefined {
    return this.#users.get(keyOf(tenantId, id))
  }

  async byId(tenantId: string, id: string): Promise<User | null> {
    const cached = this.known(tenantId, id)
    if (cached !== undefined) return cached.user
    const [found] = await this.byIds(tenantId, [id])
    return found?.user ?? null
  }

  async byIds(tenantId: string, ids: readonly string[]): Promise<CachedUser[]> {
    if (ids.length <= mostAtOnce) return this.#fetch(readingsByIds(tenantId, ids))
    const found: CachedUser[] = []
    for (let at = 0; at < ids.length; at += mostAtOnce)
      found.push(...(await this.#fetch(readingsByIds(tenantId, ids.slice(at, at + mostAtOnce)))))
    return found
  }

  /** Whoever has this handle; no two users of a tenant have one. */
  async byHandle(tenantId: string, handle: Handle): Promise<User | null> {
    const hint = hintOf(tenantId, handle)
    const id = this.#hints.get(hint)
    const cached = id === undefined ? undefined : this.known(tenantId, id)
    if (cached !== undefined && has(cached.user, handle)) return cached.user
    const [found] = await this.#fetch(readingBy(tenantId, handle))
    if (found === undefined) return null
    this.#hints.set(hint, found.user.id)
    return found.user
  }

  /** Of these users, those who are or were here. */
  async presences(tenantId: string, people: readonly { readonly id: string }[]): Promise<Map<string, PresenceState>> {
    const presences = new Map<string, PresenceState>()
    const unknown: string[] = []
    for (const { id } of people) {
      const cached = this.known(tenantId, id)
      if (cached === undefined) unknown.push(id)
      else if (cached.presence !== null) presences.set(id, cached.presence)
    }
    if (unknown.length === 0) return presences
    const rows = await this.#lanes.query<PresenceRow>(presencesOf(tenantId, unknown))
    for (const [id, presence] of presencesByRow(rows)) presences.set(id, presence)
    return presences
  }

  #fetch(statement: Statement): Promise<CachedUser[]> {
    return this.#users.fetch(
      async () => (await this.#lanes.query<ReadingRow>(statement)).map(cachedUserOf),
      (found) => found.map((cached) => [keyOf(cached.tenantId, cached.user.id), cached]),
    )
  }
}
