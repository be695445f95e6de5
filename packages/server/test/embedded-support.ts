import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openDatabase } from '../src/store/database.ts'
import { isAlive } from '../src/store/embedded/processes.ts'
import type { Answer, OwnerOptions } from './embedded-owner.ts'

/** Each test is bounded; milliseconds. A first start takes about one second. */
export const bounded = { timeout: 60_000 }

/** Waits until `condition` holds, and fails by name if it does not within ten seconds. */
export async function eventually(name: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > deadline) assert.fail(`not within 10 s: ${name}`)
    await sleep(10)
  }
}

/** A path for a data directory, in a fresh directory. At the end its database is ended and everything removed. */
export function freshDataDir(t: TestContext, name = 'data', parent = tmpdir()): string {
  const home = mkdtempSync(join(parent, 'rollcall-embedded-'))
  const dataDir = join(home, name)
  t.after(async () => {
    const pid = postmasterPid(dataDir)
    if (pid !== null && isAlive(pid)) {
      process.kill(pid, 'SIGQUIT')
      await eventually('the database ends with its test', () => postmasterPid(dataDir) === null)
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })
  return dataDir
}

let prepared: string | undefined

/** Like `freshDataDir`, with a database in it that was closed before: spares the second that making one takes. */
export async function usedDataDir(t: TestContext): Promise<string> {
  if (prepared === undefined) {
    const home = mkdtempSync(join(tmpdir(), 'rollcall-embedded-'))
    process.once('exit', () => rmSync(home, { recursive: true, force: true }))
    const database = await openDatabase({ dataDir: join(home, 'data'), durable: false, log: () => {} })
    await database.close()
    prepared = join(home, 'data')
  }
  const dataDir = freshDataDir(t)
  cpSync(prepared, dataDir, { recursive: true })
  // Node 24 gives copied directories the usual mode, which the database refuses.
  for (const folder of ['', 'postgres', 'run']) chmodSync(join(dataDir, folder), 0o700)
  return dataDir
}

/** The postmaster's process id by its lock file; null without one. */
export function postmasterPid(dataDir: string): number | null {
  try {
    return Number.parseInt(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10)
  } catch {
    return null
  }
}

/** How to start the process: `before` are wrapper programs in front of Node. */
type StartOptions = { before?: string[]; env?: NodeJS.ProcessEnv; waitMs?: number; durable?: boolean }

/** A process of its own group that runs `embedded-owner.ts`; ended with the test. */
export class Owner {
  readonly #child: ChildProcess
  readonly #answers: Answer[] = []
  readonly events: string[] = []
  readonly #dataDir: string
  host = ''
  ended = false

  constructor(t: TestContext, dataDir: string, { before = [], env, waitMs, durable = false }: StartOptions = {}) {
    this.#dataDir = dataDir
    const script = fileURLToPath(new URL('./embedded-owner.ts', import.meta.url))
    const options: OwnerOptions = { dataDir, durable, ...(waitMs !== undefined && { waitMs }) }
    const [file = process.execPath, ...args] = [...before, process.execPath, script, JSON.stringify(options)]
    this.#child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true, env: env ?? process.env })
    this.#child.once('exit', () => {
      this.ended = true
    })
    // The process may be killed while we write to it.
    this.#child.stdin?.on('error', () => {})
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        const said: Answer | { event: string } = JSON.parse(line)
        if ('event' in said) this.events.push(said.event)
        else this.#answers.push(said)
      })
    }
    t.after(async () => {
      if (!this.ended) this.kill('SIGKILL')
      await eventually('the process ends with its test', () => this.ended)
    })
  }

  /** Starts one and waits until its database is open. */
  static async open(t: TestContext, dataDir: string, options?: StartOptions): Promise<Owner> {
    const owner = new Owner(t, dataDir, options)
    await owner.opened()
    return owner
  }

  get pid(): number {
    assert.ok(this.#child.pid !== undefined)
    return this.#child.pid
  }

  /** The next answer, to the start or to a command. */
  async answer(): Promise<Answer> {
    const deadline = Date.now() + 30_000
    for (;;) {
      const answer = this.#answers.shift()
      if (answer !== undefined) return answer
      if (this.ended || Date.now() > deadline) assert.fail(`no answer from process ${this.pid} for ${this.#dataDir}`)
      await sleep(5)
    }
  }

  async opened(): Promise<void> {
    const answer = await this.answer()
    assert.ok(answer.ok, JSON.stringify(answer))
    this.host = answer.host ?? ''
  }

  /** The message of a start or command that must be refused with a `DatabaseError`. */
  async refusal(): Promise<string> {
    const answer = await this.answer()
    assert.ok(!answer.ok && answer.error === 'DatabaseError', JSON.stringify(answer))
    return answer.message
  }

  tell(command: 'ensure' | 'close' | 'serve' | 'stopping' | 'release'): void {
    this.#child.stdin?.write(`${command}\n`)
  }

  async did(command: Parameters<Owner['tell']>[0]): Promise<void> {
    this.tell(command)
    const answer = await this.answer()
    assert.ok(answer.ok, JSON.stringify(answer))
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  /** Ends the process and all of its group, as a terminal or a supervisor does. */
  killGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal)
  }

  async query(statement: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ host: this.host, user: 'postgres', database: 'postgres', ssl: false })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows
    } finally {
      await client.end()
    }
  }
}
