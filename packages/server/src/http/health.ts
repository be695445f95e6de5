import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyPluginCallback } from 'fastify'

export type Readiness = {
  ok: boolean
  /** What was looked at, and how it is: `{database: 'answers', migrations: '2 pending'}`. Shown to anybody. */
  detail: Record<string, string>
}

export type HealthDeps = {
  ready: () => Promise<Readiness>
  /** How long `ready` may take, in milliseconds. */
  timeoutMs?: number
}

/**
 * `/healthz`: 200 while the process lives. `/readyz`: 200 when it can serve, else 503 that names what is missing.
 * Both stay out of the log, where probes would drown everything else.
 */
export const healthRoutes: FastifyPluginCallback<HealthDeps> = (app, { ready, timeoutMs = 5000 }, done) => {
  const options = { logLevel: 'warn' as const, schema: { hide: true } }

  app.addHook('onRequest', (_request, reply, next) => {
    reply.header('cache-control', 'no-store')
    next()
  })

  app.get('/healthz', options, () => ({ status: 'ok' }))

  app.get('/readyz', options, async (request, reply) => {
    const stop = new AbortController()
    try {
      const late = wait(timeoutMs, null, { signal: stop.signal, ref: false })
      // Ours when it loses the race: nobody else would hear of its rejection.
      late.catch(() => {})
      const { ok, detail } = (await Promise.race([ready(), late])) ?? tooSlow
      return reply.code(ok ? 200 : 503).send({ status: ok ? 'ready' : 'not ready', ...detail })
    } catch (error) {
      request.log.warn({ requestId: request.id, err: error }, 'the readiness check failed')
      return reply.code(503).send({ status: 'not ready', check: 'failed' })
    } finally {
      stop.abort()
    }
  })
  done()
}

const tooSlow: Readiness = { ok: false, detail: { check: 'no answer in time' } }
