import { createReadStream, type ReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { badArgument, type CliCommand, CommandError } from './command.ts'
import { withSession } from './with-session.ts'

export interface ImportOptions {
  readonly format?: string
  readonly tenant?: string
  readonly dryRun?: true
  readonly errors?: string
}
export const formats = ['ndjson', 'csv'] as const
export type Format = (typeof formats)[number]

export const importCommand: CliCommand = {
  register: (program, config) => {
    program
      .command('import')
      .description('Make and change users as a file says; what is there already stays as it is')
      .argument('<file>', 'NDJSON or CSV in UTF-8; - for standard input')
      .option('--format <format>', 'ndjson or csv; by the name of the file when absent')
      .option('--dry-run', 'look at everything, write nothing')
      .option('--errors <file>', 'write the rows that failed there, with their reasons, as NDJSON')
      .option('--tenant <name>', 'the tenant; the default one when absent')
      .addHelpText(
        'after',
        '\nUsers are found again by uid, else by email. Passwords in a file are hashed, about 50 in a second: without\n' +
          'them a row takes a fifth of a millisecond. The columns are in docs/operating.md.' +
          '\nExample:\n  npm start -- import people.ndjson --errors failed.ndjson\n  npm start -- import - --format csv --dry-run < people.csv',
      )
      .action(async (file: string, options: ImportOptions) => {
        const format = formatOf(options.format, file)
        const source = await sourceOf(file)
        await withSession(config(), async (session) => {
          const { runImport } = await import('./import/run-import.ts')
          await runImport(session, { ...options, format, source })
        })
      })
  },
}

/** Throws `CommandError` for what is neither. */
export function formatOf(option: string | undefined, file: string): Format {
  const word = option ?? path.extname(file).slice(1).toLowerCase()
  const format = formats.find((name) => name === word) ?? (word === 'jsonl' ? 'ndjson' : undefined)
  if (format !== undefined) return format
  throw badArgument(
    option === undefined ? 'Say what the file is: --format ndjson or --format csv' : '--format must be ndjson or csv',
  )
}

export interface Source {
  readonly bytes: AsyncIterable<Buffer>
  /** How much of it has been read; `null` where nobody knows. */
  readonly share: () => number | null
}

/** Throws `CommandError` for a file that can't be read. */
async function sourceOf(file: string): Promise<Source> {
  if (file === '-') return { bytes: process.stdin, share: () => null }
  try {
    const handle = await open(file)
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new CommandError('it is a folder')
    const stream: ReadStream = createReadStream(file, { fd: handle, highWaterMark: 1024 * 1024 })
    return { bytes: stream, share: () => (stat.size === 0 ? null : Math.min(1, stream.bytesRead / stat.size)) }
  } catch (error) {
    throw badArgument(`${file} can not be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
