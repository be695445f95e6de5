import pg from 'pg'
import { codeOf, DatabaseError, messageOf } from './database-error.ts'

/**
 * What a try to connect found: `ready`; `absent` (nobody listens); `recovering` after a crash, which may take minutes;
 * `busy` (starting, stopping, cut off in the middle, or silent for two seconds).
 */
export type Presence = { readonly state: 'ready' | 'absent' | 'recovering' | 'busy'; readonly reason: string }

export async function probe(connection: pg.ClientConfig): Promise<Presence> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 })
  // Errors after the connection stood; the query's own rejection says the same.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return { state: 'ready', reason: '' }
  } catch (error) {
    return { state: stateOf(error, connection.host), reason: messageOf(error) }
  } finally {
    client.end().catch(() => {})
  }
}

function stateOf(error: unknown, host: string | undefined): Presence['state'] {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return 'absent'
    case '53300': // too many connections: it lives
      return 'ready'
    case '57P03': // cannot_connect_now
      return error instanceof Error && error.message.includes('shutting down') ? 'busy' : 'recovering'
    case 'EACCES':
      throw new DatabaseError(
        `The database's socket in ${host} belongs to another user. Start Rollcall as that user, or set ROLLCALL_DATA_DIR.`,
      )
    default:
      return 'busy'
  }
}
