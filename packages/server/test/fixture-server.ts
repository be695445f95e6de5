import type { ClientConfig } from 'pg'
import { buildApp } from '../src/app.ts'
import { type Actor, builtInRoles, DirectoryError, draftUser, type Passwords, withDerived } from '../src/core/index.ts'
import { argonPasswords } from '../src/crypto/passwords.ts'
import { createLogger } from '../src/http/logging.ts'
import { createMetrics } from '../src/http/metrics.ts'
import { type Wired, wire } from '../src/wire.ts'
import { testDatabase } from './database.ts'
import type { Given } from './fixture-format.ts'
import { countingIds, type Reply, secret } from './support.ts'

/** Ids that were told beforehand, then others that count. */
class ToldIds {
  readonly #counting = countingIds('6b')
  #told: string[] = []

  tell(ids: readonly string[]): void {
    this.#told.push(...ids)
  }

  /** Those not used yet; they are forgotten. */
  take(): string[] {
    const left = this.#told
    this.#told = []
    return left
  }

  readonly make = (): string => this.#told.shift() ?? this.#counting()
}

export interface FixtureServer extends Wired {
  readonly ids: ToldIds
  /** `null` for a server without a database. */
  readonly connection: ClientConfig | null
  readonly operator: Actor
  userIdOf(email: string): string
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS',
    path: string,
    call: { headers: Record<string, string>; body?: unknown },
  ): Promise<Reply>
}

/** Nobody listens there. */
const nowhere: ClientConfig = { host: '127.0.0.1', port: 1 }

/** Passwords that are refused, as by a queue that is full, once it was told so. */
function overloadable() {
  const real = argonPasswords()
  let busy = false
  const unlessBusy = async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy) throw new DirectoryError('overloaded')
    return work()
  }
  const passwords: Passwords = {
    ...real,
    hash: (password) => unlessBusy(() => real.hash(password)),
    verify: (hash, password) => unlessBusy(() => real.verify(hash, password)),
  }
  return {
    passwords,
    overload: () => {
      busy = true
    },
  }
}

/** A server that holds what a fixture is given, at the fixture's moment, with the ids that the fixture tells. */
export async function startFixtureServer(
  scope: { after(cleanUp: () => Promise<void>): void },
  given: Given,
): Promise<FixtureServer> {
  const connection = given.server === 'without-database' ? null : await testDatabase(scope)
  const ids = new ToldIds()
  const { passwords, overload } = overloadable()
  const wired = wire({
    mailer: { send: async () => {} },
    connection: connection ?? nowhere,
    secret,
    previousSecret: null,
    clock: () => new Date(given.at),
    makeId: ids.make,
    onError: () => {},
    passwords,
    openRegistration: true,
  })
  const { server } = await buildApp({
    ...wired,
    seen: wired.presence.seen,
    hostNames: { domain: null, defaultAppId: given.tenant.appId },
    options: {
      rocketchatQuery: 'on',
      rocketchatTokenSecret: 'a secret that only fixtures use, 32 chars',
      cometchatAuthKey: 'users',
      openRegistration: true,
    },
    log: createLogger({ level: 'silent' }),
    logLevel: 'silent',
    metrics: createMetrics({ processMetrics: false }),
    trustedProxies: [],
    ready: async () => ({ ok: true, detail: {} }),
  })
  scope.after(async () => {
    await server.close()
    await wired.store.close()
  })
  const operator = wired.directory.operator(given.tenant.id)
  if (connection !== null) await load(wired, ids, operator, given)
  if (given.server === 'busy') overload()
  return {
    ...wired,
    ids,
    connection,
    operator,
    userIdOf: (email) => {
      const user = given.users?.find((candidate) => candidate.email === email)
      if (user === undefined) throw new Error(`No given user has the address ${email}`)
      return user.id
    },
    call: async (method, path, { headers, body }) => {
      const reply = await server.inject({
        method,
        url: path,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const isJson = String(reply.headers['content-type']).startsWith('application/json')
      return {
        status: reply.statusCode,
        headers: { ...reply.headers },
        text: reply.body,
        body: isJson ? reply.json() : undefined,
      }
    },
  }
}

async function load({ directory }: Wired, ids: ToldIds, operator: Actor, given: Given): Promise<void> {
  const at = new Date(given.at)
  const { tenant, roles = [], jobTitles = [], users = [], blocks = [], logins } = given
  // Apart from the others, so that what fixtures make does not move when a built-in role is added.
  const [builtInId, adminId] = [countingIds('6c'), countingIds('6d')]
  ids.tell([...builtInRoles.map(() => builtInId()), adminId(), adminId()])
  await directory.createTenant(operator, {
    ...tenant,
    admin: { email: 'first.admin@example.com', username: 'first.admin', password: 'the first password' },
  })
  const catalogue = {
    revision: 0,
    tenant: {
      ...tenant,
      passwordRules: null,
      passwordRotationDays: null,
      details: {},
      settings: {},
      version: 0,
      createdAt: at,
      modifiedAt: at,
    },
    roles: new Map(),
    jobTitles: new Map(),
  }
  const dated = { version: 1, createdAt: at, modifiedAt: at }
  await directory.loadUsers(operator, {
    roles: roles.map((role) => ({
      active: true,
      description: null,
      code: role.id,
      ...role,
      builtIn: false,
      details: {},
      ...dated,
    })),
    jobTitles: jobTitles.map((title) => ({ ...title, active: true, properties: [], allowedExtensions: [], ...dated })),
    users: users.map(({ id, membershipId, createdAt, modifiedAt, lastLoginAt, version = 1, ...fields }) => {
      const user = draftUser(
        { accessRoles: [], username: `user-${id}`, ...fields },
        { id, membershipId, at: new Date(createdAt), catalogue },
      )
      return withDerived({
        ...user,
        version,
        modifiedAt: new Date(modifiedAt),
        lastLoginAt: lastLoginAt === undefined ? null : new Date(lastLoginAt),
        deactivatedAt: fields.active === false ? new Date(modifiedAt) : null,
      })
    }),
    blocks: blocks.map((block) => ({ ...block, at: new Date(block.at) })),
    ...(logins !== undefined && { logins }),
  })
}
