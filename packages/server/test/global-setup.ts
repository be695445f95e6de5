/**
 * One database server for a whole run of the tests (`node --test --test-global-setup=<this file>`). It holds
 * `rollcall_template`, migrated, of which `testDatabase()` hands out copies.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, openDatabase } from '../src/store/database.ts'
import { isAlive } from '../src/store/embedded/processes.ts'
import { migrate } from '../src/store/migrate.ts'

const prefix = 'rollcall-test-'

let dataDir: string | undefined
let database: Database | undefined

export async function globalSetup(): Promise<void> {
  removeLeftovers()
  dataDir = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  try {
    database = await openDatabase({ dataDir, log, durable: false })
    await createTemplate(database.connection)
  } catch (error) {
    await globalTeardown()
    throw error
  }
  process.env.ROLLCALL_TEST_DATABASE = JSON.stringify(database.connection)
}

export async function globalTeardown(): Promise<void> {
  await database?.close()
  if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true })
}

/** Copies can be made of it only while nobody is connected to it. */
async function createTemplate(connection: pg.ClientConfig): Promise<void> {
  const admin = new pg.Client(connection)
  await admin.connect()
  await admin.query('create database rollcall_template')
  await admin.end()
  await migrate({ ...connection, database: 'rollcall_template' }, log)
}

function log(level: 'info' | 'warn', message: string): void {
  if (level === 'warn') process.stderr.write(`${message}\n`)
}

/** A run that was killed could not remove its 40 MB. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number.parseInt(name.slice(prefix.length), 10)
    if (name.startsWith(prefix) && pid > 0 && !isAlive(pid)) {
      try {
        rmSync(join(tmpdir(), name), { recursive: true, force: true })
      } catch {
        // Another user's, or its database is ending this very moment.
      }
    }
  }
}
