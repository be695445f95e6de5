/**
 * A process that opens the embedded database, for tests that need real processes to kill. Its argument is JSON
 * (`OwnerOptions`); it answers each command line on standard input with a line of JSON on standard output.
 */
import { createInterface } from 'node:readline'
import { DatabaseError, openDatabase } from '../src/store/database.ts'
import { acquireServeLock, type ServeLock } from '../src/store/serve-lock.ts'

export type OwnerOptions = { dataDir: string; durable: boolean; waitMs?: number }
export type Answer =
  | { ok: true; host?: string | undefined; kind?: string }
  | { ok: false; error: string; message: string }

const options: OwnerOptions = JSON.parse(process.argv[2] ?? '{}')

// Like a server that drains: it ends when it is told to, not by the signal.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})

function say(answer: Answer | { event: string }): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

function sayError(error: unknown): void {
  // A DatabaseError's message must do without the stack; anything else is a bug that the test shall show.
  const isKnown = error instanceof DatabaseError
  const message = error instanceof Error ? (isKnown ? error.message : `${error.stack}`) : String(error)
  say({ ok: false, error: isKnown ? 'DatabaseError' : 'unexpected', message })
}

try {
  const { dataDir, durable, waitMs } = options
  const database = await openDatabase({ dataDir, durable, log: (_, message) => say({ event: message }) })
  let lock: ServeLock | null = null
  const commands: Record<string, () => Promise<void>> = {
    ensure: () => database.ensure(),
    close: () => database.close(),
    serve: async () => {
      lock = await acquireServeLock(database.connection, {
        address: 'http://127.0.0.1:3000',
        dataDir,
        ensure: () => database.ensure(),
        ...(waitMs !== undefined && { waitMs }),
      })
      lock.onLost(() => say({ event: 'lost' }))
    },
    stopping: async () => lock?.markStopping(),
    release: async () => lock?.release(),
  }
  say({ ok: true, host: database.connection.host, kind: database.kind })
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      await commands[line]?.()
      say({ ok: true })
    } catch (error) {
      sayError(error)
    }
  }
} catch (error) {
  sayError(error)
}
