import type { Bench } from './bench.ts'
import type { RequestPlan } from './request.ts'

export const dialects = ['cotalker', 'rocketchat', 'cometchat'] as const
export type Dialect = (typeof dialects)[number]
export const dialectName: Record<Dialect, string> = {
  cotalker: 'Cotalker',
  rocketchat: 'Rocket.Chat',
  cometchat: 'CometChat',
}

/** Reading requests of the product. `mustHave`: what each reply has to contain, by its path. */
export function reading(
  { product }: Bench,
  dialect: keyof Bench['product']['headers'],
  paths: readonly string[],
  mustHave: (path: string) => string = () => '{',
): RequestPlan {
  return {
    origin: product.origin,
    method: 'GET',
    paths,
    headers: product.headers[dialect],
    check: ({ body }, path) => {
      if (!body.includes(mustHave(path)))
        throw new Error(`${path} answered without ${mustHave(path)}: ${body.slice(0, 300)}`)
    },
  }
}

export const me = (bench: Bench, dialect: Dialect): RequestPlan =>
  dialect === 'cotalker'
    ? reading(bench, 'cotalker', ['/api/v2/users/me'], () => 'permissionsV2')
    : dialect === 'rocketchat'
      ? reading(bench, 'rocketchat', ['/api/v1/me'], () => 'isOAuthUser')
      : reading(bench, 'cometchatUser', ['/v3/me'], () => 'authToken')

const byIdPath: Record<Dialect, string> = {
  cotalker: '/api/v2/users/',
  rocketchat: '/api/v1/users.info?userId=',
  cometchat: '/v3/users/',
}

export const byId = (bench: Bench, dialect: Dialect, ids: readonly string[]): RequestPlan =>
  reading(
    bench,
    dialect,
    ids.map((id) => `${byIdPath[dialect]}${id}`),
    (path) => `"${path.slice(byIdPath[dialect].length)}"`,
  )

const recency = encodeURIComponent('{"_updatedAt":-1}')

/** A page of the newest; `offset` is a multiple of `limit`. */
export const newestPath: Record<Dialect, (limit: number, offset: number) => string> = {
  cotalker: (limit, offset) => `/api/v2/users?limit=${limit}&page=${offset / limit + 1}`,
  rocketchat: (limit, offset) => `/api/v1/users.list?count=${limit}&offset=${offset}&sort=${recency}`,
  cometchat: (limit, offset) => `/v3/users?perPage=${limit}&page=${offset / limit + 1}`,
}

export interface PageAsked {
  readonly limit: number
  readonly offset: number
}

export const newest = (bench: Bench, dialect: Dialect, pages: readonly PageAsked[]): RequestPlan =>
  reading(
    bench,
    dialect,
    pages.map(({ limit, offset }) => newestPath[dialect](limit, offset)),
  )

/**
 * More pages than the product keeps whole (10,000 users' worth), of a size around `limit` and not far down, so that each is
 * asked of the database while its users are mostly cached.
 */
export function variedPages(limit: number): PageAsked[] {
  const [smallest, largest, deepest] = limit < 100 ? [limit - 5, limit + 5, 90] : [limit - 10, limit + 10, 6]
  return Array.from({ length: deepest }, (_, page) => page).flatMap((page) =>
    Array.from({ length: largest - smallest + 1 }, (_, more) => ({
      limit: smallest + more,
      offset: page * (smallest + more),
    })),
  )
}
