import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import pg from 'pg'
import { logLevels } from '../src/config-values.ts'
import { testDatabase } from './database.ts'
import { bounded } from './embedded-support.ts'
import { databaseUrl, runToEnd, send, startServer } from './server-process.ts'
import { adminToken } from './server-support.ts'
import { adminEmail, adminPassword, secret } from './support.ts'

const environment = (connection: pg.ClientConfig) => ({
  DATABASE_URL: databaseUrl(connection),
  ROLLCALL_SECRET: secret,
  ROLLCALL_ADMIN_EMAIL: adminEmail,
  ROLLCALL_ADMIN_PASSWORD: adminPassword,
  ROLLCALL_LOG_LEVEL: 'warn',
})
type Scope = Parameters<typeof testDatabase>[0]

/** A database as its owner gets it: without a single table. */
async function emptyDatabase(t: Scope): Promise<pg.ClientConfig> {
  const connection = await testDatabase(t)
  const client = new pg.Client(connection)
  await client.connect()
  await client.query('drop schema public cascade')
  await client.query('create schema public')
  await client.end()
  return connection
}

const me = (url: string, token: string) => send(url, 'GET', '/api/v2/users/me', { token })

/** A port of this machine where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 1
}

// It waits for fifteen seconds: it may do so beside the tests.
const waiting = closedPort().then((port) => {
  const url = `postgres://me:hunter2@127.0.0.1:${port}/x`
  return runToEnd(['tenant', 'list'], { DATABASE_URL: url, ROLLCALL_SECRET: secret })
})

test('two servers that start together on an empty database serve one directory', bounded, async (t) => {
  const env = environment(await emptyDatabase(t))
  const [one, other] = await Promise.all([startServer(t, env), startServer(t, env)])
  assert.equal((await me(other.url, await adminToken(one.url))).status, 200)
  const tenants = await runToEnd(['tenant', 'list'], env)
  assert.equal(tenants.output.split('\n').length, 2, tenants.output)
  for (const server of [one, other]) assert.equal(await server.stop(), 0)
})

test('the ready line is plain at every log level, and silent is silent', bounded, async (t) => {
  const env = environment(await testDatabase(t))
  const begin = async (level: string) => {
    const server = await startServer(t, { ...env, ROLLCALL_LOG_LEVEL: level })
    const lines = server.output().trimEnd().split('\n')
    assert.match(lines.at(-1) ?? '', /^rollcall ready on http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    assert.ok(!lines.some((line) => line.startsWith('{')), 'logs go elsewhere')
    assert.equal(await server.stop(), 0)
    if (level === 'silent') assert.equal(server.errors(), 'SIGTERM: finishing open requests and stopping\n')
  }
  await Promise.all(logLevels.map(begin))
})

test('a new secret: tokens of the one before work while both are set, and not after', bounded, async (t) => {
  const env = environment(await testDatabase(t))
  const [later, unknown] = ['another secret that only tests use, 32', 'a third secret that only tests use, 32']
  const before = await startServer(t, env)
  const oldToken = await adminToken(before.url)
  assert.equal(await before.stop(), 0)

  const during = await startServer(t, { ...env, ROLLCALL_SECRET: later, ROLLCALL_SECRET_PREVIOUS: secret })
  assert.equal((await me(during.url, oldToken)).status, 200)
  const newToken = await adminToken(during.url)
  assert.equal(await during.stop(), 0)

  const after = await startServer(t, { ...env, ROLLCALL_SECRET: later })
  assert.equal((await me(after.url, oldToken)).status, 401)
  assert.equal((await me(after.url, newToken)).status, 200)
  const stranger = await startServer(t, { ...env, ROLLCALL_SECRET: unknown })
  assert.equal((await me(stranger.url, newToken)).status, 401)
})

test('a database that can not be used: one line without the password', bounded, async (t) => {
  const connection = await testDatabase(t)
  const there = databaseUrl(connection)
  const cases: [url: string, line: RegExp][] = [
    [
      there.replace(`${connection.database}`, 'nothing_here'),
      /^error: .* cannot be used: database "nothing_here" does/,
    ],
    [
      there.replace('postgres://', 'postgres://nobody_known:hunter2@').replace('hunter2@postgres@', 'hunter2@'),
      /role "nobody_known" does/,
    ],
  ]
  await Promise.all(
    cases.map(async ([url, line]) => {
      const { code, output, errors } = await runToEnd(['tenant', 'list'], {
        ...environment(connection),
        DATABASE_URL: url,
      })
      assert.match(errors, line)
      assert.deepEqual({ code, output }, { code: 1, output: '' })
      assert.ok(!errors.includes('hunter2'))
      assert.equal(errors.trimEnd().split('\n').length, 1, errors)
    }),
  )
})

test('a database that does not answer is waited for, then it is one line', bounded, async () => {
  const { code, output, errors } = await waiting
  assert.match(errors, /^error: The database of DATABASE_URL cannot be used: connect ECONNREFUSED .*Check DATABASE_URL/)
  assert.deepEqual({ code, output, lines: errors.trimEnd().split('\n').length }, { code: 1, output: '', lines: 1 })
  assert.ok(!errors.includes('hunter2'))
})

test('a database that may not be written, or that a newer version made, is one line', bounded, async (t) => {
  const connection = await testDatabase(t)
  const change = async (statement: string) => {
    const client = new pg.Client(connection)
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  const refusal = async (line: RegExp) => {
    const { code, errors } = await runToEnd(['tenant', 'list'], environment(connection))
    assert.match(errors, line)
    assert.equal(code, 1)
    assert.equal(errors.trimEnd().split('\n').length, 1, errors)
  }
  await change("insert into rollcall_migrations (name) values ('9999_later.sql')")
  await refusal(/^error: The database can not be brought up to date: .*newer Rollcall \(9999_later\.sql\)/)
  await change(`alter database ${connection.database} set default_transaction_read_only = on`)
  await refusal(/^error: The database can not be brought up to date: cannot execute .* in a read-only transaction/)
})
