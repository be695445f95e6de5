import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { DatabaseError, messageOf } from './embedded/database-error.ts'
import { isAlive } from './embedded/processes.ts'

/**
 * Held by the one live server of an embedded data directory; commands such as `seed` do without. It is an advisory lock
 * on a connection of its own, so it ends with the process, however that ends, and can never be stale.
 */
export type ServeLock = {
  /** Says that this server no longer serves, so that the next one waits for it and is not refused. Call it first. */
  markStopping(): Promise<void>
  /** Call it after the database's `close()`: the next server must not begin on a database that we are about to stop. */
  release(): Promise<void>
  /** Calls back once if the lock was lost with its connection: bring the database back, then take the lock again. */
  onLost(callback: () => void): void
}

export type ServeLockOptions = {
  /** Where this server listens, shown to whoever starts a second one. */
  address: string
  dataDir: string
  /** The database's `ensure()`: a stopping server takes the database with it while we wait. */
  ensure: () => Promise<void>
  /** How long to wait for a server that is stopping; milliseconds. */
  waitMs?: number
  log?: (level: 'info' | 'warn', message: string) => void
}

// Any two numbers that nobody else uses in this database: "roll", "call".
const lockKey = [0x726f6c6c, 0x63616c6c] as const
const pollMs = 50
// A server killed just now still has its connection for a moment, and one that was told to stop has yet to say so.
const graceMs = 300

type Holder = { state: 'serve' | 'stopping'; pid: number; address: string }

/** Takes the lock. Throws `DatabaseError` beside a live server, and after `waitMs` beside one that does not end. */
export async function acquireServeLock(connection: pg.ClientConfig, options: ServeLockOptions): Promise<ServeLock> {
  const { address, dataDir, ensure, waitMs = 15_000, log } = options
  const began = Date.now()
  let told = false
  for (;;) {
    const answer = await tryLock(connection, address)
    if (answer instanceof HeldLock) return answer
    const waitedMs = Date.now() - began
    if (answer.holder?.state === 'serve' && isAlive(answer.holder.pid) && waitedMs > graceMs) {
      throw refusal(answer.holder, dataDir)
    }
    if (waitedMs > waitMs) throw tooSlow(answer, dataDir, waitMs)
    if (!told && waitedMs > graceMs) {
      log?.('info', `Waiting for ${nameOf(answer.holder)} to stop`)
      told = true
    }
    if (answer.error !== null) await ensure()
    await sleep(pollMs)
  }
}

/** No lock: somebody has it (`holder` is null if that one vanished meanwhile), or the database went away (`error`). */
type Missed = { holder: Holder | null; error: unknown }

async function tryLock(connection: pg.ClientConfig, address: string): Promise<HeldLock | Missed> {
  // The state stands in the connection's name, where any other connection can read it; PostgreSQL keeps 63 bytes.
  const client = new pg.Client({
    ...connection,
    application_name: `rollcall serve ${process.pid} ${address}`,
    connectionTimeoutMillis: 5_000,
  })
  const lock = new HeldLock(client)
  try {
    await client.connect()
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
      ...lockKey,
    ])
    if (rows[0]?.locked) return lock
    const holder = await findHolder(client)
    await lock.release()
    return { holder, error: null }
  } catch (error) {
    await lock.release()
    return { holder: null, error }
  }
}

async function findHolder(client: pg.Client): Promise<Holder | null> {
  const { rows } = await client.query<{ name: string }>(
    `select activity.application_name as name
     from pg_locks join pg_stat_activity as activity using (pid)
     where locktype = 'advisory' and classid = $1 and objid = $2 and granted
       and pg_locks.database = (select oid from pg_database where datname = current_database())`,
    [...lockKey],
  )
  const [, state, pid, address = ''] = /^rollcall (serve|stopping) (\d+) ?(.*)/.exec(rows[0]?.name ?? '') ?? []
  return state === 'serve' || state === 'stopping' ? { state, pid: Number(pid), address } : null
}

class HeldLock implements ServeLock {
  readonly #client: pg.Client
  #lost = false
  #ending = false
  #callback: (() => void) | null = null

  constructor(client: pg.Client) {
    this.#client = client
    client.on('error', () => this.#lose())
    client.on('end', () => this.#lose())
  }

  async markStopping(): Promise<void> {
    if (this.#lost) return
    this.#ending = true
    const name = `rollcall stopping ${process.pid}`
    // The database may be what ended, and why we stop.
    await this.#client.query(`set application_name = '${name}'`).catch(() => {})
  }

  async release(): Promise<void> {
    this.#ending = true
    await this.#client.end().catch(() => {})
  }

  onLost(callback: () => void): void {
    this.#callback = callback
    if (this.#lost && !this.#ending) callback()
  }

  #lose(): void {
    if (this.#lost) return
    this.#lost = true
    if (!this.#ending) this.#callback?.()
  }
}

function nameOf(holder: Holder | null): string {
  if (holder === null) return 'another Rollcall server'
  return `the Rollcall server with process id ${holder.pid}`
}

function refusal(holder: Holder, dataDir: string): DatabaseError {
  const where = holder.address === '' ? '' : ` at ${holder.address}`
  return new DatabaseError(
    `A Rollcall server${where} (process id ${holder.pid}) already serves the data directory ${dataDir}. ` +
      `Stop it ("kill ${holder.pid}"), or set ROLLCALL_DATA_DIR to another directory.`,
  )
}

function tooSlow({ holder, error }: Missed, dataDir: string, waitMs: number): DatabaseError {
  const reason = error === null ? '' : ` (${messageOf(error)})`
  const advice = holder === null ? 'Start again' : `End it with "kill -9 ${holder.pid}" and start again`
  return new DatabaseError(
    `Waited ${waitMs / 1000} s for ${nameOf(holder)} to leave the data directory ${dataDir}${reason}. ${advice}.`,
  )
}
