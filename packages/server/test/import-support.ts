import { plainBytes } from '../src/cli/import/bytes.ts'
import { csvEntries } from '../src/cli/import/csv.ts'
import { importPeople } from '../src/cli/import/import-people.ts'
import { ndjsonEntries } from '../src/cli/import/ndjson.ts'
import { Report } from '../src/cli/import/report.ts'
import { exportText } from '../src/cli/import/run-export.ts'
import type { Format } from '../src/cli/import.ts'
import type { Actor, Directory } from '../src/core/index.ts'

interface Place {
  readonly directory: Directory
  readonly operator: Actor
}

/** What `export` prints. */
export async function exported({ directory, operator }: Place, format: Format): Promise<string> {
  let text = ''
  for await (const part of exportText(await directory.exportUsers(operator, null), format)) text += part
  return text
}

/** Pieces of a text, cut without regard to what they hold. */
async function* pieces(text: string, length: number): AsyncIterable<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

/** What `import` reads from a text; its failures, and how many rows came to what. */
export async function imported({ directory, operator }: Place, text: string, format: Format, pieceLength = 700) {
  const failures: { line: number; field: string | undefined; reason: string }[] = []
  const report = await Report.open(undefined)
  report.failure = async ({ line, error }) => {
    report.failed += 1
    const detail = typeof error === 'string' ? { reason: error } : error.detail
    const code = typeof error === 'string' ? 'unreadable' : error.code
    failures.push({ line, field: detail.field, reason: detail.reason ?? code })
  }
  const bytes = plainBytes(pieces(text, pieceLength))
  await importPeople({
    directory,
    actor: operator,
    entries: format === 'csv' ? csvEntries(bytes) : ndjsonEntries(bytes),
    report,
    dryRun: false,
    share: () => null,
    isInterrupted: () => false,
  })
  const { created, changed, unchanged, failed } = report
  failures.sort((one, other) => one.line - other.line)
  return { counts: { created, changed, unchanged, failed }, failures }
}

export const lines = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
