import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const repository = new URL('../..', import.meta.url).pathname

export interface ChildOptions {
  /** Of Node itself. */
  readonly flags?: readonly string[]
  /** What to put before the command; see machine.ts. */
  readonly pin: readonly string[]
  /** Instead of this process's own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The first line on standard output that it matches says that the child is ready. */
  readonly ready: RegExp
  /** In milliseconds, until then. */
  readonly patience?: number
}

/** A program that serves until it is stopped. */
export interface Child {
  readonly process: ChildProcess
  /** The groups of `ready`. */
  readonly told: readonly string[]
  /** Ends it: SIGTERM, and after 15 seconds SIGKILL. */
  stop(): Promise<void>
}

const running = new Set<Child>()

/** For a bench that ends early: nothing of it goes on. */
export const stopAll = async () => {
  await Promise.all([...running].map((child) => child.stop()))
}

/** Starts a TypeScript file of ours on this Node and waits until it is ready. Throws with what it said if it ends before. */
export async function startNode(file: string, args: readonly string[], options: ChildOptions): Promise<Child> {
  const [program = '', ...rest] = [...options.pin, process.execPath, ...(options.flags ?? []), file, ...args]
  const log = openLog()
  const child = spawn(program, rest, {
    cwd: repository,
    env: { ...process.env, ...options.env },
    // Ctrl-C must reach us alone: we stop the children in their order.
    detached: true,
    stdio: ['ignore', 'pipe', log.handle],
  })
  closeSync(log.handle)
  try {
    const self: Child = { process: child, told: await readiness(child, options), stop: () => stop(self) }
    running.add(self)
    // A server that logs each request would fill the disk in a long run.
    const trim = setInterval(() => {
      if (statSync(log.path).size > mostLog) truncateSync(log.path)
    }, 2000).unref()
    child.once('exit', () => {
      clearInterval(trim)
      rmSync(log.path, { force: true })
    })
    return self
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${reason}. ${readFileSync(log.path, 'utf8').slice(-2000)}`)
  }
}

/** Bytes of a child's log that are kept at most. */
const mostLog = 50_000_000
let logs = 0

/** Where a child's standard error goes: a file, as with a real one. */
function openLog() {
  logs += 1
  const path = join(tmpdir(), `rollcall-bench-${process.pid}-${logs}.log`)
  return { path, handle: openSync(path, 'a', 0o600) }
}

async function readiness(child: ChildProcess, options: ChildOptions): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>()
  const fail = (why: string) => reject(new Error(`${child.spawnargs.slice(-3).join(' ')} ${why}`))
  child.once('error', (error) => fail(error.message))
  child.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`))
  const timer = setTimeout(() => {
    child.kill('SIGKILL')
    fail('was not ready in time')
  }, options.patience ?? 60_000)
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const groups = options.ready.exec(line)
      if (groups !== null) resolve(groups.slice(1))
    })
  }
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}

async function stop(child: Child): Promise<void> {
  if (!running.delete(child)) return
  if (child.process.exitCode !== null || child.process.signalCode !== null) return
  const gone = once(child.process, 'exit')
  child.process.kill('SIGTERM')
  const timer = setTimeout(() => child.process.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(timer)
}

export interface Command extends Pick<ChildOptions, 'pin' | 'env'> {
  readonly input?: string
  /** A file that takes its standard output, instead of giving it. */
  readonly output?: string
}

/** Runs a command of the product to its end and gives what it printed. Throws with what it said when it fails. */
export async function runProduct(args: readonly string[], { pin, env, input, output }: Command): Promise<string> {
  const [program = '', ...rest] = [...pin, process.execPath, 'packages/server/src/main.ts', ...args]
  const file = output === undefined ? 'pipe' : openSync(output, 'w', 0o600)
  const child = spawn(program, rest, {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['pipe', file, 'pipe'],
  })
  if (typeof file === 'number') closeSync(file)
  const [out, err]: [string[], string[]] = [[], []]
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk.toString()))
  child.stdin?.end(input ?? '')
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err.join('').slice(-2000)}`)
  return out.join('')
}
