import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ClientConfig } from 'pg'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

type Scope = { after(cleanUp: () => Promise<void>): void }

export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** What it has printed so far. */
  output(): string
  errors(): string
  /** Sends the signal and waits for the end; gives the exit code, `null` when a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface RunOptions {
  /** Makes it the leader of a process group of its own. */
  readonly group?: boolean
  /** Given to its standard input, which then ends. */
  readonly input?: string
  /** Starts it below a shell, as npm does; signals go to the shell. */
  readonly shell?: boolean
}

/** What a server or command needs to use this database. */
export const databaseUrl = ({ host, database, user }: ClientConfig): string =>
  `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host ?? '')}`

/** A real `rollcall start` in a process of its own, ready to serve; ended with the test. */
export async function startServer(
  scope: Scope,
  env: Record<string, string>,
  options: RunOptions = {},
): Promise<ServerProcess> {
  const run = runMain(['start'], { PORT: '0', ...env }, options)
  scope.after(async () => {
    await run.stop('SIGKILL')
  })
  return { ...run, url: await readyUrl(run) }
}

export type Running = Omit<ServerProcess, 'url'>

/** Any command of `rollcall` in a process of its own. */
export function runMain(args: readonly string[], env: Record<string, string>, options: RunOptions = {}): Running {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(ROLLCALL_|npm_|NODE_TEST_CONTEXT$)/.test(name))
  const command = [process.execPath, main, ...args]
  // The second command keeps the shell from becoming the first.
  const [file = '', ...rest] = options.shell === true ? ['sh', '-c', '"$@"; true', 'sh', ...command] : command
  const child = spawn(file, rest, {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: 'pipe',
    detached: options.group === true,
  })
  child.stdin.end(options.input)
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const ended = once(child, 'close')
  return {
    child,
    output: () => output,
    errors: () => errors,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await ended
      return child.exitCode
    },
  }
}

/** Runs a command to its end. */
export async function runToEnd(args: readonly string[], env: Record<string, string>, options: RunOptions = {}) {
  const run = runMain(args, env, options)
  await once(run.child, 'close')
  return { code: run.child.exitCode, output: run.output(), errors: run.errors() }
}

/** Where it serves, as soon as it says so. */
export async function readyUrl({ child, output, errors }: Running): Promise<string> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const [, url] = /^rollcall ready on (\S+)$/m.exec(output()) ?? []
    if (url !== undefined) return url
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The server did not start: ${output()}${errors()}`)
    await sleep(5)
  }
}

/** A request with a JSON body and reply. */
export async function send(url: string, method: string, path: string, call: { token?: string; body?: unknown } = {}) {
  const reply = await fetch(url + path, {
    method,
    headers: {
      admin: 'true',
      ...(call.token !== undefined && { authorization: `Bearer ${call.token}` }),
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
  })
  const body: unknown = await reply.json()
  return { status: reply.status, body }
}
