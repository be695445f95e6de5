import type { Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type AppDeps, buildApp } from '../app.ts'
import type { Config } from '../config.ts'
import { attemptOutcomes } from '../core/index.ts'
import { createLogger } from '../http/logging.ts'
import { createMetrics, type Metrics } from '../http/metrics.ts'
import type { WebhookWorker } from '../worker/webhooks.ts'
import { startBackground, startSightings } from './background.ts'
import { say } from './command.ts'
import { greeting } from './greeting.ts'
import { baseUrl, isPrivate, listen, portOf } from './listen.ts'
import { ServerLock } from './server-lock.ts'
import { openSession, type Session } from './session.ts'
import { stayOnHangUp, stopOnSignals } from './signals.ts'
import { checkTlsFiles, openTls, type Tls } from './tls.ts'

/** How long open requests may take once the server was told to stop, in milliseconds. */
const drainTime = 8000

/** Serves until a signal ends it; resolves when it is ready. */
export async function serve(config: Config): Promise<void> {
  const log = createLogger({ level: config.logLevel })
  let tls: Tls | null = null
  stayOnHangUp(log, () => tls?.reload ?? null)
  await checkTlsFiles(config)
  const lock = new ServerLock(config, log)
  const session = await openSession(config, {
    log: (level, message) => log[level](message),
    onError: (error) => log.error({ err: error }, 'the store had a problem'),
    opened: (database) => lock.take(database),
  })
  const worker = config.worker === 'on' ? startBackground(session, config, log) : null
  const background = worker ?? startSightings(session)
  const end = async () => {
    await lock.markStopping()
    await background.stop()
    await session.close()
    await lock.release()
  }
  let app: FastifyInstance | null = null
  try {
    const { server } = await buildApp(appDeps(session, config, log, worker?.webhooks ?? null))
    app = server
    const opened = await openTls(server, config, log)
    tls = opened
    await listen(server, config)
    const secure = opened === null ? null : await opened.listen()
    stopOnSignals(async () => {
      await lock.markStopping()
      await drain(server, opened === null ? [server.server] : [server.server, opened.server])
      await end()
    })
    const url = baseUrl(config.host, portOf(server.server))
    for (const line of greeting(config, url, { ...session, secure })) say(line)
    await session.forgetFirstSecrets()
    say(`rollcall ready on ${url}`)
  } catch (error) {
    // One of two ports may be open already.
    await app?.close()
    await end()
    throw error
  }
}

function appDeps(
  { directory, presence, signerFor, store }: Session,
  config: Config,
  log: FastifyBaseLogger,
  webhooks: WebhookWorker | null,
): AppDeps {
  const metrics = createMetrics()
  for (const name of Object.keys(store.stats())) {
    metrics.gauge(`rollcall_${name}`, `The store's ${name.replaceAll('_', ' ')}.`, () => store.stats()[name] ?? 0)
  }
  countDeliveries(metrics, store, webhooks)
  return {
    directory,
    signerFor,
    hostNames: { domain: config.domain, defaultAppId: config.appId },
    seen: presence.seen,
    options: {
      rocketchatQuery: config.rocketchatQuery,
      rocketchatTokenSecret: config.rocketchatTokenSecret,
      cometchatAuthKey: config.cometchatAuthKey,
      openRegistration: isPrivate(config),
    },
    log,
    logLevel: config.logLevel,
    metrics,
    trustedProxies: config.trustedProxies ?? [],
    ready: async () => {
      await store.reads.round()
      return { ok: true, detail: { database: 'answers', migrations: 'done' } }
    },
  }
}

/** Deliveries are those of this process; the lag is everybody's. */
function countDeliveries(metrics: Metrics, { webhooks: queue }: Session['store'], worker: WebhookWorker | null): void {
  const help = 'Age of the oldest event that an active webhook has not been told of.'
  metrics.gauge('rollcall_webhook_lag_seconds', help, () => queue.lag(new Date()))
  if (worker === null) return
  for (const outcome of attemptOutcomes) {
    const name = `rollcall_webhook_attempts_${outcome.replace('-', '_')}`
    metrics.gauge(name, `Attempts to deliver webhooks: ${outcome}, since the start.`, () => worker.counts[outcome])
  }
}

/** Takes no new requests and lets the open ones finish, for as long as that may take. */
async function drain(app: FastifyInstance, servers: readonly (Server | SecureServer)[]): Promise<void> {
  // Closing ends the connections that are idle then; one that becomes idle later would be kept until its client lets go.
  const sweep = setInterval(() => {
    for (const server of servers) server.closeIdleConnections()
  }, 50)
  const late = sleep(drainTime, 'late', { ref: false })
  if ((await Promise.race([app.close(), late])) === 'late') {
    for (const server of servers) server.closeAllConnections()
  }
  clearInterval(sweep)
}
