import type { BulkReads } from '../core/index.ts'
import type { Querying } from './lanes.ts'
import type { UserCache } from './user-cache.ts'

/** Reads about many users over the slow pool: nobody waits behind them. */
export const bulkReads = (slow: Querying, users: UserCache): BulkReads => ({
  usersByHandles: async (tenantId, { uids, emails }) => {
    const rows = await slow.query<{ id: string }>({
      text: `
        select id from users where tenant_id = $1 and uid = any($2)
        union select id from users where tenant_id = $1 and email = any($3)`,
      values: [tenantId, uids, emails],
    })
    if (rows.length === 0) return []
    const found = await users.byIds(
      tenantId,
      rows.map(({ id }) => id),
    )
    return found.map(({ user }) => user)
  },

  userIdsByNames: async (tenantId, names) => {
    // What stands last wins: nobody can take another's uid or address by having it for an id.
    const rows = await slow.query<{ name: string; id: string }>({
      text: `
        select id as name, id, 1 as place from users where tenant_id = $1 and id = any($2)
        union all select email, id, 2 from users where tenant_id = $1 and email = any($2)
        union all select uid, id, 3 from users where tenant_id = $1 and uid = any($2) order by place`,
      values: [tenantId, names],
    })
    return new Map(rows.map(({ name, id }) => [name, id]))
  },

  uidsOf: async (tenantId, ids) => {
    const rows = await slow.query<{ id: string; uid: string }>({
      text: 'select id, uid from users where tenant_id = $1 and id = any($2)',
      values: [tenantId, ids],
    })
    return new Map(rows.map(({ id, uid }) => [id, uid]))
  },

  usernamesTaken: async (tenantId, usernames) => {
    const rows = await slow.query<{ name: string }>({
      text: 'select username_key as name from users where tenant_id = $1 and username_key = any($2)',
      values: [tenantId, usernames],
    })
    return new Set(rows.map(({ name }) => name))
  },
})
