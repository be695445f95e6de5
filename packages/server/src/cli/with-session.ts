import type { Config } from '../config.ts'
import type { Session } from './session.ts'

/**
 * Runs a command on the directory, whether a server runs on it or not; see run-in-session.ts, which is loaded only when
 * there is something to run: help and refusals of a wrong argument answer in a quarter of the time.
 */
export async function withSession(
  config: Config,
  work: (session: Session) => Promise<void>,
  argumentOf: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { runInSession } = await import('./run-in-session.ts')
  await runInSession(config, work, argumentOf)
}
