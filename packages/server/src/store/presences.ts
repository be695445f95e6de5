import type { AvatarImage, PresenceState, Status, Tx } from '../core/index.ts'
import type { Statement } from './statement.ts'
import type { Writing } from './transaction.ts'

export interface PresenceRow {
  readonly id: string
  readonly status: Status
  readonly statusDefault: Status | null
  readonly lastSeenAt: Date | null
}

export const presencesOf = (tenantId: string, ids: readonly string[]): Statement => ({
  name: 'presences',
  text: `
    select user_id as id, status, status_default as "statusDefault",
      last_seen_at as "lastSeenAt" from user_presence
    where tenant_id = $1 and user_id = any($2)`,
  values: [tenantId, ids],
})

export const presencesByRow = (rows: readonly PresenceRow[]): Map<string, PresenceState> =>
  new Map(rows.map(({ id, ...state }) => [id, state]))

export const presentUsers = (tenantId: string, changedAfter: Date | null, most: number): Statement => ({
  text: `
    select user_id as id from user_presence
    where tenant_id = $1 and case when $2::timestamptz is null then status <> 'offline' else changed_at > $2 end
    order by user_id limit $3`,
  values: [tenantId, changedAfter, most],
})

export const avatarOf = (tenantId: string, userId: string): Statement => ({
  name: 'avatar',
  text: 'select media_type as "mediaType", image from user_avatars where tenant_id = $1 and user_id = $2',
  values: [tenantId, userId],
})

export type AvatarRow = AvatarImage

export const txPresence = ({ send }: Writing): Tx['presence'] => ({
  set: async (tenantId, userId, { status, statusDefault, lastSeenAt }, now) => {
    send({
      name: 'set-presence',
      text: `
        insert into user_presence (tenant_id, user_id, status, status_default, changed_at, last_seen_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, user_id) do update set
          status = excluded.status, status_default = excluded.status_default, changed_at = excluded.changed_at,
          last_seen_at = greatest(user_presence.last_seen_at, excluded.last_seen_at), xid = pg_current_xact_id()`,
      values: [tenantId, userId, status, statusDefault, now, lastSeenAt],
    })
  },

  seen: async (people) => {
    // In one order, so that two servers never wait for each other in a circle; whoever was erased or left is passed by.
    const [tenants, users] = [people.map(({ tenantId }) => tenantId), people.map(({ userId }) => userId)]
    send({
      name: 'seen-people',
      text: `
        insert into user_presence (tenant_id, user_id, status, changed_at, last_seen_at)
        select u.tenant_id, u.id, 'online', max(s.at), max(s.at)
        from unnest($1::text[], $2::text[], $3::timestamptz[]) as s(tenant_id, user_id, at)
        join users u on u.tenant_id = s.tenant_id and u.id = s.user_id and u.active
        group by u.tenant_id, u.id order by u.id, u.tenant_id
        on conflict (tenant_id, user_id) do update set
          last_seen_at = greatest(user_presence.last_seen_at, excluded.last_seen_at), xid = pg_current_xact_id(),
          status = case when user_presence.status_default is null then 'online' else user_presence.status end,
          changed_at = case
            when user_presence.status_default is null and user_presence.status = 'offline' then excluded.changed_at
            else user_presence.changed_at end`,
      values: [tenants, users, people.map(({ at }) => at)],
    })
    // Whoever was deactivated while that waited for its row: a later statement sees it.
    send({
      name: 'seen-and-gone',
      text: `
        update user_presence p set status = 'offline', xid = pg_current_xact_id()
        from unnest($1::text[], $2::text[]) as s(tenant_id, user_id)
        join users u on u.tenant_id = s.tenant_id and u.id = s.user_id and not u.active
        where p.tenant_id = u.tenant_id and p.user_id = u.id and p.status <> 'offline'`,
      values: [tenants, users],
    })
  },

  fade: async (before, now) => {
    send({
      name: 'fade-presence',
      text: `
        update user_presence p set status = 'offline', changed_at = $2, xid = pg_current_xact_id() from (
          select tenant_id, user_id from user_presence
          where last_seen_at < $1 and status <> 'offline' and status_default is null
          order by user_id for update skip locked
        ) gone where p.tenant_id = gone.tenant_id and p.user_id = gone.user_id`,
      values: [before, now],
    })
  },

  clear: async (tenantId, userId, now) => {
    send({
      text: `
        update user_presence set status = 'offline', status_default = null, changed_at = $3, xid = pg_current_xact_id()
        where tenant_id = $1 and user_id = $2`,
      values: [tenantId, userId, now],
    })
  },
})
