import { setImmediate as otherRequests } from 'node:timers/promises'
import pg from 'pg'
import { DirectoryError } from '../core/index.ts'
import { isConnectionError } from './errors.ts'
import type { Touchable } from './fresh-cache.ts'

/** What a round's statement gives: the snapshot it saw, then the changes that the snapshot before could not see. */
interface RoundRow {
  snapshot: string | null
  standby: boolean | null
  tenant_id: string | null
  touches: string[] | null
}

/** `xmin:xmax:xip,xip…`, PostgreSQL's own text of a snapshot. */
interface Snapshot {
  readonly text: string
  readonly xmax: bigint
  readonly inProgress: readonly string[]
}

export interface FreshnessOptions {
  readonly connection: pg.ClientConfig
  readonly ensure: () => Promise<void>
  /** Caches told of each user, credential or catalogue that changed. */
  readonly users: Touchable
  readonly credentials: Touchable
  readonly catalogues: Touchable
  readonly kept: { readonly pages: Touchable; readonly presences: Touchable }
  /** Tells of a round's failure; its waiters are refused anyway. */
  readonly onError: (error: unknown) => void
}

/** More changes than this in one round empty the caches: dropping one by one would hold up the event loop. */
const mostEvents = 5000
/** The first round only learns where it stands: no transaction has this id. */
const beyondAll = String(2n ** 64n - 1n)
/** In milliseconds; a round that takes longer fails those who wait for it. */
const roundTimeout = 2000

// Both branches walk the index on xid: it is the only order in which a transaction may become visible late.
const roundText = `
  select pg_current_snapshot()::text as snapshot, pg_is_in_recovery() as standby,
         null::text as tenant_id, null::text[] as touches
  union all
  (select null, null, tenant_id, touches from events where xid >= $1::text::xid8 order by xid limit ${mostEvents + 1})
  union all
  (select null, null, tenant_id, touches from events where xid = any($2::text[]::xid8[]) and xid < $1::text::xid8)
  union all
  (select null, null, tenant_id, array['presence:' || user_id] from user_presence
   where xid >= $1::text::xid8 order by xid limit ${mostEvents + 1})
  union all
  (select null, null, tenant_id, array['presence:' || user_id] from user_presence
   where xid = any($2::text[]::xid8[]) and xid < $1::text::xid8)`

/**
 * Keeps every cache of this process as true as the database. A request that is to be answered from a cache waits for the
 * first round that began after it arrived; all that wait share one. A round asks, in one statement on a connection of its
 * own, which changes the round before could not see, and drops what they touched. So nothing is answered from before an
 * acknowledged change, on whichever process it was made.
 */
export class Freshness {
  readonly #options: FreshnessOptions
  #client: pg.Client | null = null
  #last: Snapshot | null = null
  /** The latest round that was sent. */
  #running: Promise<void> | null = null
  /** The one that is to be sent: whoever asks now waits for it. */
  #next: Promise<void> | null = null
  #closed = false
  /** For metrics. */
  rounds = 0

  constructor(options: FreshnessOptions) {
    this.#options = options
  }

  /** The snapshot of the last round that was applied, in PostgreSQL's own text; `null` when there is none. */
  get snapshot(): string | null {
    return this.#last?.text ?? null
  }

  /** Whether rounds run without a gap, so that what is fetched now may be kept. */
  get steady(): boolean {
    return this.#last !== null
  }

  /** Resolves when a round that began after this call has been applied. Throws `unavailable`. */
  round(): Promise<void> {
    this.#next ??= this.#begin()
    return this.#next
  }

