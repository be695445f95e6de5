import pg from 'pg'
import { isConnectionError, translated } from './errors.ts'
import type { Statement } from './statement.ts'

/** Runs one statement of reading; throws `DirectoryError`. */
export interface Querying {
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]>
}

export interface LanesOptions {
  readonly connection: pg.ClientConfig
  readonly count: number
  /** In milliseconds; what takes longer belongs to the slow pool. */
  readonly statementTimeout: number
  /** Brings a database of our own back after a lane broke; see database.ts. */
  readonly ensure: () => Promise<void>
}

/**
 * A few connections that quick reads share: each sends a statement without waiting for the answers before it (ten times
 * the rate of a pool that checks a connection out per statement). Opened when first used, dropped when broken.
 */
export class Lanes implements Querying {
  readonly #options: LanesOptions
  readonly #lanes: (Promise<pg.Client> | null)[]
  #next = 0
  #closed = false

  constructor(options: LanesOptions) {
    this.#options = options
    this.#lanes = Array.from({ length: options.count }, () => null)
  }

  async query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    try {
      return await this.#send<Row>(statement)
    } catch (error) {
      if (!isConnectionError(error) || this.#closed) throw translated(error)
    }
    // Reads may be repeated: once, after the database was seen to answer again.
    try {
      await this.#options.ensure()
      return await this.#send<Row>(statement)
    } catch (error) {
      throw translated(error)
    }
  }

  async #send<Row extends pg.QueryResultRow>({ name, text, values }: Statement): Promise<Row[]> {
    this.#next = (this.#next + 1) % this.#lanes.length
    const client = await this.#laneAt(this.#next)
    const { rows } = await client.query<Row>({ ...(name !== undefined && { name }), text, values: [...values] })
    return rows
  }

  #laneAt(at: number): Promise<pg.Client> {
    const open = this.#lanes[at]
    if (open !== null && open !== undefined) return open
    const lane = openLane(this.#options, () => {
      if (this.#lanes[at] === lane) this.#lanes[at] = null
    })
    this.#lanes[at] = lane
    return lane
  }

  async close(): Promise<void> {
    this.#closed = true
    const open = this.#lanes.flatMap((lane) => (lane === null ? [] : [lane]))
    await Promise.allSettled(open.map(async (lane) => (await lane).end()))
  }
}

async function openLane({ connection, statementTimeout }: LanesOptions, drop: () => void): Promise<pg.Client> {
  const client = new pg.Client({
    ...connection,
    pipeline: true,
    statement_timeout: statementTimeout,
    keepAlive: true,
  })
  client.on('error', drop)
  client.on('end', drop)
  try {
    await client.connect()
  } catch (error) {
    drop()
    throw error
  }
  return client
}
