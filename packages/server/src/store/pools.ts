import pg from 'pg'
import { translated } from './errors.ts'
import type { Querying } from './lanes.ts'
import type { Statement } from './statement.ts'

export interface PoolOptions {
  readonly connection: pg.ClientConfig
  /** Connections at most. */
  readonly max: number
  /** In milliseconds. */
  readonly statementTimeout: number
  /** How long a caller may wait for a connection, in milliseconds. */
  readonly waitTimeout: number
}

export function openPool({ connection, max, statementTimeout, waitTimeout }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    max,
    statement_timeout: statementTimeout,
    connectionTimeoutMillis: waitTimeout,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  })
  // An idle connection that breaks is replaced when it is next needed; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

/** Statements that may take long, on connections of their own, so that quick ones never wait behind them. */
export class SlowPool implements Querying {
  readonly pool: pg.Pool

  constructor(options: PoolOptions) {
    this.pool = openPool(options)
  }

  async query<Row extends pg.QueryResultRow>({ text, values }: Statement): Promise<Row[]> {
    try {
      const { rows } = await this.pool.query<Row>(text, [...values])
      return rows
    } catch (error) {
      throw translated(error)
    }
  }
}
