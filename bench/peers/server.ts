import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RequestPlan } from '../src/request.ts'

export interface ServerOptions {
  /** Where it runs, and where its words are kept, in `server.log`. */
  readonly directory: string
  /** Its command and arguments; `pin` goes before it. */
  readonly command: readonly string[]
  readonly pin: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** A path that is answered below 500 as soon as the server is ready. */
  readonly readyPath: string
}

export interface PeerServer {
  readonly origin: RequestPlan['origin']
  stop(): Promise<void>
}

const host = '127.0.0.1'
const startTimeoutMs = 180_000
const stopTimeoutMs = 10_000

/** Starts a peer's server with `PORT` (and `HOST`) in its environment; resolves when it answers. */
export async function startServer(options: ServerOptions): Promise<PeerServer> {
  const { directory, command, pin, environment, readyPath } = options
  const origin = { host, port: await freePort() }
  const [program = '', ...rest] = [...pin, ...command]
  const logFile = join(directory, 'server.log')
  const output = openSync(logFile, 'w')
  const child = spawn(program, rest, {
    cwd: directory,
    env: { ...process.env, NODE_ENV: 'production', HOST: host, PORT: String(origin.port), ...environment },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  // Whatever ends us, no server is left behind.
  const killed = () => child.kill('SIGKILL')
  process.once('exit', killed)
  const ended = Promise.withResolvers<void>()
  let failure: string | null = null
  child.on('error', (error) => {
    failure = error.message
    ended.resolve()
  })
  child.on('exit', (code, signal) => {
    failure = `ended with ${signal ?? code}`
    process.off('exit', killed)
    ended.resolve()
  })
  const stop = async () => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
    await ended.promise
    clearTimeout(timer)
  }
  const deadline = Date.now() + startTimeoutMs
  while (!(await answers(`http://${host}:${origin.port}${readyPath}`))) {
    if (failure === null && Date.now() < deadline) {
      await sleep(200)
      continue
    }
    const reason = failure ?? 'does not answer'
    await stop()
    throw new Error(`The server ${reason}. Its last words:\n${readFileSync(logFile, 'utf8').slice(-1000)}`)
  }
  return { origin, stop }
}

async function answers(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    await reply.arrayBuffer()
    return reply.status < 500
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const probe = createServer()
  probe.on('error', reject)
  probe.listen(0, host, () => {
    const address = probe.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    probe.close(() => resolve(port))
  })
  return await promise
}
