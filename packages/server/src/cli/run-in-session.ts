import type { Config } from '../config.ts'
import { DirectoryError } from '../core/index.ts'
import { showKeys } from './app-key.ts'
import { badArgument, CommandError, tell } from './command.ts'
import { openSession, type Session } from './session.ts'

/**
 * Does a command's work on the directory, whether a server runs on it or not. What the directory refuses becomes one line:
 * about a bad argument with exit code 2, about anything else with 1.
 *
 * `argumentOf` names the argument that each field of the directory came from.
 */
export async function runInSession(
  config: Config,
  work: (session: Session) => Promise<void>,
  argumentOf: Readonly<Record<string, string>> = {},
): Promise<void> {
  const session = await openSession(config, {
    log: (level, message) => (level === 'warn' ? tell(message) : undefined),
    onError: (error) => tell(error instanceof Error ? error.message : String(error)),
  })
  try {
    await tellFirstStart(session, config)
    await work(session)
  } catch (error) {
    throw error instanceof DirectoryError ? commandErrorOf(error, argumentOf) : error
  } finally {
    await session.close()
  }
}

/** Where it was made too: a forgotten ROLLCALL_DATA_DIR makes another than was meant. */
async function tellFirstStart(session: Session, config: Config): Promise<void> {
  const { firstAdmin, forgetFirstSecrets, database } = session
  if (firstAdmin === null) return
  const { email, generatedPassword, generatedKey } = firstAdmin
  const where = database.kind === 'embedded' ? config.dataDir : 'the database of DATABASE_URL'
  tell(`Made the default tenant in ${where}; its administrator is ${email}`)
  if (generatedPassword !== null) tell(`with the password ${generatedPassword} (shown only this once)`)
  if (generatedKey !== null) tell(`Its first API key for CometChat is ${generatedKey} (again: ${showKeys})`)
  await forgetFirstSecrets()
}

const mistakes: ReadonlySet<DirectoryError['code']> = new Set([
  'invalid_input',
  'unknown_reference',
  'value_taken',
  'not_found',
])

function commandErrorOf({ code, message, detail }: DirectoryError, argumentOf: Readonly<Record<string, string>>) {
  const { field, reason } = detail
  const subject = field === undefined ? undefined : (argumentOf[field] ?? field)
  const line = [subject, reason ?? message].filter((part) => part !== undefined).join(': ')
  return mistakes.has(code) ? badArgument(line) : new CommandError(line)
}
