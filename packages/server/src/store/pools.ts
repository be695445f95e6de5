import pg from 'pg'
import { isConnectionError, translated } from './errors.ts'
import type { Querying } from './lanes.ts'
import { giveWay } from './low-priority.ts'
import type { Statement } from './statement.ts'

export interface PoolOptions {
  readonly connection: pg.ClientConfig
  /** Connections at most. */
  readonly max: number
  /** In milliseconds. */
  readonly statementTimeout: number
  /** How long a caller may wait for a connection, in milliseconds. */
  readonly waitTimeout: number
  /** Whether its statements run after everybody else's; see low-priority.ts. */
  readonly givesWay?: true
}

export function openPool({ connection, max, statementTimeout, waitTimeout, givesWay }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    max,
    statement_timeout: statementTimeout,
    connectionTimeoutMillis: waitTimeout,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  })
  // A connection that breaks is replaced when it is next needed; without listeners it would end the process: the pool's
  // for idle ones, the client's own for those that are in use.
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    client.on('error', () => {})
    if (givesWay === true) void giveWay(client)
  })
  return pool
}

/** Statements that may take long, on connections of their own, so that quick ones never wait behind them. */
export class SlowPool implements Querying {
  readonly pool: pg.Pool
  readonly #ensure: () => Promise<void>

  /** `ensure` brings a database of our own back after a connection broke; see database.ts. */
  constructor({ ensure, ...options }: PoolOptions & { readonly ensure: () => Promise<void> }) {
    this.pool = openPool({ ...options, givesWay: true })
    this.#ensure = ensure
  }

  async query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    try {
      return await this.#send<Row>(statement)
    } catch (error) {
      if (!isConnectionError(error) || this.pool.ending) throw translated(error)
    }
    // Reads may be repeated: once, after the database was seen to answer again.
    try {
      await this.#ensure()
      return await this.#send<Row>(statement)
    } catch (error) {
      throw translated(error)
    }
  }

  async #send<Row extends pg.QueryResultRow>({ name, text, values }: Statement): Promise<Row[]> {
    const { rows } = await this.pool.query<Row>({ ...(name !== undefined && { name }), text, values: [...values] })
    return rows
  }
}
