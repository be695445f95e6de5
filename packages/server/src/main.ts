import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import server from '../package.json' with { type: 'json' }
import { type CliCommand, CommandError } from './cli/command.ts'
import { ConfigError, readConfig } from './config.ts'
import { DatabaseError } from './store/embedded/database-error.ts'

/** Every command of `rollcall`; only what is called is loaded. */
const commands = new Map<string, () => Promise<CliCommand>>([
  ['start', async () => (await import('./cli/start.ts')).start],
  ['worker', async () => (await import('./cli/worker.ts')).worker],
  ['import', async () => (await import('./cli/import.ts')).importCommand],
  ['export', async () => (await import('./cli/export.ts')).exportCommand],
  ['seed', async () => (await import('./cli/seed.ts')).seed],
  ['tenant', async () => (await import('./cli/tenant.ts')).tenant],
  ['user', async () => (await import('./cli/user.ts')).user],
  ['key', async () => (await import('./cli/key.ts')).key],
])

// Compiled code is kept: a start takes 0.3 s less of a core. Beside the packages, where nobody else can write, unlike in
// the system's temporary folder; where that is read-only nothing is kept.
const packages = fileURLToPath(new URL('../../../node_modules/', import.meta.url))
if (existsSync(packages)) enableCompileCache(`${packages}.cache/rollcall`)

const program = new Command('rollcall')
  .description('A self-hosted user directory that speaks the users APIs of several chat platforms')
  .version(server.version)
  .usage('[command]   (from a clone: npm start -- [command])')
  .addHelpText(
    'after',
    '\nSettings come from the environment: docs/operating.md lists them.\nExample:\n  npm start -- seed --demo',
  )
  .configureOutput({
    outputError: (text, write) => write(`${text.trimEnd()} (--help shows the usage and an example)\n`),
  })
  .exitOverride()
const [word = 'start'] = process.argv.slice(2)
for (const [name, load] of commands) {
  // An option or `help` comes from who wants the whole list.
  if (word === name || !commands.has(word)) (await load()).register(program, () => readConfig(process.env))
}

// Whoever reads our output may stop reading (`npm start | head`): no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

try {
  refuseUnknownCommand()
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed what was wrong, or the help that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  } else if (error instanceof CommandError || error instanceof DatabaseError) {
    process.stderr.write(`error: ${error.message}\n`)
    process.exitCode = error instanceof CommandError ? error.exitCode : 1
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 1
  }
}

/** Commander would take it for an argument of the default command. */
function refuseUnknownCommand(): void {
  if (word.startsWith('-') || word === 'help' || commands.has(word)) return
  program.error(`error: unknown command '${word}'. The commands are ${[...commands.keys()].join(', ')}`)
}
