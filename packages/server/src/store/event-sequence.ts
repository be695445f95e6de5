import { translated } from './errors.ts'
import type { SlowPool } from './pools.ts'

/** Any number; it only has to be the same in every Rollcall. */
const sequenceLock = 7_270_002

/**
 * Gives every visible event that has none its position, in the order of event ids, one process at a time; gives the last
 * position there is. A transaction that commits late, with ids below those that have positions, gets its place then: its
 * readers have seen nothing of it. The lock is a statement of its own, so that the next one sees what its last holder wrote.
 */
export const eventSequence =
  ({ pool }: SlowPool) =>
  async (): Promise<string> => {
    const client = await pool.connect()
    let broken = true
    try {
      await client.query('begin')
      await client.query('select pg_advisory_xact_lock($1)', [sequenceLock])
      await client.query(sequenceText)
      const { rows } = await client.query<{ last: string }>('select last_position::text as last from event_sequence')
      await client.query('commit')
      broken = false
      return rows[0]?.last ?? '0'
    } catch (error) {
      throw translated(error)
    } finally {
      client.release(broken)
    }
  }

const sequenceText = `
  with state as (
    select last_position, seen from event_sequence
  ), fresh as materialized (
    select tenant_id, id from events
    where (select seen from state) is null
      or xid >= (select pg_snapshot_xmax(seen) from state)
      or xid = any(array(select pg_snapshot_xip(seen) from state))
  ), given as (
    insert into event_positions (tenant_id, position, event_id)
    select f.tenant_id, (select last_position from state) + row_number() over (order by f.id), f.id from fresh f
    returning position
  )
  update event_sequence s
  set last_position = s.last_position + (select count(*) from given), seen = pg_current_snapshot()
  where exists (select from fresh)`
