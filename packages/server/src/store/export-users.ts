import { once } from 'node:events'
import type pg from 'pg'
import { DirectoryError, type Reads, type UserBatch, type UserQuery } from '../core/index.ts'
import { translated } from './errors.ts'
import { everyId } from './user-page.ts'
import { cachedUserOf, type ReadingRow, readingsBy } from './user-readings.ts'

/** Users of one batch: reading and rendering them holds up the event loop for some milliseconds. */
const batchSize = 100
/**
 * A reader who takes longer for a batch is given up: its transaction holds back the database's cleaning. The database ends
 * the connection, which frees its place in the pool at once, even if nobody ever asks for another batch.
 */
const patience = '20s'
/** All of it takes no longer, however steadily somebody reads, in milliseconds: a million users take 45 s. */
const longest = 600_000

/** How long the next export of a reader waits for the one before to end, in milliseconds. */
const longestWait = 5000

/**
 * Reads everybody over a pool: for each reader one export at a time, so that nobody takes all places. Throws `overloaded` where
 * the reader's last one does not end.
 */
export function exporter(pool: pg.Pool): Reads['everyUser'] {
  const running = new Map<string, Promise<void>>()
  return async function* (tenantId, query, reader) {
    const name = `${tenantId}/${reader}`
    const patience = AbortSignal.timeout(longestWait)
    for (let before = running.get(name); before !== undefined; before = running.get(name)) {
      if (!patience.aborted) await Promise.race([before, once(patience, 'abort')])
      if (patience.aborted) throw new DirectoryError('overloaded')
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    running.set(name, promise)
    yield* exported(pool, tenantId, query, () => {
      running.delete(name)
      resolve()
    })
  }
}

/**
 * Every match in order, in one state of the directory: one transaction reads ids through a cursor, and each batch's users by
 * them. It ends with the iteration, however that ends, or with its connection.
 */
async function* exported(
  pool: pg.Pool,
  tenantId: string,
  query: Omit<UserQuery, 'limit' | 'total'>,
  onEnd: () => void,
): AsyncIterable<UserBatch> {
  const began = performance.now()
  const client = await pool.connect().catch((error: unknown) => {
    onEnd()
    throw translated(error)
  })
  let [broken, held] = [true, true]
  const release = () => {
    if (!held) return
    held = false
    client.release(broken)
    onEnd()
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
      if (performance.now() - began > longest) throw new DirectoryError('overloaded')
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
  const readings = readingsBy(tenantId, 'id', ids)
  const { rows } = await client.query<ReadingRow>({ ...readings, values: [...readings.values] })
  const byId = new Map(rows.map(cachedUserOf).map((found) => [found.user.id, found]))
  const found = ids.flatMap((id) => byId.get(id) ?? [])
  return {
    users: found.map(({ user }) => user),
    presences: new Map(found.flatMap(({ user, presence }) => (presence === null ? [] : [[user.id, presence]]))),
  }
}
