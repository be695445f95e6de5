import type { Config } from '../config.ts'
import { createLogger } from '../http/logging.ts'
import { startBackground } from './background.ts'
import { say } from './command.ts'
import { openSession } from './session.ts'
import { stayOnHangUp, stopOnSignals } from './signals.ts'

/** Works until a signal ends it; resolves when it has begun. */
export async function work(config: Config): Promise<void> {
  const log = createLogger({ level: config.logLevel })
  stayOnHangUp(log, () => null)
  const session = await openSession(config, {
    log: (level, message) => log[level](message),
    onError: (error) => log.error({ err: error }, 'the worker had a problem'),
  })
  const background = startBackground(session, config, log)
  stopOnSignals(async () => {
    await background.stop()
    await session.close()
  })
  // What it does by timers keeps no process alive.
  setInterval(() => {}, 2 ** 30)
  say('rollcall worker ready')
}
