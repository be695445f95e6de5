import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openDatabase } from '../src/store/database.ts'
import { isAlive } from '../src/store/embedded/processes.ts'
import { eventually, freshDataDir, postmasterPid } from './embedded-support.ts'
import { runToEnd, send } from './server-process.ts'
import { adminEmail, adminPassword, secret, textAt } from './support.ts'

/** What a server on the embedded database of this directory is started with. */
export const embeddedEnv = (dataDir: string) => ({
  DATABASE_URL: '',
  ROLLCALL_DATA_DIR: dataDir,
  ROLLCALL_SECRET: secret,
  ROLLCALL_ADMIN_EMAIL: adminEmail,
  ROLLCALL_ADMIN_PASSWORD: adminPassword,
  ROLLCALL_LOG_LEVEL: 'warn',
})

let prepared: string | undefined

/** A data directory whose database is migrated and has the default tenant: spares the second that making one takes. */
export async function servedDataDir(t: TestContext): Promise<string> {
  if (prepared === undefined) {
    const home = mkdtempSync(join(tmpdir(), 'rollcall-served-'))
    process.once('exit', () => rmSync(home, { recursive: true, force: true }))
    prepared = join(home, 'data')
    const { code, errors } = await runToEnd(['tenant', 'list'], embeddedEnv(prepared))
    assert.equal(code, 0, errors)
  }
  const dataDir = freshDataDir(t)
  cpSync(prepared, dataDir, { recursive: true })
  // Node 24 gives copied directories the usual mode, which the database refuses.
  for (const folder of ['', 'postgres', 'run']) chmodSync(join(dataDir, folder), 0o700)
  return dataDir
}

export async function adminToken(url: string): Promise<string> {
  const { body } = await send(url, 'POST', '/auth/local', { body: { email: adminEmail, password: adminPassword } })
  return textAt(body, 'token')
}

/** A role without rights, for people who need one. */
export async function makeRole(url: string, token: string): Promise<string> {
  const { body } = await send(url, 'POST', '/api/v2/accessroles', { token, body: { name: 'plain', permissions: [] } })
  return textAt(body, '_id')
}

export const personBody = (email: string, role: string) => ({
  email,
  name: { names: 'Person' },
  accessRoles: [role],
})

/** The embedded database has ended, in an orderly way. */
export async function databaseEnded(dataDir: string, pid: number): Promise<void> {
  await eventually('the database ends', () => !isAlive(pid))
  assert.equal(postmasterPid(dataDir), null, 'an orderly stop removes the lock file')
}

/** The id of the database's process; it must run. */
export function livingPostmaster(dataDir: string): number {
  const pid = postmasterPid(dataDir)
  assert.ok(pid !== null && isAlive(pid), 'the database runs')
  return pid
}

/**
 * A login whose body is only half sent, once the server has it: `finish` sends the rest and gives the reply's status.
 * Over HTTPS any certificate is trusted.
 */
export async function openRequest(url: string): Promise<{ finish(): Promise<number> }> {
  const body = JSON.stringify({ email: adminEmail, password: adminPassword })
  const request = url.startsWith('https:') ? secureRequest : plainRequest
  const sent = request(`${url}/auth/local`, {
    method: 'POST',
    rejectUnauthorized: false,
    // The server answers 100 once it has read the headers: from then on the request is open.
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), expect: '100-continue' },
  })
  const replied = once(sent, 'response')
  replied.catch(() => {})
  sent.flushHeaders()
  await once(sent, 'continue')
  sent.write(body.slice(0, 10))
  return {
    finish: async () => {
      sent.end(body.slice(10))
      const [reply] = await replied
      reply.resume()
      return reply.statusCode
    },
  }
}

/** Rows of a statement in the database of a stopped or running server's data directory. */
export async function rowsOf<Row>(dataDir: string, statement: string, values: unknown[] = []): Promise<Row[]> {
  const { default: pg } = await import('pg')
  const database = await openDatabase({ dataDir, log: () => {} })
  const client = new pg.Client(database.connection)
  try {
    await client.connect()
    return (await client.query(statement, values)).rows
  } finally {
    await client.end()
    await database.close()
  }
}
