import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import type { Log } from './embedded/server.ts'
import { settleWorkspace } from './settle-workspace.ts'

const folder = new URL('./migrations/', import.meta.url)
/** Any number; it only has to be the same in every Rollcall. */
const migrationLock = 7_270_001
/** What a migration leaves to the rules in core, within its transaction. */
const completions: Readonly<Record<string, (client: pg.Client) => Promise<void>>> = {
  '0003_workspace.sql': settleWorkspace,
}

/**
 * Applies the migrations that the database lacks, in order, each in a transaction of its own. Several processes may call
 * it at once: they queue for an advisory lock. Refuses a database that a newer Rollcall has migrated.
 */
export async function migrate(connection: pg.ClientConfig, log: Log): Promise<void> {
  const client = new pg.Client(connection)
  // Its statements tell what went wrong; without a listener it would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query(
      'create table if not exists rollcall_migrations (name text primary key, applied_at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ name: string }>('select name from rollcall_migrations')
    const applied = new Set(rows.map(({ name }) => name))
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
    const unknown = [...applied].find((name) => !names.includes(name))
    if (unknown !== undefined) {
      throw new Error(
        `The database was migrated by a newer Rollcall (${unknown}). Start that version, or restore a backup.`,
      )
    }
    for (const name of names) if (!applied.has(name)) await apply(client, name, log)
    await adoptRestoredEvents(client)
  } finally {
    await client.end()
  }
}

async function apply(client: pg.Client, name: string, log: Log): Promise<void> {
  const text = await readFile(new URL(name, folder), 'utf8')
  try {
    await client.query('begin')
    await client.query(text)
    await completions[name]?.(client)
    await client.query('insert into rollcall_migrations (name) values ($1)', [name])
    await client.query('commit')
  } catch (error) {
    throw new Error(`Migration ${name} failed; nothing of it was kept.`, { cause: error })
  }
  log('info', `migrated the database: ${name}`)
}

/**
 * Events that a dump brought from another cluster bear that cluster's transaction ids, which rounds would take for changes
 * to come. They get the present one, and whatever any process has cached goes.
 */
async function adoptRestoredEvents(client: pg.Client): Promise<void> {
  await client.query(`
    update events set xid = pg_current_xact_id(), touches = '{everything}'
    where xid > pg_snapshot_xmax(pg_current_snapshot())`)
}
