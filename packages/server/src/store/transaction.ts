import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Store, Tx } from '../core/index.ts'
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
import { txWebhooks } from './webhooks.ts'

/** One transaction's connection, and what its writes have made stale so far. */
export interface Writing {
  readonly touches: TouchSet
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]>
  /** For what gives no rows: goes out without a wait for its answer. Where it fails, so does the transaction. */
  send(statement: Statement): void
  /** Runs a `copy … from stdin` on rows in PostgreSQL's text format; a chunk may hold many. */
  copy(text: string, chunks: Iterable<string>): Promise<void>
}

/** A deadlock or a serialisation failure is tried again this often. */
const mostTries = 5

export interface TransactionOptions {
  /** Its clients are pipelined: a statement goes out before those before it were answered. */
  readonly pool: pg.Pool
  readonly ensure: () => Promise<void>
}

/** Nothing of the transaction has reached the database: its connection had broken before, or there is none. */
class NotBegun extends Error {
  override readonly name = 'NotBegun'
}

/** Runs work in transactions of a pool: all or nothing, tried again where PostgreSQL asks for it. */
export function transactions({ pool, ensure }: TransactionOptions): Store['transaction'] {
  return async (work) => {
    let replaced = false
    for (let tries = 1; ; ) {
      try {
        return await once(await connected(pool), work)
      } catch (error) {
        if (error instanceof NotBegun && !replaced) replaced = true
        else if (mayRetry(error) && tries < mostTries) tries += 1
        else throw translated(error instanceof NotBegun ? error.cause : error)
      }
      if (replaced) await ensured(ensure)
    }
  }
}

async function connected(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (cause) {
    throw isConnectionError(cause) ? new NotBegun('', { cause }) : cause
  }
}

async function ensured(ensure: () => Promise<void>): Promise<void> {
  try {
    await ensure()
  } catch (error) {
    throw translated(error)
  }
}

async function once<T>(client: pg.PoolClient, work: (tx: Tx) => Promise<T>): Promise<T> {
  const sent = new Sent()
  const touches = new TouchSet()
  const { stream } = client.connection
  const run = ({ name, text, values }: Statement) => {
    // What is asked in one go leaves in one packet.
    stream.cork()
    process.nextTick(() => stream.uncork())
    return client.query({ ...(name !== undefined && { name }), text, values: [...values] })
  }
  const writing: Writing = {
    touches,
    query: async (statement) => (await run(statement)).rows,
    send: (statement) => sent.add(run(statement)),
    copy: async (text, chunks) => {
      await sent.answered
      // The driver takes no COPY on a pipelined connection; with nothing on its way this one is like any other.
      Object.assign(client, { pipeline: false })
      try {
        await pipeline(Readable.from(chunks), client.query(copyFrom(text)))
      } finally {
        Object.assign(client, { pipeline: true })
      }
    },
  }
  let broken = false
  try {
    // The first statements go out with it, and the commit with the last: two or three round trips for most changes.
    const begun = run({ text: 'begin', values: [] })
    sent.add(begun.catch((cause) => Promise.reject(isConnectionError(cause) ? new NotBegun('', { cause }) : cause)))
    const result = await work({
      users: txUsers(writing),
      credentials: txCredentials(writing),
      catalogue: txCatalogue(writing),
      mails: txMails(writing),
      presence: txPresence(writing),
      links: txLinks(writing),
      webhooks: txWebhooks(writing),
      events: txEvents(writing),
    })
    if (!touches.isEmpty) throw new Error('A transaction changed something and told no event of it.')
    // Before that nothing may be committed: what has not begun is done again.
    await begun
    await run({ text: 'commit', values: [] })
    await sent.answered
    if (sent.failure !== null) throw sent.failure.error
    return result
  } catch (error) {
    broken = isBroken(error)
    if (!broken) {
      await client.query('rollback').catch(() => {
        broken = true
      })
    }
    await sent.answered
    broken ||= isBroken(sent.failure?.error)
    // What came after the first failure only tells that there was one.
    throw sent.failure === null ? error : sent.failure.error
  } finally {
    client.release(broken)
  }
}

const isBroken = (error: unknown): boolean => error instanceof NotBegun || isConnectionError(error)

/** Statements whose answers nobody waits for; they come in order. */
class Sent {
  failure: { readonly error: unknown } | null = null
  /** Resolves when all so far are answered, well or not. */
  answered: Promise<void> = Promise.resolve()

  add(statement: Promise<unknown>): void {
    const before = this.answered
    this.answered = statement.then(
      () => before,
      (error) => {
        this.failure ??= { error }
      },
    )
  }
}
