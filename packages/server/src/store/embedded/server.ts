import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findBinaries } from './binaries.ts'
import { type Postmaster, startPostmaster, stopPostmaster } from './child.ts'
import { ensureCluster } from './cluster.ts'
import { clusterOwner, type DataDirectory, openDataDirectory, prepareSockets } from './data-directory.ts'
import { DatabaseError, messageOf } from './database-error.ts'
import { lastLines } from './log-file.ts'
import { removeStaleLocks, runningPostmaster, runningSockets } from './postmaster.ts'
import { probe } from './probe.ts'
import { stillLives } from './processes.ts'
import { findRights } from './rights.ts'

export type Log = (level: 'info' | 'warn', message: string) => void
export type EmbeddedOptions = { dataDir: string; durable: boolean; log: Log }

const startTimeoutMs = 15_000
// Replaying up to 2 GB of log after a crash is no hang.
const recoveryTimeoutMs = 300_000
const pollMs = 15

/**
 * The private PostgreSQL of one data directory. Any number of processes may use it at once: the first starts it, the
 * others attach, and whoever calls `start` after it ended starts it again.
 */
export class EmbeddedServer {
  readonly connection: pg.ClientConfig
  readonly #options: EmbeddedOptions
  readonly #directory: DataDirectory
  #postmaster: Postmaster | null = null
  #starting: Promise<void> | null = null
  #closed = false

  constructor(options: EmbeddedOptions) {
    this.#options = options
    const directory = openDataDirectory(options.dataDir)
    // Tells whose it is before a closed socket only tells that it is closed.
    clusterOwner(directory)
    this.#directory = { ...directory, sockets: runningSockets(directory) ?? directory.sockets }
    this.connection = {
      host: this.#directory.sockets,
      port: 5432,
      user: 'postgres',
      database: 'postgres',
      // Against PGSSLMODE in the environment; a unix socket has no TLS.
      ssl: false,
      application_name: `rollcall ${process.pid}`,
    }
  }

  /** Resolves when the database answers; starts it if nobody runs it. Calls at the same time share one start. */
  start(): Promise<void> {
    if (this.#closed) return Promise.reject(new DatabaseError('The database of this process is closed already.'))
    this.#starting ??= this.#bringUp().finally(() => {
      this.#starting = null
    })
    return this.#starting
  }

  /** Stops the database if this process started it, or if who did is gone and nobody else uses it. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#starting?.catch(() => {})
    if (this.#postmaster?.running) return await this.#postmaster.stop()
    if (!(await this.#isAbandoned())) return
    const pid = runningPostmaster(this.#directory)
    if (pid !== null) await stopPostmaster(pid, () => runningPostmaster(this.#directory) !== pid)
  }

  async #bringUp(): Promise<void> {
    const began = Date.now()
    let deadline = began + startTimeoutMs
    let recoveringSince: number | null = null
    let recoveryTold = false
    let reason = ''
    if (!this.#postmaster?.running) this.#postmaster = null
    while (Date.now() < deadline) {
      const presence = await probe(this.connection)
      if (presence.state === 'ready') return
      reason = presence.reason
      if (presence.state === 'recovering') {
        deadline = Math.min(began + recoveryTimeoutMs, Date.now() + startTimeoutMs)
        recoveringSince ??= Date.now()
        if (!recoveryTold && Date.now() - recoveringSince > 2_000) {
          this.#options.log(
            'info',
            'The database is starting. If it was cut off, it repairs itself: up to some minutes.',
          )
          recoveryTold = true
        }
      }
      if (presence.state === 'absent' && !this.#postmaster?.running) {
        const launching = Date.now()
        this.#startUnlessRunning()
        // Making the files of a new database may take long; that is no silence of the server's.
        deadline += Date.now() - launching
      }
      await sleep(pollMs)
    }
    throw this.#silent(Date.now() - began, reason)
  }

  /** One try to start it; does nothing while another process's postmaster is still starting or stopping. */
  #startUnlessRunning(): void {
    if (this.#postmaster?.failure !== undefined) throw this.#failed(this.#postmaster.failure)
    if (runningPostmaster(this.#directory) !== null) return
    try {
      this.#postmaster = this.#launch()
    } catch (error) {
      if (error instanceof DatabaseError) throw error
      const { root } = this.#directory
      throw new DatabaseError(
        `The data directory ${root} cannot be used (${messageOf(error)}). Mend that, or set ROLLCALL_DATA_DIR.`,
        { cause: error },
      )
    }
  }

  #launch(): Postmaster {
    const { durable, log } = this.#options
    const directory = this.#directory
    const binaries = findBinaries()
    const owner = clusterOwner(directory)
    const rights = findRights(binaries.postgres, directory.root, owner)
    if (owner === null) log('info', `Creating the database in ${directory.root}`)
    prepareSockets(directory, rights.identity)
    ensureCluster(directory, binaries, rights, durable)
    removeStaleLocks(directory)
    return startPostmaster(directory, binaries, rights, durable)
  }

  #failed(reason: string): DatabaseError {
    const { root, log } = this.#directory
    return new DatabaseError(
      `The database in ${root} did not start (${reason}). Mend what the end of ${log} tells, then start again:\n${lastLines(log)}`,
    )
  }

  #silent(ms: number, reason: string): DatabaseError {
    const { root, log } = this.#directory
    const pid = runningPostmaster(this.#directory)
    const advice = pid === null ? 'Start again' : `Stop its process with "kill -INT ${pid}" and start again`
    return new DatabaseError(
      `The database in ${root} did not answer within ${Math.round(ms / 1000)} s (${reason}). ${advice}; the end of ${log}:\n${lastLines(log)}`,
    )
  }

  /** Whether the process that started the database is gone and no other process of Rollcall is connected to it. */
  async #isAbandoned(): Promise<boolean> {
    // Two that close at the same time must not count each other, or neither would stop it.
    const client = new pg.Client({
      ...this.connection,
      application_name: `rollcall closing ${process.pid}`,
      connectionTimeoutMillis: 2_000,
    })
    client.on('error', () => {})
    try {
      await client.connect()
      const { rows } = await client.query<{ owner: string | null; others: boolean }>(
        `select current_setting('rollcall.owner', true) as owner, exists (
           select from pg_stat_activity
           where application_name like 'rollcall%' and application_name not like 'rollcall closing%'
             and application_name !~ $1
         ) as others`,
        [`^rollcall( [a-z]+)? ${process.pid}( |$)`],
      )
      const row = rows[0]
      return row !== undefined && !row.others && !stillLives(row.owner ?? '')
    } catch {
      // It ended already, or is ending.
      return false
    } finally {
      await client.end().catch(() => {})
    }
  }
}
