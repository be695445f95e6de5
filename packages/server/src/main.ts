import { Command, CommanderError } from 'commander'
import { type CliCommand, CommandError } from './cli/command.ts'
import { key } from './cli/key.ts'
import { seed } from './cli/seed.ts'
import { start } from './cli/start.ts'
import { tenant } from './cli/tenant.ts'
import { ConfigError, readConfig } from './config.ts'
import { DatabaseError } from './store/database.ts'

/** Every command of `rollcall`. */
const commands: readonly CliCommand[] = [start, seed, tenant, key]

const program = new Command('rollcall')
  .description('A self-hosted user directory that speaks the users APIs of several chat platforms')
  .usage('[command]   (from a clone: npm start -- [command])')
  .addHelpText(
    'after',
    '\nSettings come from the environment: docs/operating.md lists them.\nExample:\n  npm start -- seed --demo',
  )
  .showHelpAfterError('(add --help for the usage and an example)')
  .exitOverride()
for (const command of commands) command.register(program, () => readConfig(process.env))
for (const command of withSubcommands(program))
  command.exitOverride().showHelpAfterError('(add --help for the usage and an example)')

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed what was wrong, or the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  } else if (error instanceof CommandError || error instanceof DatabaseError) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = error instanceof CommandError ? error.exitCode : 1
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 1
  }
}

function withSubcommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...withSubcommands(child)])
}
