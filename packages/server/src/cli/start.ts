import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { type AppDeps, buildApp } from '../app.ts'
import type { Config } from '../config.ts'
import { createLogger } from '../http/logging.ts'
import { createMetrics } from '../http/metrics.ts'
import type { Database } from '../store/database.ts'
import { acquireServeLock, type ServeLock } from '../store/serve-lock.ts'
import { type CliCommand, CommandError, say } from './command.ts'
import { greeting } from './greeting.ts'
import { openSession, type Session } from './session.ts'

/** How long open requests may take once the server was told to stop, in milliseconds. */
const drainTime = 8000

export const start: CliCommand = {
  register: (program, config) => {
    program
      .command('start', { isDefault: true })
      .description('Serve every dialect (what `npm start` does)')
      .addHelpText(
        'after',
        '\nExample:\n  PORT=8080 npm start\n  DATABASE_URL=postgres://… ROLLCALL_SECRET=… npm start',
      )
      .action(() => serve(config()))
  },
}

async function serve(config: Config): Promise<void> {
  const log = createLogger({ level: config.logLevel })
  let lock: ServeLock | null = null
  const takeLock = async (database: Database): Promise<void> => {
    // Any number of servers may share an external database; an embedded one has one.
    if (database.kind === 'embedded') lock = await acquireLock(database, config, log, () => takeLock(database))
  }
  const session = await openSession(config, {
    log: (level, message) => log[level](message),
    onError: (error) => log.error({ err: error }, 'the store had a problem'),
    opened: takeLock,
  })
  const end = async () => {
    await lock?.markStopping()
    await session.close()
    // Last: the next server must not begin on a database that is about to stop.
    await lock?.release()
  }
  try {
    const { server } = await buildApp(appDeps(session, config, log))
    await listen(server, config)
    stopOnSignals(async () => {
      await lock?.markStopping()
      await Promise.race([server.close(), after(drainTime)])
      await end()
    })
    const { port } = server.server.address() as AddressInfo
    const url = baseUrl(config.host, port)
    for (const line of greeting(config, url, session)) say(line)
    say(`rollcall ready on ${url}`)
  } catch (error) {
    await end()
    throw error
  }
}

function appDeps({ directory, signerFor, store }: Session, config: Config, log: FastifyBaseLogger): AppDeps {
  const metrics = createMetrics()
  for (const name of Object.keys(store.stats())) {
    metrics.gauge(`rollcall_${name}`, `The store's ${name.replaceAll('_', ' ')}.`, () => store.stats()[name] ?? 0)
  }
  return {
    directory,
    signerFor,
    hostNames: { domain: config.domain, defaultAppId: config.appId },
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

/** The lock is lost with the database's connection; whoever has it when the database is back is the server. */
async function acquireLock(database: Database, config: Config, log: FastifyBaseLogger, again: () => Promise<void>) {
  const lock = await acquireServeLock(database.connection, {
    address: baseUrl(config.host, config.port),
    dataDir: config.dataDir,
    ensure: database.ensure,
    log: (level, message) => log[level](message),
  })
  lock.onLost(() => {
    database
      .ensure()
      .then(again)
      .catch((error: unknown) => {
        log.fatal({ err: error }, 'the data directory is lost to this server')
        process.exit(1)
      })
  })
  return lock
}

const after = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref())

async function listen(
  server: { listen: (to: { host: string; port: number }) => Promise<string> },
  { host, port }: Config,
) {
  try {
    await server.listen({ host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EADDRINUSE')
      throw new CommandError(`Port ${port} of ${host} is in use. Choose another one: PORT=${port + 1} npm start`)
    if (code === 'EACCES')
      throw new CommandError(`Port ${port} needs more rights than this user has. Choose one above 1023.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new CommandError(`HOST ${host} is no address of this machine.`)
    throw error
  }
}

const baseUrl = (host: string, port: number): string => {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/** The first signal stops in order, a second one at once. */
function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    process.stderr.write(`${signal}: finishing open requests and stopping\n`)
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${error instanceof Error ? error.message : String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
