import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { type Address, ForbiddenTarget, type SafeTargets } from './safe-target.ts'

export interface Message {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** How many redirects are followed. */
  readonly redirects: number
}

/** What came of one attempt. */
export interface Answer {
  /** `null` when no answer came. */
  readonly status: number | null
  /** The beginning of its body. */
  readonly response: string
  /** Why there is no answer, or why its redirect was not followed. Holds nothing of the URL but its host. */
  readonly error: string | null
}

/** Makes one attempt; resolves whatever comes of it, within its time. */
export type Send = (message: Message, signal: AbortSignal) => Promise<Answer>

export interface SenderOptions {
  readonly targets: SafeTargets
  /** For the whole attempt, names and redirects included; in milliseconds. */
  readonly timeLimit: number
}

/** What is kept of an answer, in bytes. */
const kept = 4096
/** Once the status is known, how long its body is waited for: it is only for people to read. In milliseconds. */
const bodyTime = 1000

class TimeUp extends Error {
  override readonly name = 'TimeUp'
}

/**
 * Sends messages over connections of their own: none is kept, so that each attempt is checked anew, and no proxy of the
 * environment is asked, which would resolve names by itself.
 */
export function webhookSender({ targets, timeLimit }: SenderOptions): Send {
  const options = { keepAlive: false, maxCachedSessions: 0 }
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) }

  const post = async (url: URL, { headers, body }: Message, signal: AbortSignal): Promise<Reply> => {
    const problem = targets.problemOf(url.href)
    if (problem !== null) throw new ForbiddenTarget(`the host ${problem}`)
    const addresses = await raced(targets.addressesOf(url.hostname), signal)
    const secure = url.protocol === 'https:'
    const sent = (secure ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: secure ? agents.https : agents.http,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: lookupOf(addresses),
      signal,
    })
    return replyTo(sent, body)
  }

  return async (message, stopped) => {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeLimit)])
    try {
      let url = new URL(message.url)
      for (let followed = 0; ; followed += 1) {
        const { status, location, text } = await post(url, message, signal)
        const keepsMethod = status === 307 || status === 308
        if (!keepsMethod || location === null || message.redirects === 0) return { status, response: text, error: null }
        const next = URL.parse(location, url.href)
        const reason = refusalOf(url, next, followed >= message.redirects)
        if (reason !== null || next === null) return { status, response: text, error: reason }
        url = next
      }
    } catch (error) {
      return { status: null, response: '', error: reasonOf(error, stopped, signal) }
    }
  }
}

/** Why a redirect is not followed. */
function refusalOf(from: URL, to: URL | null, tooMany: boolean): string | null {
  if (tooMany) return 'too many redirects'
  if (to === null) return 'the redirect leads to no URL'
  return from.protocol === 'https:' && to.protocol !== 'https:' ? 'the redirect leads from https to http' : null
}

interface Reply {
  readonly status: number
  readonly location: string | null
  readonly text: string
}

function replyTo(sent: ClientRequest, body: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', (answer) => {
      const { statusCode: status = 0, headers } = answer
      // From here on nothing fails: the receiver has said what it had to say.
      sent.removeListener('error', reject)
      sent.on('error', () => {})
      beginningOf(answer).then((text) => {
        sent.destroy()
        resolve({ status, location: headers.location ?? null, text })
      }, reject)
    })
    sent.end(body)
  })
}

/** The first bytes of an answer, or what of them has come until it breaks off or its time is up. */
function beginningOf(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const timer = setTimeout(() => end(), bodyTime)
    const end = () => {
      clearTimeout(timer)
      // A NUL can't be stored, nor half a character that was cut through.
      resolve(Buffer.concat(chunks).subarray(0, kept).toString('utf8').replaceAll('\0', '\ufffd'))
    }
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= kept) end()
    })
    answer.on('end', end)
    answer.on('error', end)
    answer.on('close', end)
  })
}

/** Answers with the addresses that were looked at: there is no second question to DNS. */
const lookupOf =
  (addresses: readonly Address[]): LookupFunction =>
  (_host, options, callback) => {
    const [first] = addresses
    if (options.all === true) callback(null, [...addresses])
    else callback(first === undefined ? new Error('no address') : null, first?.address ?? '', first?.family)
  }

async function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(new TimeUp('time is up'))
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function reasonOf(error: unknown, stopped: AbortSignal, signal: AbortSignal): string {
  if (stopped.aborted) return 'the worker stopped'
  if (signal.aborted) return 'no answer in time'
  if (error instanceof ForbiddenTarget) return error.message
  if (!(error instanceof Error)) return 'failed'
  // Messages of the socket name addresses; those of the TLS layer and of DNS names and dates. None has the path or query.
  return error.message === '' && 'code' in error ? String(error.code) : error.message.slice(0, 300)
}
