import type { Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type AppDeps, buildApp } from '../app.ts'
import type { Config } from '../config.ts'
import { createLogger } from '../http/logging.ts'
import { createMetrics } from '../http/metrics.ts'
import { retryMail } from '../worker/mail-retry.ts'
import { keepPresence } from '../worker/presence.ts'
import { say } from './command.ts'
import { greeting } from './greeting.ts'
import { baseUrl, isPrivate, listen, portOf } from './listen.ts'
import { ServerLock } from './server-lock.ts'
import { openSession, type Session } from './session.ts'
import { stayOnHangUp, stopOnSignals } from './signals.ts'
import { checkTlsFiles, openTls, type Tls } from './tls.ts'

/** How long open requests may take once the server was told to stop, in milliseconds. */
const drainTime = 8000

/** How often mail that was refused is looked at, in milliseconds. */
const mailInterval = 30_000

/** How often who was seen is written down, and who has gone is looked for, in milliseconds. */
const presenceIntervals = { flush: 1000, sweep: 5000 }

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
  const stopMail = retryMail(mailInterval, {
    directory: session.directory,
    onGivenUp: (userId) => log.warn({ userId }, 'the welcome mail of a new user was given up'),
    onError: (error) => log.error({ err: error }, 'mail could not be retried'),
  })
  const stopPresence = keepPresence(session.presence, presenceIntervals)
  const end = async () => {
    await lock.markStopping()
    await stopMail()
    await stopPresence()
    await session.close()
    await lock.release()
  }
  let app: FastifyInstance | null = null
  try {
    const { server } = await buildApp(appDeps(session, config, log))
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

function appDeps({ directory, presence, signerFor, store }: Session, config: Config, log: FastifyBaseLogger): AppDeps {
  const metrics = createMetrics()
  for (const name of Object.keys(store.stats())) {
    metrics.gauge(`rollcall_${name}`, `The store's ${name.replaceAll('_', ' ')}.`, () => store.stats()[name] ?? 0)
  }
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
