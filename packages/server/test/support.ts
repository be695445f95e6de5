import type { ClientConfig } from 'pg'
import { buildApp } from '../src/app.ts'
import type { Actor, Mailer, Tenant, User } from '../src/core/index.ts'
import type { DialectOptions } from '../src/dialects/dialect.ts'
import { createLogger } from '../src/http/logging.ts'
import { createMetrics } from '../src/http/metrics.ts'
import { type WebhookWiring, type Wired, wire } from '../src/wire.ts'
import { testDatabase } from './database.ts'

type Scope = Parameters<typeof testDatabase>[0]

/** A clock that stands still until it is told otherwise. */
export class TestClock {
  #now = Date.parse('2026-01-01T00:00:00.000Z')

  readonly now = (): Date => new Date(this.#now)

  /** Milliseconds, forwards or backwards. */
  advance(by: number): void {
    this.#now += by
  }
}

/** Ids that count from one: whole bodies can be written down. */
export function countingIds(prefix = '6a'): () => string {
  let count = 0
  return () => {
    count += 1
    return prefix + String(count).padStart(22, '0')
  }
}

export const secret = 'a secret that only tests use, 32 characters'
export const adminEmail = 'admin@example.com'
export const adminPassword = 'the first password'

export interface Reply {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
  /** The body as parsed JSON. */
  readonly body: unknown
}

export interface Call {
  readonly token?: string
  /** Sends `Admin: true`. */
  readonly admin?: boolean
  readonly headers?: Record<string, string>
  /** Sent as JSON unless it is a string or a buffer, which are sent as they are. */
  readonly body?: unknown
}

export interface TestServer extends Wired {
  /** For what `call` can't do: listening, and reading replies piece by piece. */
  readonly server: Awaited<ReturnType<typeof buildApp>>['server']
  call(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS', path: string, call?: Call): Promise<Reply>
  /** Logs in through Cotalker's dialect and gives the token. */
  login(email: string, password: string, headers?: Record<string, string>): Promise<string>
}

export type Mail = Parameters<Mailer['send']>[0]

export interface TestRollcall extends TestServer {
  /** What was sent, unless the test brought a mailer of its own. */
  readonly mails: readonly Mail[]
  readonly connection: ClientConfig
  readonly clock: TestClock
  readonly tenant: Tenant
  /** The tenant's first administrator. */
  readonly admin: User
  /** May do anything in the default tenant. */
  readonly operator: Actor
  readonly adminToken: string
  /** Another server process' worth of objects on the same database, with caches of its own. */
  another(): Promise<TestServer>
}

export interface TestOptions {
  readonly domain?: string
  /** The machine's clock instead of the test's. */
  readonly realTime?: boolean
  readonly mailer?: Mailer
  readonly dialects?: Partial<DialectOptions>
  /** Whether strangers may register themselves; no when absent. */
  readonly openRegistration?: boolean
  readonly logTo?: { write(line: string): void }
  readonly webhooks?: WebhookWiring
}

/** A whole server on a fresh database with one tenant and its administrator, logged in; everything ends with the test. */
export async function startRollcall(scope: Scope, options: TestOptions = {}): Promise<TestRollcall> {
  const cleanUps: (() => Promise<void>)[] = []
  scope.after(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp()
  })
  const connection = await testDatabase({ after: (cleanUp) => cleanUps.push(cleanUp) })
  const clock = new TestClock()
  const mails: Mail[] = []
  const mailer: Mailer = options.mailer ?? {
    send: async (mail) => {
      mails.push(mail)
    },
  }
  const makeId = countingIds()
  const wireUp = async (): Promise<TestServer> => {
    const wired = wire({
      connection,
      secret,
      previousSecret: null,
      mailer,
      makeId,
      onError: (error) => options.logTo?.write(String(error)),
      openRegistration: options.openRegistration ?? false,
      ...(options.realTime !== true && { clock: clock.now }),
      ...(options.webhooks !== undefined && { webhooks: options.webhooks }),
    })
    const log = createLogger({
      level: options.logTo === undefined ? 'silent' : 'info',
      target: options.logTo ?? { write: () => {} },
    })
    const { server } = await buildApp({
      ...wired,
      seen: wired.presence.seen,
      hostNames: { domain: options.domain ?? null, defaultAppId: 'rollcall' },
      options: {
        rocketchatQuery: 'on',
        rocketchatTokenSecret: null,
        cometchatAuthKey: 'users',
        openRegistration: options.openRegistration ?? false,
        ...options.dialects,
      },
      log,
      logLevel: options.logTo === undefined ? 'silent' : 'info',
      metrics: createMetrics({ processMetrics: false }),
      trustedProxies: [],
      ready: async () => ({ ok: true, detail: {} }),
    })
    cleanUps.push(async () => {
      await server.close()
      await wired.store.close()
    })
    const call: TestServer['call'] = async (method, path, { token, admin, headers, body } = {}) => {
      const reply = await server.inject({
        method,
        url: path,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(admin === true && { admin: 'true' }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && {
          payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
        }),
      })
      return { status: reply.statusCode, headers: { ...reply.headers }, text: reply.body, body: parsed(reply.body) }
    }
    const login: TestServer['login'] = async (email, password, headers = {}) => {
      const { status, body, text } = await call('POST', '/auth/local', { body: { email, password }, headers })
      if (status !== 200 || !isObject(body) || typeof body.token !== 'string')
        throw new Error(`login: ${status} ${text}`)
      return body.token
    }
    return { ...wired, server, call, login }
  }

  const first = await wireUp()
  const { directory } = first
  const tenantActor = await directory.operator(directory.newId())
  const { tenant, admin } = await directory.createTenant(tenantActor, {
    appId: 'rollcall',
    name: 'Rollcall',
    admin: { email: adminEmail, username: 'rollcall.admin', password: adminPassword },
  })
  const adminToken = await first.login(adminEmail, adminPassword)
  return { ...first, mails, connection, clock, tenant, admin, operator: tenantActor, adminToken, another: wireUp }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A member of a parsed body, by its path: `at(body, 'data', 'users', 0)`. */
export function at(body: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), body)
}

/** A text member of a parsed body; throws where there is none. */
export function textAt(body: unknown, ...path: (string | number)[]): string {
  const value = at(body, ...path)
  if (typeof value !== 'string') throw new Error(`No text at ${path.join('.')} of ${JSON.stringify(body)}`)
  return value
}
