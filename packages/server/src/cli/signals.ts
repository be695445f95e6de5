import type { FastifyBaseLogger } from 'fastify'
import { tell } from './command.ts'

/** In milliseconds. Ctrl-C below npm arrives twice: from the terminal and from npm, which passes it on. */
const echo = 1000
/** In milliseconds. */
const orphanCheck = 500

/**
 * The first SIGTERM or SIGINT stops in order, a later one at once; the process ends with 0 when `stop` has resolved.
 *
 * npm starts us below a shell, which a SIGTERM to npm ends without a word to us: so the end of that shell counts as one.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let since: number | null = null
  const begin = (why: string) => {
    if (since !== null && Date.now() - since > echo) process.exit(1)
    if (since !== null) return
    since = Date.now()
    tell(`${why}: finishing open requests and stopping`)
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        tell(`Stopping failed: ${error instanceof Error ? error.message : String(error)}`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', begin)
  process.on('SIGINT', begin)
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    begin('npm has ended')
  }, orphanCheck)
  watch.unref()
}

/** Left alone SIGHUP ends a process; a server goes on, and reloads what `reload` gives, if it gives anything. */
export function stayOnHangUp(log: FastifyBaseLogger, reload: () => (() => void) | null): void {
  process.on('SIGHUP', () => {
    const now = reload()
    if (now === null) log.info('SIGHUP: there are no certificate files, so nothing is reloaded')
    else now()
  })
}
