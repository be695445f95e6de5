import { LRUCache } from 'lru-cache'
import type { Handle, PresenceState, User } from '../core/index.ts'
import type { FreshCache } from './fresh-cache.ts'
import { Gathering } from './gathering.ts'
import type { Querying } from './lanes.ts'
import { type PresenceRow, presencesByRow, presencesOf } from './presences.ts'
import type { Statement } from './statement.ts'
import { cachedUserOf, type ReadingRow, readingsBy, type UserKey } from './user-readings.ts'

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

/** Which kind of handle, and which one. */
function named(handle: Handle): readonly [key: UserKey, value: string] {
  if ('uid' in handle) return ['uid', handle.uid]
  return 'email' in handle ? ['email', handle.email] : ['username', handle.username]
}
const keyValue = (user: User, key: UserKey): string => (key === 'username' ? user.username.toLowerCase() : user[key])

/** Users one by one: from the cache that the last round proved, else by one statement for all who are asked for at once. */
export class UserCache {
  readonly #lanes: Querying
  readonly #users: FreshCache<CachedUser>
  readonly #hints = new LRUCache<string, string>({ max: mostHints })
  readonly #gathering: Record<UserKey, Gathering<CachedUser>>

  constructor(lanes: Querying, users: FreshCache<CachedUser>) {
    this.#lanes = lanes
    this.#users = users
    const by = (key: UserKey) =>
      new Gathering<CachedUser>({
        most: mostAtOnce,
        fetch: async (tenantId, values) => {
          const found = await this.#fetch(readingsBy(tenantId, key, values), lanes)
          return found.map((cached) => [keyValue(cached.user, key), cached])
        },
      })
    this.#gathering = { id: by('id'), uid: by('uid'), email: by('email'), username: by('username') }
  }

  known(tenantId: string, id: string): CachedUser | undefined {
    return this.#users.get(keyOf(tenantId, id))
  }

  async byId(tenantId: string, id: string): Promise<User | null> {
    const cached = this.known(tenantId, id) ?? (await this.#gathering.id.read(tenantId, id))
    return cached?.user ?? null
  }

  /** `road`: what many are fetched over, so that nobody waits behind them. */
  async byIds(tenantId: string, ids: readonly string[], road = this.#lanes): Promise<CachedUser[]> {
    if (ids.length <= mostAtOnce) return this.#fetch(readingsBy(tenantId, 'id', ids), road)
    const found: CachedUser[] = []
    for (let at = 0; at < ids.length; at += mostAtOnce)
      found.push(...(await this.#fetch(readingsBy(tenantId, 'id', ids.slice(at, at + mostAtOnce)), road)))
    return found
  }

  /** Whoever has this handle; no two users of a tenant have one. */
  async byHandle(tenantId: string, handle: Handle): Promise<User | null> {
    const [key, value] = named(handle)
    const hint = `${tenantId}/${key}/${value}`
    const id = this.#hints.get(hint)
    const cached = id === undefined ? undefined : this.known(tenantId, id)
    if (cached !== undefined && keyValue(cached.user, key) === value) return cached.user
    const found = await this.#gathering[key].read(tenantId, value)
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

  #fetch(statement: Statement, road: Querying): Promise<CachedUser[]> {
    return this.#users.fetch(
      async () => (await road.query<ReadingRow>(statement)).map(cachedUserOf),
      (found) => found.map((cached) => [keyOf(cached.tenantId, cached.user.id), cached]),
    )
  }
}
