import { parse } from 'csv-parse/sync'
import { carriedFields } from '../../core/index.ts'
import { badArgument } from '../command.ts'
import { kindOf } from './columns.ts'
import { type CsvRecord, csvRecords } from './csv-records.ts'
import type { Entry } from './entries.ts'

/** A cell; `undefined` where nothing stands, not even a pair of quotes. */
type Cell = string | undefined

/** Rows of a CSV file whose first record names the columns; see docs/operating.md. Throws `CommandError` for another header. */
export async function* csvEntries(bytes: AsyncIterable<Buffer>): AsyncIterable<Entry[]> {
  let columns: readonly string[] | null = null
  for await (const records of csvRecords(bytes)) {
    let rest = records
    while (columns === null && rest.length > 0) {
      const [header, ...others] = rest
      rest = others
      if (header !== undefined && !isEmpty(header)) columns = columnsOf(header)
    }
    if (columns !== null && rest.length > 0) yield entriesOf(rest, columns)
  }
  if (columns === null) throw badArgument('The file is empty: its first line names the columns')
}

const isEmpty = (record: CsvRecord): boolean => 'text' in record && record.text.trim() === ''

function columnsOf(header: CsvRecord): readonly string[] {
  if ('fault' in header) throw badArgument(`The line of column names ${header.fault}`)
  const cells = cellsOf(header.text)
  if (cells === null) throw badArgument('The line of column names is not CSV')
  const names = cells.map((cell) => (cell ?? '').trim())
  if (names.length === 1 && /[;\t]/.test(header.text)) throw badArgument('Columns must be separated by commas')
  for (const [at, name] of names.entries()) {
    if (kindOf(name) === null) {
      throw badArgument(
        `There is no column ${JSON.stringify(name)}. The columns are ${carriedFields.join(', ')}, password, and single values such as extensions.customFields.team`,
      )
    }
    if (names.indexOf(name) !== at) throw badArgument(`The column ${name} is there twice`)
  }
  return names
}

/** All records are parsed together, which takes a tenth of the time; one by one where that fails. */
function entriesOf(records: readonly CsvRecord[], columns: readonly string[]): Entry[] {
  const sound = records.flatMap((record) => ('text' in record && !isEmpty(record) ? [record.text] : []))
  const together = parsed(sound.join('\n'))
  let next = 0
  return records.flatMap((record): Entry[] => {
    if ('fault' in record) return [record]
    if (isEmpty(record)) return []
    const cells = together?.length === sound.length ? (together[next++] ?? null) : cellsOf(record.text)
    return [
      cells === null
        ? { line: record.line, fault: 'is not CSV: a quote stands where none may' }
        : entryOf(record.line, cells, columns),
    ]
  })
}

function entryOf(line: number, cells: readonly Cell[], columns: readonly string[]): Entry {
  if (cells.length !== columns.length) {
    return { line, fault: `has ${cells.length} cells where the first line names ${columns.length} columns` }
  }
  const row: Record<string, unknown> = {}
  for (const [at, column] of columns.entries()) {
    const cell = cells[at]
    if (cell === undefined) continue
    try {
      row[column] = kindOf(column)?.read(cell)
    } catch {
      return { line, fault: `${column}: is not JSON` }
    }
  }
  return { line, row }
}

const cellsOf = (text: string): readonly Cell[] | null => {
  const [cells, ...more] = parsed(text) ?? []
  return more.length === 0 ? (cells ?? null) : null
}

function parsed(text: string): (readonly Cell[])[] | null {
  try {
    return parse(text, {
      relax_column_count: true,
      record_delimiter: '\n',
      cast: (cell, { quoting }) => (cell === '' && !quoting ? undefined : cell),
    })
  } catch {
    return null
  }
}
