import { badArgument, type CliCommand } from './command.ts'
import { type Format, formats } from './import.ts'
import { withSession } from './with-session.ts'

interface ExportOptions {
  readonly format: string
  readonly tenant?: string
}

export const exportCommand: CliCommand = {
  register: (program, config) => {
    program
      .command('export')
      .description('Write everybody to standard output, as import takes it; no passwords or tokens')
      .option('--format <format>', 'ndjson or csv', 'ndjson')
      .option('--tenant <name>', 'the tenant; the default one when absent')
      .addHelpText('after', '\nExample:\n  npm start --silent -- export > people.ndjson')
      .action(async ({ format: word, ...options }: ExportOptions) => {
        const format: Format | undefined = formats.find((name) => name === word)
        if (format === undefined) throw badArgument('--format must be ndjson or csv')
        await withSession(config(), async (session) => {
          const { runExport } = await import('./import/run-export.ts')
          await runExport(session, { ...options, format })
        })
      })
  },
}
