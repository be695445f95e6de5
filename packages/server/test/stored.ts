import assert from 'node:assert/strict'
import pg from 'pg'

const tables = [
  'tenants',
  'access_roles',
  'job_titles',
  'users',
  'user_terms',
  'user_relations',
  'user_passwords',
  'credentials',
  'user_blocks',
  'user_friends',
  'owed_mails',
  'user_presence',
  'user_avatars',
  'webhook_subscriptions',
  'events',
]

/** Looks at a test's database from outside: at every row of it, and at the events. */
export async function openStored(scope: { after(cleanUp: () => Promise<void>): void }, connection: pg.ClientConfig) {
  const client = new pg.Client(connection)
  // The database may be dropped first, with whatever is still connected to it.
  client.on('error', () => {})
  await client.connect()
  scope.after(() => client.end())
  const digests = tables.map(
    (table) => `(select md5(string_agg(t::text, '|' order by t::text)) from ${table} t) ${table}`,
  )

  /** How many rows each table has, and a digest of them all. */
  const everything = async (): Promise<unknown> => (await client.query(`select ${digests.join(', ')}`)).rows[0]
  return {
    /** Runs a request that must change nothing, and proves that it did not. */
    async unchanged<T>(request: () => Promise<T>): Promise<T> {
      const before = await everything()
      const result = await request()
      assert.deepEqual(await everything(), before, 'something was written')
      return result
    },
    /** The types of what happened to a record (or to anything), oldest first. */
    async eventsOf(subjectId: string | null = null): Promise<string[]> {
      const { rows } = await client.query<{ type: string }>(
        'select type from events where $1::text is null or subject_id = $1 order by id',
        [subjectId],
      )
      return rows.map(({ type }) => type)
    },
    async countOf(table: 'users' | 'events'): Promise<number> {
      const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`)
      return rows[0]?.n ?? 0
    },
    /** Everything that was ever written down of events, to look for what must not be there. */
    async eventTexts(): Promise<string> {
      const { rows } = await client.query<{ text: string }>("select string_agg(e::text, '\n') as text from events e")
      return rows[0]?.text ?? ''
    },
  }
}

export type Stored = Awaited<ReturnType<typeof openStored>>
