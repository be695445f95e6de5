import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { DatabaseError, openDatabase } from '../src/store/database.ts'
import { testDatabase } from './database.ts'

const connection = await testDatabase({ after })
const url = (database: string) =>
  `postgres://postgres:geheim@/${database}?host=${encodeURIComponent(connection.host ?? '')}`
const options = { dataDir: '/nowhere/at/all', log: () => {} }

test('a URL opens a database that we neither start nor stop', async () => {
  const database = await openDatabase({ ...options, url: url(connection.database ?? '') })
  assert.equal(database.kind, 'external')
  await database.ensure()
  await database.close()
  const client = new pg.Client(database.connection)
  await client.connect()
  const { rows } = await client.query(
    `select current_database() as database, current_setting('application_name') as name`,
  )
  await client.end()
  assert.deepEqual(rows, [{ database: connection.database, name: `rollcall ${process.pid}` }])
})

test('a database that is not there is refused at once, without showing the password', async () => {
  const began = Date.now()
  await assert.rejects(openDatabase({ ...options, url: url('missing') }), (error) => {
    assert.ok(error instanceof DatabaseError)
    assert.equal(
      error.message,
      'The database of DATABASE_URL cannot be used: database "missing" does not exist. Check DATABASE_URL.',
    )
    return true
  })
  assert.ok(Date.now() - began < 5_000)
})

test('what is no URL is refused without showing it', async () => {
  await assert.rejects(openDatabase({ ...options, url: 'postgres://user:geheim@host:port/db' }), {
    name: 'DatabaseError',
    message: 'DATABASE_URL is not a URL. It looks like postgres://user:password@host:5432/database.',
  })
})
