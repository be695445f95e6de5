import type { Config } from '../config.ts'
import { DirectoryError } from '../core/index.ts'
import { badArgument, CommandError, tell } from './command.ts'
import { openSession, type Session } from './session.ts'

/**
 * Runs a command on the directory, whether a server runs on it or not. What the directory refuses becomes one line:
 * about a bad argument with exit code 2, about anything else with 1.
 */
export async function withSession(config: Config, work: (session: Session) => Promise<void>): Promise<void> {
  const session = await openSession(config, {
    log: (level, message) => (level === 'warn' ? tell(message) : undefined),
    onError: (error) => tell(error instanceof Error ? error.message : String(error)),
  })
  try {
    if (session.firstAdmin?.generatedPassword) {
      tell(`Made the default tenant; its administrator is ${session.firstAdmin.email}`)
      tell(`with the password ${session.firstAdmin.generatedPassword} (shown only this once)`)
    }
    await work(session)
  } catch (error) {
    throw error instanceof DirectoryError ? commandErrorOf(error) : error
  } finally {
    await session.close()
  }
}

const mistakes: ReadonlySet<DirectoryError['code']> = new Set([
  'invalid_input',
  'unknown_reference',
  'value_taken',
  'not_found',
])

function commandErrorOf({ code, message, detail }: DirectoryError): CommandError {
  const { field, reason } = detail
  const line = [field, reason ?? message].filter((part) => part !== undefined).join(': ')
  return mistakes.has(code) ? badArgument(line) : new CommandError(line)
}
