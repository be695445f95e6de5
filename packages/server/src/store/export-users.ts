import type pg from 'pg'
import type { User, UserBatch, UserQuery } from '../core/index.ts'
import { translated } from './errors.ts'
import { type PresenceRow, presencesByRow, presencesOf } from './presences.ts'
import { everyId } from './user-page.ts'
import { type UserRow, userFromRow, usersByIds } from './user-rows.ts'

/** Users of one batch: about 1 MB of rows. */
const batchSize = 500
/**
 * A reader who takes longer for a batch is given up: its transaction holds back the database's cleaning. The database ends
 * the connection, which frees its place in the pool at once, even if nobody ever asks for another batch.
 */
const patience = '60s'

/**
 * Every match in order, in one state of the directory: one transaction reads ids through a cursor, and each batch's users by
 * them. It ends with the iteration, however that ends.
 */
export async function* exportUsers(
  pool: pg.Pool,
  tenantId: string,
  query: Omit<UserQuery, 'limit' | 'total'>,
): AsyncIterable<UserBatch> {
  const client = await pool.connect().catch((error: unknown) => {
    throw translated(error)
  })
  let [broken, held] = [true, true]
  const release = () => {
    if (held) client.release(broken)
    held = false
  }
  client.once('end', release)
  try {
    const { text, values } = everyId(tenantId, query)
    await client.query('begin isolation level repeatable read read only')
    await client.query(`set local idle_in_transaction_session_timeout = '${patience}'`)
    await client.query(`declare matches no scroll cursor for ${text}`, [...values])
    for (;;) {
      const { rows } = await client.query<{ id: string }>(`fetch ${batchSize} from matches`)
      if (rows.length === 0) break
      yield await batchOf(
        client,
        tenantId,
        rows.map(({ id }) => id),
      )
    }
    await client.query('commit')
    broken = false
  } catch (error) {
    throw translated(error)
  } finally {
    // An iteration that was left early ends with its connection: nothing is worth waiting for.
    client.off('end', release)
    release()
  }
}

async function batchOf(client: pg.PoolClient, tenantId: string, ids: readonly string[]): Promise<UserBatch> {
  const [records, present] = [usersByIds(tenantId, ids), presencesOf(tenantId, ids)]
  const { rows } = await client.query<UserRow>({ ...records, values: [...records.values] })
  const { rows: states } = await client.query<PresenceRow>({ ...present, values: [...present.values] })
  const byId = new Map(rows.map((row): [string, User] => [row.id, userFromRow(row)]))
  return { users: ids.flatMap((id) => byId.get(id) ?? []), presences: presencesByRow(states) }
}
