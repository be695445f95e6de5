import { Command, CommanderError } from 'commander'
import { type CliCommand, CommandError } from './cli/command.ts'
import { key } from './cli/key.ts'
import { seed } from './cli/seed.ts'
import { start } from './cli/start.ts'
import { tenant } from './cli/tenant.ts'
import { user } from './cli/user.ts'
import { ConfigError, readConfig } from './config.ts'
import { DirectoryError } from './core/index.ts'
import { DatabaseError } from './store/database.ts'

/** Every command of `rollcall`. */
const commands: readonly CliCommand[] = [start, seed, tenant, user, key]

const program = new Command('rollcall')
  .description('A self-hosted user directory that speaks the users APIs of several chat platforms')
  .usage('[command]   (from a clone: npm start -- [command])')
  .addHelpText(
    'after',
    '\nSettings come from the environment: docs/operating.md lists them.\nExample:\n  npm start -- seed --demo',
  )
  .configureOutput({
    outputError: (text, write) => write(`${text.trimEnd()} (--help shows the usage and an example)\n`),
  })
  .exitOverride()
for (const command of commands) command.register(program, () => readConfig(process.env))

// Whoever reads our output may stop reading (`npm start | head`): no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

try {
  refuseUnknownCommand(process.argv[2])
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed what was wrong, or the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  } else if (error instanceof CommandError || error instanceof DatabaseError || error instanceof DirectoryError) {
    process.stderr.write(`error: ${error.message}\n`)
    process.exitCode = error instanceof CommandError ? error.exitCode : 1
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 1
  }
}

/** Commander would take it for an argument of the default command. */
function refuseUnknownCommand(word: string | undefined): void {
  const names = program.commands.map((command) => command.name())
  if (word === undefined || word.startsWith('-') || word === 'help' || names.includes(word)) return
  program.error(`error: unknown command '${word}'. The commands are ${names.join(', ')}`)
}
