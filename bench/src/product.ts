import { type Child, startNode } from './children.ts'
import type { Postgres } from './database.ts'
import type { Placing } from './machine.ts'

/** Where the product runs, and on what. */
export interface ProductAt extends Pick<Placing, 'pin' | 'everyCore' | 'spread'> {
  readonly postgres: Postgres
  /** Its ROLLCALL_DATA_DIR. */
  readonly directory: string
}

export const admin = { email: 'admin@example.com', username: 'rollcall.admin', password: 'bench bench bench bench' }
const apiKey = 'bench-key-0123456789abcdef0123456789abcdef'

/** The settings of a real deployment on a database of its own; everything else is as it is by default. */
export const productEnvironment = ({ postgres, directory }: ProductAt, database: string) => ({
  DATABASE_URL: postgres.url(database),
  ROLLCALL_DATA_DIR: directory,
  ROLLCALL_SECRET: 'bench only: nothing here is worth hiding',
  ROLLCALL_ADMIN_PASSWORD: admin.password,
  ROLLCALL_API_KEY: apiKey,
  PORT: '0',
})

/** For what a whole machine does: the database may use every core, as the work itself does. Seconds that it took. */
export async function secondsOnEveryCore(
  { postgres, spread }: ProductAt,
  work: () => Promise<unknown>,
): Promise<number> {
  const began = performance.now()
  await spread(postgres.pid, work)
  return (performance.now() - began) / 1000
}

/** The product, serving, with a credential of each dialect. */
export interface Product {
  readonly child: Child
  readonly origin: { readonly host: string; readonly port: number }
  readonly headers: ProductHeaders
  stop(): Promise<void>
}

/** By what each dialect's requests are signed. */
export interface ProductHeaders {
  readonly cotalker: Record<string, string>
  readonly rocketchat: Record<string, string>
  readonly cometchat: Record<string, string>
  /** A user's own, of the administrator: a key says nobody's "me". */
  readonly cometchatUser: Record<string, string>
}

/** `pin`: where it runs, if not where servers do. */
export async function startProduct(at: ProductAt, database: string, pin = at.pin): Promise<Product> {
  const child = await startNode('packages/server/src/main.ts', ['start'], {
    // As `npm start` has it.
    flags: ['--max-semi-space-size=8'],
    pin,
    env: productEnvironment(at, database),
    ready: /^rollcall ready on http:\/\/([\d.]+):(\d+)$/,
  })
  const [host = '', port = ''] = child.told
  const origin = { host, port: Number(port) }
  return { child, origin, headers: await signIn(origin), stop: () => child.stop() }
}

async function signIn(origin: Product['origin']): Promise<ProductHeaders> {
  const cotalker = await post(origin, '/auth/local', { email: admin.email, password: admin.password })
  const rocketchat = await post(origin, '/api/v1/login', { user: admin.username, password: admin.password })
  const bearer = { authorization: `Bearer ${text(cotalker, 'token')}` }
  const session = {
    'x-auth-token': text(rocketchat, 'data', 'authToken'),
    'x-user-id': text(rocketchat, 'data', 'userId'),
  }
  const key = { apikey: apiKey }
  const token = await post(origin, `/v3/users/${session['x-user-id']}/auth_tokens`, {}, key)
  return {
    cotalker: { ...bearer, admin: 'true' },
    rocketchat: session,
    cometchat: key,
    cometchatUser: { authtoken: text(token, 'data', 'authToken') },
  }
}

async function post(
  { host, port }: Product['origin'],
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const reply = await fetch(`http://${host}:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`POST ${path} answered ${reply.status}: ${await reply.text()}`)
  return await reply.json()
}

/** The text at a path of names. */
export function text(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>((at, name) => Object(at)[name], value)
  if (typeof found !== 'string') throw new Error(`There is no ${path.join('.')} in ${JSON.stringify(value)}`)
  return found
}
