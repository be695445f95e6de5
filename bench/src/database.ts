import pg from 'pg'
import { type Child, startNode } from './children.ts'

/** The PostgreSQL that everything measured here shares. */
export interface Postgres {
  readonly socketDirectory: string
  readonly version: string
  readonly child: Child
  /** Of the process that starts one for each connection. */
  readonly pid: number
  url(database: string): string
  connection(database: string): pg.ClientConfig
}

const user = 'postgres'

/** Starts it on the servers' core, with its data in this directory. */
export async function startPostgres(directory: string, pin: readonly string[]): Promise<Postgres> {
  const file = new URL('database-process.ts', import.meta.url).pathname
  const child = await startNode(file, [directory], { pin, ready: /^ready on (.+)$/, patience: 300_000 })
  const [socketDirectory = ''] = child.told
  const connection = (database: string) => ({ host: socketDirectory, port: 5432, user, database, ssl: false })
  const [row] = await rowsOf<{ version: string; pid: number }>(
    connection('postgres'),
    `select current_setting('server_version') as version, split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid`,
  )
  return {
    socketDirectory,
    version: row?.version ?? '',
    child,
    pid: row?.pid ?? 0,
    url: (database) => `postgres://${user}@localhost/${database}?host=${encodeURIComponent(socketDirectory)}`,
    connection,
  }
}

/** Runs one statement on a connection of its own. */
export async function rowsOf<Row extends pg.QueryResultRow>(
  connection: pg.ClientConfig,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}
