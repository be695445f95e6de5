import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { testDatabase } from './database.ts'

const shared = await testDatabase({ after })

async function databaseName(connection: pg.ClientConfig): Promise<string> {
  const client = new pg.Client(connection)
  await client.connect()
  const { rows } = await client.query<{ name: string }>('select current_database() as name')
  await client.end()
  return rows[0]?.name ?? ''
}

test('each test has a database of its own, beside one for the whole file', async (t) => {
  const own = await testDatabase(t)
  const names = [await databaseName(own), await databaseName(shared)]
  assert.deepEqual(names, [own.database, shared.database])
  assert.notEqual(names[0], names[1])
})

test('a database is dropped at the end of its test, whoever is still connected', async (t) => {
  let dropped = ''
  await t.test('a test that leaves a connection open', async (inner) => {
    const connection = await testDatabase(inner)
    dropped = connection.database ?? ''
    const client = new pg.Client(connection)
    client.on('error', () => {})
    await client.connect()
  })
  const client = new pg.Client(shared)
  await client.connect()
  const { rows } = await client.query('select 1 from pg_database where datname = $1', [dropped])
  await client.end()
  assert.deepEqual(rows, [])
})
