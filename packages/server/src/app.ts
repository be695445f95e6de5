import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { knownActor } from './dialects/_kit/actor.ts'
import type { Dialect, DialectDeps } from './dialects/dialect.ts'
import { dialects } from './dialects/index.ts'
import { docsPage } from './http/docs-page.ts'
import { healthRoutes, type Readiness } from './http/health.ts'
import { noteErrors, requestLogOptions } from './http/logging.ts'
import { type Metrics, metricsRoute } from './http/metrics.ts'
import { echoRequestId, requestIdHeader, requestIdOptions } from './http/request-id.ts'

export interface AppDeps extends Omit<DialectDeps, 'signer'> {
  /** Each dialect signs with a key of its own. */
  readonly signerFor: (dialect: string) => DialectDeps['signer']
  readonly log: FastifyBaseLogger
  readonly logLevel: string
  readonly metrics: Metrics
  readonly ready: () => Promise<Readiness>
  /** Addresses and CIDR blocks of proxies whose forwarded headers count. */
  readonly trustedProxies: readonly string[]
}

export interface App {
  readonly server: FastifyInstance
  /** The API document of each dialect, by its name; to be asked once the server is ready. */
  readonly documents: Readonly<Record<string, () => object>>
}

const largestBody = 1_048_576

/** The whole HTTP application with every dialect; it does not listen. */
export async function buildApp(deps: AppDeps): Promise<App> {
  const { log, logLevel, metrics, ready, signerFor, trustedProxies, ...shared } = deps
  const server: FastifyInstance = Fastify({
    loggerInstance: log,
    ...requestLogOptions(logLevel, callerOf),
    ...requestIdOptions(randomUUID),
    bodyLimit: largestBody,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
    frameworkErrors: (error, request, reply) => {
      // No hook has run.
      reply.header(requestIdHeader, request.id)
      const owner = ownerOf(dialects, request.url)
      if (owner !== undefined) owner.answerError(error, request, reply)
      else answerUnreadable(reply)
    },
  })
  refuseSharedPaths(dialects)
  server.decorateRequest('actor', null)
  echoRequestId(server)
  noteErrors(server)
  metrics.observeRequests(server, dialectOf)

  const documents: Record<string, () => object> = {}
  for (const dialect of dialects) {
    documents[dialect.name] = await dialect.mount(server, { ...shared, signer: signerFor(dialect.name) })
  }
  await server.register(healthRoutes, { ready })
  await server.register(metricsRoute, { metrics })
  await server.register(docsPage, { documents })
  return { server, documents }
}

/** For a URL that nobody's prefix owns. */
const answerUnreadable = (reply: FastifyReply) => reply.code(400).send({ error: 'This URL can not be read.' })

function callerOf(request: FastifyRequest) {
  const actor = knownActor(request)
  if (actor === null) return undefined
  const { tenantId, credentialId } = actor
  return credentialId === null ? { tenantId } : { tenantId, credentialId }
}

const dialectOf = (request: FastifyRequest): string =>
  (ownerOf(dialects, request.routeOptions.url ?? '') ?? ownerOf(dialects, request.url))?.name ?? 'none'

const below = (prefix: string, url: string): boolean =>
  url.startsWith(prefix) && ['', '/', '?'].includes(url.charAt(prefix.length))
const anyHas = (paths: readonly string[], url: string): boolean => paths.some((path) => below(path, url))

/** Whose a URL is: a single path belongs to whoever names it, under whosever prefix. */
export const ownerOf = (mounted: readonly Dialect[], url: string): Dialect | undefined =>
  mounted.find(({ exactPaths }) => anyHas(exactPaths, url)) ??
  mounted.find(({ prefixes }) => anyHas(prefixes, url)) ??
  mounted.find(({ leftOver }) => leftOver?.test(url) === true)

/** Throws where two dialects have one prefix or one single path, or a prefix would take what another names. */
export function refuseSharedPaths(mounted: readonly Pick<Dialect, 'name' | 'prefixes' | 'exactPaths'>[]): void {
  for (const one of mounted) {
    for (const other of mounted) {
      if (one === other) continue
      const shared =
        one.prefixes.find((prefix) => anyHas([...other.prefixes, ...other.exactPaths], prefix)) ??
        one.exactPaths.find((path) => anyHas(other.exactPaths, path))
      if (shared !== undefined) throw new Error(`Both ${one.name} and ${other.name} mount ${shared}.`)
    }
  }
}
