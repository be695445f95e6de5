import { connect, type Socket } from 'node:net'
import type { RequestPlan } from './request.ts'

/** What one run of a load gave. Times in milliseconds. */
export interface Load {
  /** Replies in a second. */
  readonly rate: number
  readonly replies: number
  readonly p50: number
  readonly p99: number
  /** Replies of another status than 2xx, and connections that broke. */
  readonly failures: number
}

export interface LoadOptions {
  readonly connections: number
  /** In milliseconds. */
  readonly duration: number
  /** Where in the plan's paths to begin, so that a later run goes on where one before has ended. */
  readonly from?: number
  /** Whether what is under way at the end is broken off: some replies take a minute. It counts neither as answered nor as failed. */
  readonly breakOff?: true
}

/** A request unanswered for longer fails, in milliseconds. */
const longestReply = 30_000

/**
 * Asks over keep-alive connections, each of which has one request under way, for as long as it takes. Our own rather than a
 * package: one request costs this client about a third of what it costs a bare `node:http` to answer it, paths and bodies
 * differ from request to request, and latencies are those of single requests.
 */
export async function load(
  plan: RequestPlan,
  { connections, duration, from = 0, breakOff }: LoadOptions,
): Promise<Load> {
  const encoded = encoder(plan)
  const latencies: number[] = []
  let [next, failures] = [from, 0]
  const take = () => encoded(next++)
  const told = (milliseconds: number, ok: boolean) => {
    latencies.push(milliseconds)
    if (!ok) failures += 1
  }
  const began = performance.now()
  const end = began + duration
  const ending = AbortSignal.timeout(breakOff === true ? duration : duration + 2 * longestReply)
  const running = Array.from({ length: connections }, () => converse(plan.origin, { take, told, end, ending }))
  const broken = (await Promise.all(running)).filter((whole) => !whole).length
  const elapsed = (performance.now() - began) / 1000
  latencies.sort((one, other) => one - other)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return {
    rate: latencies.length / elapsed,
    replies: latencies.length,
    p50: at(0.5),
    p99: at(0.99),
    failures: failures + broken,
  }
}

/** The bytes of the n-th request. */
function encoder({ origin, method, paths, headers, body }: RequestPlan): (n: number) => Buffer | string {
  const fields = Object.entries({ host: `${origin.host}:${origin.port}`, ...headers })
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  if (body === undefined) {
    const requests = paths.map((path) => Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n`))
    return (n) => requests[n % requests.length] ?? ''
  }
  return (n) => {
    const text = body(n)
    const length = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`
    return `${method} ${paths[n % paths.length]} HTTP/1.1\r\n${head}${length}\r\n${text}`
  }
}

interface Conversation {
  readonly take: () => Buffer | string
  readonly told: (milliseconds: number, ok: boolean) => void
  /** After this no request is sent. */
  readonly end: number
  /** Then whatever is under way is broken off. */
  readonly ending: AbortSignal
}

/** One connection until the end; false if it broke before. */
function converse({ host, port }: RequestPlan['origin'], { take, told, end, ending }: Conversation): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket: Socket = connect({ host, port, noDelay: true })
  const reader = new ReplyReader()
  let sent = 0
  const ask = () => {
    sent = performance.now()
    socket.write(take())
  }
  const breakOff = () => {
    resolve(true)
    socket.destroy()
  }
  ending.addEventListener('abort', breakOff)
  socket.setTimeout(longestReply, () => socket.destroy())
  socket.on('connect', ask)
  socket.on('data', (chunk: Buffer) => {
    const status = reader.read(chunk)
    if (status === null) return
    const now = performance.now()
    told(now - sent, status >= 200 && status < 300)
    if (now < end) return ask()
    breakOff()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    ending.removeEventListener('abort', breakOff)
    resolve(false)
  })
  return promise
}

const headEnd = Buffer.from('\r\n\r\n')
/** With the end of the chunk before it: a body may have these bytes anywhere else. */
const lastChunk = '\r\n0\r\n\r\n'

/** Finds the end of each reply; one is under way at a time. Of a body nothing is kept: some are hundreds of megabytes. */
export class ReplyReader {
  /** The head as far as it has come; null in a body. */
  #head: Buffer | null = Buffer.alloc(0)
  /** Bytes of the body that are still to come; null where it is chunked. */
  #missing: number | null = null
  /** The last bytes of a chunked body. */
  #tail = ''
  #status = 0

  /** The status when the reply is whole, else null. */
  read(chunk: Buffer): number | null {
    if (this.#head === null) return this.#arrived(chunk)
    const all = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
    const end = all.indexOf(headEnd)
    if (end === -1) {
      this.#head = all
      return null
    }
    const head = all.toString('latin1', 0, end + 2)
    this.#head = null
    this.#status = Number(head.slice(9, 12))
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1] ?? (this.#status === 204 ? '0' : null)
    this.#missing = length === null ? null : Number(length)
    this.#tail = '\r\n'
    return this.#arrived(all.subarray(end + headEnd.length))
  }

  #arrived(bytes: Buffer): number | null {
    if (this.#missing === null) {
      this.#tail = (this.#tail + bytes.toString('latin1', Math.max(0, bytes.length - lastChunk.length))).slice(
        -lastChunk.length,
      )
      return this.#tail === lastChunk ? this.#whole() : null
    }
    this.#missing -= bytes.length
    return this.#missing > 0 ? null : this.#whole()
  }

  #whole(): number {
    this.#head = Buffer.alloc(0)
    return this.#status
  }
}
