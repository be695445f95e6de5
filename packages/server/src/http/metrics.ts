import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { RequestDurations } from './request-durations.ts'

/** The numbers of one application. It shares nothing with another one in the same process. */
export type Metrics = {
  /** A number that is read when somebody asks for the metrics. The name ends in its unit. */
  gauge: (name: string, help: string, read: () => number | Promise<number>) => void
  /** A number that only grows; the name ends in `_total`. Gives the function that adds to it, one when not told. */
  counter: (name: string, help: string) => (amount?: number) => void
  /** Times every request of the application, by dialect, route pattern, method and class of status. */
  observeRequests: (app: FastifyInstance, dialectOf: (request: FastifyRequest) => string) => void
  /** Everything in Prometheus' text format. */
  text: () => Promise<string>
  contentType: string
}

/** In milliseconds: how often the event loop is looked at. Every delay that is told holds this much of its own. */
const loopPrecision = 2

/**
 * `processMetrics`: memory, CPU, garbage collection, event-loop delay. They watch the process until its end, so
 * whoever builds many applications in one process leaves them out.
 */
export function createMetrics({ processMetrics = true } = {}): Metrics {
  const registry = new Registry()
  const durations = new RequestDurations('http_request_duration_seconds')
  if (processMetrics) collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopPrecision })

  return {
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [registry],
        collect: async () => gauge.set(await read()),
      })
    },
    counter(name, help) {
      const counter = new Counter({ name, help, registers: [registry] })
      return (amount = 1) => counter.inc(amount)
    },
    observeRequests: (app, dialectOf) => observeRequests(app, dialectOf, durations),
    text: async () => (await registry.metrics()) + durations.text(),
    contentType: registry.contentType,
  }
}

type Observer = (seconds: number) => void

function observeRequests(
  app: FastifyInstance,
  dialectOf: (request: FastifyRequest) => string,
  durations: RequestDurations,
): void {
  // A route's config object lives as long as the route; the 404 handler's serves every method, hence the second key.
  const observers = new WeakMap<object, Map<string, Observer>>()

  app.addHook('onResponse', (request, reply, done) => {
    const { config, url } = request.routeOptions
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    const key = request.method + status
    const ofRoute = observers.get(config) ?? new Map<string, Observer>()
    let observe = ofRoute.get(key)
    if (observe === undefined) {
      const labels = { dialect: dialectOf(request), route: url ?? 'unmatched', method: request.method, status }
      observe = durations.observer(labels)
      observers.set(config, ofRoute.set(key, observe))
    }
    observe(reply.elapsedTime / 1000)
    done()
  })
}

/** `GET /metrics`, open to whoever reaches it: docs/operating.md says how to keep it inside. */
export const metricsRoute: FastifyPluginCallback<{ metrics: Metrics }> = (app, { metrics }, done) => {
  app.get('/metrics', { logLevel: 'warn', schema: { hide: true } }, async (_request, reply) => {
    const text = await metrics.text()
    return reply.header('content-type', metrics.contentType).header('cache-control', 'no-store').send(text)
  })
  done()
}
