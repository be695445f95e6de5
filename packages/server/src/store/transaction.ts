import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { DirectoryError, type Store, type Tx } from '../core/index.ts'
import { isConnectionError, mayRetry, translated } from './errors.ts'
import { txLinks } from './links.ts'
import { txPresence } from './presences.ts'
import type { Statement } from './statement.ts'
import { TouchSet } from './touches.ts'
import { txCatalogue } from './tx-catalogue.ts'
import { txCredentials } from './tx-credentials.ts'
import { txEvents } from './tx-events.ts'
import { txMails } from './tx-mails.ts'
import { txUsers } from './tx-users.ts'

/** One transaction's connection, and what its writes have made stale so far. */
export interface Writing {
  readonly touches: TouchSet
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]>
  /** Runs a `copy … from stdin` on rows in PostgreSQL's text format; a chunk may hold many. */
  copy(text: string, chunks: Iterable<string>): Promise<void>
}

/** A deadlock or a serialisation failure is tried again this often. */
const mostTries = 5

export interface TransactionOptions {
  readonly pool: pg.Pool
  readonly ensure: () => Promise<void>
}

/** Runs work in transactions of a pool: all or nothing, tried again where PostgreSQL asks for it. */
export function transactions({ pool, ensure }: TransactionOptions): Store['transaction'] {
  return async (work) => {
    for (let tries = 1; ; tries += 1) {
      const client = await connected(pool, ensure)
      try {
        return await once(client, work)
      } catch (error) {
        if (tries >= mostTries || !mayRetry(error)) throw translated(error)
      }
    }
  }
}

/** A connection that answers; nothing has been written yet, so a broken one may be replaced. */
async function connected(pool: pg.Pool, ensure: () => Promise<void>): Promise<pg.PoolClient> {
  const begin = async () => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      return client
    } catch (error) {
      client.release(true)
      throw error
    }
  }
  try {
    return await begin()
  } catch (error) {
    if (!isConnectionError(error)) throw translated(error)
  }
  try {
    await ensure()
    return await begin()
  } catch (error) {
    throw translated(error)
  }
}

async function once<T>(client: pg.PoolClient, work: (tx: Tx) => Promise<T>): Promise<T> {
  let broken = false
  try {
    const touches = new TouchSet()
    const writing: Writing = {
      touches,
      query: async ({ name, text, values }) => {
        const { rows } = await client.query({ ...(name !== undefined && { name }), text, values: [...values] })
        return rows
      },
      copy: (text, chunks) => pipeline(Readable.from(chunks), client.query(copyFrom(text))),
    }
    const result = await work({
      users: txUsers(writing),
      credentials: txCredentials(writing),
      catalogue: txCatalogue(writing),
      mails: txMails(writing),
      presence: txPresence(writing),
      links: txLinks(writing),
      events: txEvents(writing),
    })
    if (!touches.isEmpty) throw new Error('A transaction changed something and told no event of it.')
    await client.query('commit')
    return result
  } catch (error) {
    broken = isConnectionError(error)
    if (!broken) {
      await client.query('rollback').catch(() => {
        broken = true
      })
    }
    throw error instanceof DirectoryError ? error : translatedUnlessRetried(error)
  } finally {
    client.release(broken)
  }
}

const translatedUnlessRetried = (error: unknown): unknown => (mayRetry(error) ? error : translated(error))
