import { type ChangedUsers, DirectoryError } from '../core/index.ts'
import type { Querying } from './lanes.ts'

interface Between {
  readonly after: string
  readonly until: string
  readonly fromId: string | null
}

/** What `pg_current_snapshot` writes: nothing else reaches the database. */
const snapshotForm = /^(\d{1,18}):(\d{1,18}):((?:\d{1,18}(?:,\d{1,18}){0,10000})?)$/

/** The transaction that a snapshot ends before; `null` for what is no snapshot. */
function endOf(snapshot: string): bigint | null {
  const [, first, end, between = ''] = snapshotForm.exec(snapshot) ?? []
  if (first === undefined || end === undefined) return null
  const running = between === '' ? [] : between.split(',').map(BigInt)
  const ascending = [BigInt(first), ...running]
  const inOrder =
    ascending.every((id, at) => at === 0 || (ascending[at - 1] ?? id) <= id) && running.every((id) => id < BigInt(end))
  return BigInt(first) > 0n && BigInt(first) <= BigInt(end) && inOrder ? BigInt(end) : null
}

/** What of a user's events is told by its subject; who else is touched is told by the touches. */
const telling = ['user.created', 'user.updated', 'user.deactivated', 'user.reactivated', 'user.deleted']

export const presentSnapshot = async (querying: Querying): Promise<string> => {
  const [row] = await querying.query<{ snapshot: string }>({
    name: 'present-snapshot',
    text: 'select pg_current_snapshot()::text as snapshot',
    values: [],
  })
  return row?.snapshot ?? ''
}

/**
 * Ids of users whose events one snapshot could not see and the other could: what freshness rounds follow, so that no change
 * is passed by, in whatever order transactions end. Changes that touch a whole tenant come from loads; they are told by their
 * subjects like any others.
 */
export async function changedUsers(
  querying: Querying,
  tenantId: string,
  { after, until, fromId }: Between,
  limit: number,
): Promise<ChangedUsers> {
  const [from, to] = [endOf(after), endOf(until)]
  // A moment that is yet to come is another database's: what happened since could not be told.
  if (from === null || to === null || from > to || to > (endOf(await presentSnapshot(querying)) ?? 0n)) {
    throw new DirectoryError('invalid_input', { field: 'cursor' })
  }
  const rows = await querying.query<{ id: string }>({
    text: `
      with changes as (
        select case when e.type = any($6::text[]) then e.subject_id end as subject_id, e.touches from events e
        where e.tenant_id = $1
          and (e.xid >= pg_snapshot_xmax($2::pg_snapshot) or e.xid = any(array(select pg_snapshot_xip($2::pg_snapshot))))
          and pg_visible_in_snapshot(e.xid, $3::pg_snapshot)
      )
      select distinct s.id from (
        select subject_id as id from changes
        union all
        select substring(t.touch from 6) from changes, unnest(touches) as t(touch) where t.touch like 'user:%'
      ) s
      where s.id is not null and ($4::text is null or s.id > $4)
      order by s.id limit $5`,
    values: [tenantId, after, until, fromId, limit + 1, telling],
  })
  const ids = rows.slice(0, limit).map(({ id }) => id)
  return { ids, more: rows.length > limit }
}