  /** Whoever arrives in the same turn of the event loop shares the round: of 32 connections 16 do, without it 11. */
  async #begin(): Promise<void> {
    await this.#running?.catch(() => {})
    await otherRequests()
    this.#next = null
    this.#running = this.#run()
    await this.#running
  }

  async #run(): Promise<void> {
    if (this.#closed) throw new DirectoryError('unavailable')
    try {
      await this.#askOnConnection()
      this.rounds += 1
    } catch (error) {
      this.#lose()
      this.#options.onError(error)
      throw error instanceof DirectoryError ? error : new DirectoryError('unavailable', {}, { cause: error })
    }
  }

  /** A connection that broke is replaced once: the round on the new one begins later than anybody has asked for. */
  async #askOnConnection(): Promise<void> {
    const open = this.#client
    if (open !== null) {
      try {
        return await this.#ask(open)
      } catch (error) {
        if (!isConnectionError(error) || this.#closed) throw error
        this.#lose()
      }
    }
    await this.#ask(await this.#connect())
  }

  async #ask(client: pg.Client): Promise<void> {
    const last = this.#last
    const query = client.query<RoundRow>({
      name: 'round',
      text: roundText,
      values: last === null ? [beyondAll, []] : [String(last.xmax), last.inProgress],
    })
    const { rows } = await withTimeout(query)
    this.#apply(rows, last)
  }

  #apply(rows: readonly RoundRow[], last: Snapshot | null): void {
    const [head, ...events] = rows
    const snapshot = parseSnapshot(head?.snapshot ?? '')
    if (head?.standby !== false) throw new Error('The database is a standby; Rollcall needs the primary.')
    if (last === null || snapshot.xmax < last.xmax || events.length > mostEvents) this.#clear()
    else for (const event of events) this.#touch(event.tenant_id ?? '', event.touches ?? [])
    this.#last = snapshot
  }

  #touch(tenantId: string, touches: readonly string[]): void {
    const { users, credentials, catalogues, kept } = this.#options
    for (const touch of touches) {
      if (touch.startsWith('user:')) {
        users.touch(tenantId, touch.slice(5))
        kept.pages.touchTenant(tenantId)
      } else if (touch.startsWith('presence:')) {
        users.touch(tenantId, touch.slice(9))
        kept.presences.touchTenant(tenantId)
      } else if (touch.startsWith('credential:')) credentials.touch(tenantId, touch.slice(11))
      else if (touch === 'catalogue') catalogues.touchTenant(tenantId)
      else if (touch === 'tenant') for (const cache of this.#all()) cache.touchTenant(tenantId)
      else this.#clear()
    }
  }

  #all(): Touchable[] {
    const { users, credentials, catalogues, kept } = this.#options
    return [users, credentials, catalogues, kept.pages, kept.presences]
  }

  #clear(): void {
    for (const cache of this.#all()) cache.clear()
  }

  /** After a gap nothing that is cached can be trusted, nor what is being fetched. */
  #lose(): void {
    const client = this.#client
    this.#client = null
    this.#last = null
    this.#clear()
    client?.end().catch(() => {})
  }

  async #connect(): Promise<pg.Client> {
    const { connection, ensure } = this.#options
    try {
      return await this.#open(connection)
    } catch {
      await ensure()
      return await this.#open(connection)
    }
  }

  async #open(connection: pg.ClientConfig): Promise<pg.Client> {
    // Without statistics of a fresh table the planner might scan it; the index is right at every size, and so is one plan:
    // planned anew each time a round took the database 0.21 ms of CPU, else 0.045.
    const client = new pg.Client({
      ...connection,
      options: '-c enable_seqscan=off -c plan_cache_mode=force_generic_plan',
      keepAlive: true,
      connectionTimeoutMillis: roundTimeout,
    })
    client.on('error', () => {
      if (this.#client === client) this.#lose()
    })
    await client.connect()
    this.#client = client
    return client
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running?.catch(() => {})
    const client = this.#client
    this.#lose()
    await client?.end().catch(() => {})
  }
}

function parseSnapshot(text: string): Snapshot {
  const [, xmax, inProgress] = /^\d+:(\d+):([\d,]*)$/.exec(text) ?? []
  if (xmax === undefined || inProgress === undefined) throw new Error(`This is no snapshot: ${text}`)
  return { text, xmax: BigInt(xmax), inProgress: inProgress === '' ? [] : inProgress.split(',') }
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${roundTimeout} ms.`)), roundTimeout)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
