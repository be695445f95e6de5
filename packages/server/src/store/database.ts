import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { codeOf, DatabaseError, messageOf } from './embedded/database-error.ts'
import { EmbeddedServer, type Log } from './embedded/server.ts'

export { DatabaseError } from './embedded/database-error.ts'
export type { Log } from './embedded/server.ts'

export type DatabaseOptions = {
  /** A `postgres://` URL. Without one the embedded database of `dataDir` is used, and made if it is not there. */
  url?: string | undefined
  dataDir: string
  log: Log
  /** Only for the embedded one: false trades the data's safety in a crash for speed, for tests. True by default. */
  durable?: boolean
}

/** A PostgreSQL that answered. */
export type Database = {
  /** What any `pg.Client` or `pg.Pool` needs; its application name begins with `rollcall`, and so must any other. */
  readonly connection: pg.ClientConfig
  readonly kind: 'embedded' | 'external'
  /**
   * To be called when connections break: starts the embedded database again if it ended, whoever had started it, and
   * resolves when it answers. Simultaneous calls share one start. Does nothing for an external one.
   */
  ensure(): Promise<void>
  /** Close all connections first. Stops the embedded database unless another process needs it. */
  close(): Promise<void>
}

/** Opens the database that the options name. Throws `DatabaseError`, whose message is enough for the person starting us. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url !== undefined) return await openExternal(options.url, options.log)
  const { dataDir, log, durable = true } = options
  const server = new EmbeddedServer({ dataDir, log, durable })
  await server.start()
  return {
    connection: server.connection,
    kind: 'embedded',
    ensure: () => server.start(),
    close: () => server.close(),
  }
}

const oldestVersion = 15
// Long enough for a database container that starts together with us.
const externalTimeoutMs = 15_000

async function openExternal(url: string, log: Log): Promise<Database> {
  const connection = { connectionString: url, application_name: `rollcall ${process.pid}` }
  const deadline = Date.now() + externalTimeoutMs
  let told = false
  for (;;) {
    try {
      refuseOldVersion(await versionOf(connection))
      return { connection, kind: 'external', ensure: async () => {}, close: async () => {} }
    } catch (error) {
      if (error instanceof DatabaseError) throw error
      if (!mayPass(error) || Date.now() > deadline) {
        throw new DatabaseError(`The database of DATABASE_URL cannot be used: ${messageOf(error)}. Check DATABASE_URL.`)
      }
      if (!told) log('info', `Waiting for the database of DATABASE_URL (${messageOf(error)})`)
      told = true
    }
    await sleep(200)
  }
}

/** Errors of a database that is only just starting, by their codes. */
function mayPass(error: unknown): boolean {
  return ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EAI_AGAIN', '57P03'].includes(codeOf(error) ?? '')
}

async function versionOf(connection: pg.ClientConfig): Promise<number> {
  let client: pg.Client
  try {
    client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 })
  } catch {
    // The parser's message would show the URL, and so the password.
    throw new DatabaseError('DATABASE_URL is not a URL. It looks like postgres://user:password@host:5432/database.')
  }
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string }>(`select current_setting('server_version_num') as version`)
    return Math.floor(Number(rows[0]?.version) / 10_000)
  } finally {
    client.end().catch(() => {})
  }
}

function refuseOldVersion(version: number): void {
  if (version >= oldestVersion) return
  throw new DatabaseError(
    `The database of DATABASE_URL is PostgreSQL ${version}; Rollcall needs ${oldestVersion} or newer.`,
  )
}
