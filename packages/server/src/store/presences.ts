import type { AvatarImage, PresenceState, Status, Tx } from '../core/index.ts'
import type { Statement } from './statement.ts'
import type { Writing } from './transaction.ts'

export interface PresenceRow {
  readonly id: string
  readonly status: Status
  readonly statusDefault: Status | null
}

export const presencesOf = (tenantId: string, ids: readonly string[]): Statement => ({
  name: 'presences',
  text: `
    select user_id as id, status, status_default as "statusDefault" from user_presence
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

/** How long a row of somebody who went offline stays for those who ask what has changed. */
const memory = '1 hour'

export const txPresence = ({ query }: Writing): Tx['presence'] => ({
  set: async (tenantId, userId, { status, statusDefault }, now) => {
    await query({
      name: 'set-presence',
      text: `
        with forgotten as (
          delete from user_presence
          where tenant_id = $1 and status = 'offline' and changed_at < $5::timestamptz - interval '${memory}' and user_id <> $2
        )
        insert into user_presence (tenant_id, user_id, status, status_default, changed_at) values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, user_id) do update set
          status = excluded.status, status_default = excluded.status_default, changed_at = excluded.changed_at`,
      values: [tenantId, userId, status, statusDefault, now],
    })
  },
  clear: async (tenantId, userId) => {
    await query({ text: 'delete from user_presence where tenant_id = $1 and user_id = $2', values: [tenantId, userId] })
  },
})
