import type { Blocks, Tx } from '../core/index.ts'
import type { Statement } from './statement.ts'
import type { Writing } from './transaction.ts'

export interface BlockRow {
  readonly id: string
  readonly byViewer: Date | null
  readonly byOther: Date | null
}

export const blocksOf = (tenantId: string, viewerId: string, ids: readonly string[]): Statement => ({
  name: 'blocks',
  text: `
    select i.id, mine.at as "byViewer", theirs.at as "byOther"
    from unnest($3::text[]) as i(id)
    left join user_blocks mine on mine.tenant_id = $1 and mine.user_id = $2 and mine.blocked_id = i.id
    left join user_blocks theirs on theirs.tenant_id = $1 and theirs.user_id = i.id and theirs.blocked_id = $2
    where mine.at is not null or theirs.at is not null`,
  values: [tenantId, viewerId, ids],
})

export const blocksByRow = (rows: readonly BlockRow[]): Map<string, Blocks> =>
  new Map(rows.map(({ id, ...blocks }) => [id, blocks]))

/** Users that are no users of the tenant are passed by. */
export const txLinks = ({ query }: Writing): Tx['links'] => {
  const moved = async (statement: Statement): Promise<string[]> =>
    (await query<{ id: string }>(statement)).map(({ id }) => id)
  return {
    block: (tenantId, userId, ids, at) =>
      moved({
        text: `
          insert into user_blocks (tenant_id, user_id, blocked_id, at)
          select u.tenant_id, $2, u.id, $4 from users u where u.tenant_id = $1 and u.id = any($3) order by u.id
          on conflict do nothing returning blocked_id as id`,
        values: [tenantId, userId, ids, at],
      }),

    unblock: (tenantId, userId, ids) =>
      moved({
        text: 'delete from user_blocks where tenant_id = $1 and user_id = $2 and blocked_id = any($3) returning blocked_id as id',
        values: [tenantId, userId, ids],
      }),

    befriend: (tenantId, userId, ids, at) =>
      moved({
        text: `
          with added as (
            insert into user_friends (tenant_id, user_id, friend_id, at)
            select u.tenant_id, side.user_id, side.friend_id, $4
            from users u cross join lateral (values ($2::text, u.id), (u.id, $2::text)) as side(user_id, friend_id)
            where u.tenant_id = $1 and u.id = any($3) order by side.user_id, side.friend_id
            on conflict do nothing returning user_id, friend_id
          )
          select friend_id as id from added where user_id = $2`,
        values: [tenantId, userId, ids, at],
      }),

    unfriend: (tenantId, userId, ids) =>
      moved({
        text: `
          with gone as (
            delete from user_friends
            where tenant_id = $1 and ((user_id = $2 and friend_id = any($3)) or (friend_id = $2 and user_id = any($3)))
            returning user_id, friend_id
          )
          select friend_id as id from gone where user_id = $2`,
        values: [tenantId, userId, ids],
      }),

    mostFriends: async (tenantId, ids) => {
      const [row] = await query<{ most: number }>({
        text: `
          select coalesce(max(n), 0)::int as most from (
            select count(*) as n from user_friends where tenant_id = $1 and user_id = any($2) group by user_id
          ) counts`,
        values: [tenantId, ids],
      })
      return row?.most ?? 0
    },
  }
}
