import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config.ts'
import type { Database } from '../store/database.ts'
import { acquireServeLock, type ServeLock } from '../store/serve-lock.ts'
import { baseUrl } from './listen.ts'

/**
 * Keeps the data directory of an embedded database this server's own, until it ends. The lock goes with the database's
 * connection: it is taken again as soon as the database is back, and this process ends if another server was faster.
 * An external database needs none: any number of servers may share it.
 */
export class ServerLock {
  readonly #config: Config
  readonly #log: FastifyBaseLogger
  #lock: ServeLock | null = null
  #ending = false

  constructor(config: Config, log: FastifyBaseLogger) {
    this.#config = config
    this.#log = log
  }

  /** Throws `DatabaseError` beside a live server. */
  async take(database: Database): Promise<void> {
    if (database.kind !== 'embedded') return
    const { host, port, dataDir } = this.#config
    const lock = await acquireServeLock(database.connection, {
      // Of a port that the system is yet to choose nothing can be told.
      address: port === 0 ? '' : baseUrl(host, port),
      dataDir,
      ensure: database.ensure,
      log: (level, message) => this.#log[level](message),
    })
    this.#lock = lock
    lock.onLost(() => this.#takeAgain(database))
  }

  /** Before anything of this server ends: from here on nothing brings the database back, and the next server waits. */
  async markStopping(): Promise<void> {
    this.#ending = true
    await this.#lock?.markStopping()
  }

  /** Last: the next server must not begin on a database that is about to stop. */
  async release(): Promise<void> {
    await this.#lock?.release()
  }

  #takeAgain(database: Database): void {
    if (this.#ending) return
    this.#log.warn('the connection to the database broke; bringing the database back')
    database
      .ensure()
      .then(() => (this.#ending ? undefined : this.take(database)))
      .then(() => {
        if (!this.#ending) this.#log.info('the database is back')
      })
      .catch((error: unknown) => {
        if (this.#ending) return
        this.#log.fatal({ err: error }, 'the data directory is lost to this server')
        process.exit(1)
      })
  }
}
