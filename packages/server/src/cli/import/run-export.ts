import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { carriedFields, type ExportedRow } from '../../core/index.ts'
import type { Format } from '../import.ts'
import { actorOf } from '../lookup.ts'
import type { Session } from '../session.ts'
import { cellOf } from './columns.ts'

/** The work of `export`: as fast as standard output is read. Whoever stops reading early ends it without a word. */
export async function runExport(
  session: Session,
  { format, tenant }: { readonly format: Format; readonly tenant?: string },
): Promise<void> {
  const actor = await actorOf(session, tenant === undefined ? {} : { tenant })
  const batches = await session.directory.exportUsers(actor, null)
  try {
    await pipeline(Readable.from(exportText(batches, format)), process.stdout)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error
  }
}

/** Rows as text, batch by batch. */
export async function* exportText(
  batches: AsyncIterable<readonly ExportedRow[]>,
  format: Format,
): AsyncIterable<string> {
  if (format === 'csv') yield `${carriedFields.join(',')}\n`
  const lineOf = format === 'csv' ? csvLine : JSON.stringify
  for await (const rows of batches) yield rows.map((row) => `${lineOf(row)}\n`).join('')
}

const csvLine = (row: ExportedRow): string => carriedFields.map((field) => cellOf(field, row[field])).join(',')
