import { availableParallelism } from 'node:os'
import type pg from 'pg'
import type { Store, WebhookQueue } from '../core/index.ts'
import { openCaches } from './caches.ts'
import { foldCounts } from './counts.ts'
import { eventSequence } from './event-sequence.ts'
import { exporter } from './export-users.ts'
import { Lanes, type Querying } from './lanes.ts'
import { openPool, SlowPool } from './pools.ts'
import { createReads } from './reads.ts'
import { transactions } from './transaction.ts'
import { webhookQueue } from './webhook-queue.ts'

export interface StoreOptions {
  readonly connection: pg.ClientConfig
  /** Brings a database of our own back after it ended; see database.ts. */
  readonly ensure: () => Promise<void>
  /** What went wrong in the background; requests that suffered from it were refused. */
  readonly onError: (error: unknown) => void
}

/** The store with what its owner looks after. */
export interface OpenStore extends Store {
  /** What webhook workers ask. */
  readonly webhooks: WebhookQueue
  /** Sizes and counts by metric name, read when asked. */
  stats(): Record<string, number>
  close(): Promise<void>
}

/** In milliseconds. */
const [quickTimeout, slowTimeout, writeTimeout, waitTimeout] = [5000, 20_000, 15_000, 5000]
/** Until the first rows of an export come: all matches may have to be sorted. */
const exportTimeout = 60_000
/** Patterns are strangers' programs: they wait for each other, never anybody for them. */
const patternTimeout = 5000
/**
 * Slow statements at once: they leave a core to everybody else's, where the database runs beside this server. While 32
 * connections asked for the dearest there is, on 2 cores and 300,000 people, others got 440 answers a second, 99 % within 0.12 s;
 * with four at once, two patterns and four exports it was 120, within 0.6 s.
 */
const mostSlow = Math.min(4, Math.max(1, availableParallelism() - 1))
/** Patterns wait for each other, and exports mostly for their readers. */
const [mostPatterns, mostExports] = [1, 2]
/** Deliveries wait for receivers, not for the database: their statements are short. */
const mostBackground = 2
/** Writes between two foldings of the maintained totals, which then sum at most some hundred rows. */
const writesPerFold = 200

/**
 * Sends a statement before those before it were answered (transaction.ts). What writes goes by keys, so that one plan is as
 * good as another: planning for the values at hand took half the time of locking and reading a row (0.8 ms of 1.6).
 */
const forWriting = (connection: pg.ClientConfig): pg.ClientConfig => ({
  ...connection,
  pipeline: true,
  options: '-c plan_cache_mode=force_generic_plan',
})

/** Reads of a fixed shape: prepared once on each connection, always by an index. */
const prepared = (connection: pg.ClientConfig): pg.ClientConfig => ({
  ...connection,
  options: '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off',
})

/** Opens the store over a migrated database. Connections open when they are first needed. */
export function openStore({ connection, ensure, onError }: StoreOptions): OpenStore {
  const lane = { count: 2, statementTimeout: quickTimeout, ensure }
  const [fixed, composed] = [
    new Lanes({ ...lane, connection: prepared(connection) }),
    new Lanes({ ...lane, connection }),
  ]
  const lanes: Querying = {
    query: (statement) => (statement.name === undefined ? composed : fixed).query(statement),
  }
  const slow = new SlowPool({ connection, max: mostSlow, statementTimeout: slowTimeout, waitTimeout, ensure })
  const patterns = new SlowPool({
    connection,
    max: mostPatterns,
    statementTimeout: patternTimeout,
    waitTimeout,
    ensure,
  })
  const background = new SlowPool({
    connection,
    max: mostBackground,
    statementTimeout: slowTimeout,
    waitTimeout,
    ensure,
  })
  const exports = openPool({
    connection,
    max: mostExports,
    statementTimeout: exportTimeout,
    waitTimeout,
    givesWay: true,
  })
  const pool = openPool({ connection: forWriting(connection), max: 10, statementTimeout: writeTimeout, waitTimeout })

  const caches = openCaches({ connection, ensure, onError })
  const { users, credentials, freshness } = caches

  const transaction = transactions({ pool, ensure })
  let writes = 0
  let folding: Promise<void> | null = null
  const fold = () => {
    folding ??= foldCounts(pool)
      .catch(onError)
      .finally(() => {
        folding = null
      })
  }

  return {
    reads: createReads({
      lanes,
      slow,
      patterns,
      ...caches,
      everyUser: exporter(exports),
    }),
    transaction: async (work) => {
      const result = await transaction(work)
      writes += 1
      if (writes % writesPerFold === 0) fold()
      return result
    },
    webhooks: webhookQueue({ querying: background, sequence: eventSequence(background) }),
    stats: () => ({
      cached_users: users.size,
      cached_credentials: credentials.size,
      freshness_rounds: freshness.rounds,
      transactions: writes,
      pool_waiting: pool.waitingCount,
      slow_pool_waiting: slow.pool.waitingCount,
    }),
    close: async () => {
      await freshness.close()
      await folding
      await Promise.all([
        fixed.close(),
        composed.close(),
        slow.pool.end(),
        patterns.pool.end(),
        background.pool.end(),
        exports.end(),
        pool.end(),
      ])
    },
  }
}
