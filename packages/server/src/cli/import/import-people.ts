import { type Actor, type ImportOutcome, relationFields } from '../../core/index.ts'
import type { Session } from '../session.ts'
import { Batches, keysOf, type Row } from './batches.ts'
import { type Entry, isObject } from './entries.ts'
import { type LaterRow, LaterRows } from './later-rows.ts'
import type { Report } from './report.ts'

/** Rows of one transaction: well under a second. */
const batchSize = 2000

export interface ImportRun {
  readonly directory: Session['directory']
  readonly actor: Actor
  readonly entries: AsyncIterable<readonly Entry[]>
  readonly report: Report
  readonly dryRun: boolean
  /** How much of the file has been read; `null` where nobody knows. */
  readonly share: () => number | null
  /** Whether to stop after the batches under way. */
  readonly isInterrupted: () => boolean
}

/**
 * Takes all rows, then once more the hierarchies whose names stood further down. Running it again is always safe: rows that
 * are there already change nothing.
 */
export async function importPeople(run: ImportRun): Promise<void> {
  const { directory, actor, entries, report, dryRun, share, isInterrupted } = run
  const later = new LaterRows()
  /** Of a dry run: who would be there, by uid and address. */
  const promised = new Set<string>()
  try {
    const batches = new Batches(async (rows) => {
      const input = { rows: rows.map(({ row }) => row), dryRun, namesMayFollow: true }
      const outcomes = await directory.importUsers(actor, input)
      for (const [at, { line, row }] of rows.entries()) {
        const outcome = outcomes[at]
        if (outcome === undefined) continue
        if (outcome.status === 'failed') {
          await report.failure({ line, error: outcome.error, row })
          continue
        }
        report[outcome.status] += 1
        if (dryRun) for (const key of [...keysOf(row), outcome.uid]) promised.add(key)
        if (outcome.left.length > 0) await later.add({ line, status: outcome.status, row: hierarchyOf(row, outcome) })
      }
      report.progress(share())
    })
    let rows: Row[] = []
    for await (const group of entries) {
      for (const entry of group) {
        if ('fault' in entry) await report.failure({ line: entry.line, error: entry.fault })
        else rows.push(entry)
        if (rows.length < batchSize) continue
        await batches.add(rows)
        rows = []
      }
      if (isInterrupted()) break
    }
    if (rows.length > 0 && !isInterrupted()) await batches.add(rows)
    await batches.settled()
    if (!isInterrupted()) await takeLater(run, later, promised)
  } finally {
    await later.remove()
  }
}

function hierarchyOf(row: unknown, { uid, left }: Extract<ImportOutcome, { uid: string }>) {
  const given = isObject(row) ? row : {}
  return { uid, ...Object.fromEntries(left.map((field) => [field, given[field]])) }
}

/** One batch after the other: each holds the hierarchy's lock for as long as it writes. */
async function takeLater(run: ImportRun, later: LaterRows, promised: ReadonlySet<string>): Promise<void> {
  const { directory, actor, report, dryRun, isInterrupted } = run
  const take = async (rows: readonly LaterRow[]) => {
    const outcomes = await directory.importUsers(actor, { rows: rows.map(({ row }) => row), dryRun })
    for (const [at, { line, row, status }] of rows.entries()) {
      const outcome = outcomes[at]
      if (outcome?.status === 'failed') {
        report[status] -= 1
        await report.failure({ line, error: outcome.error, row })
      } else if (outcome?.status === 'changed' && status === 'unchanged') {
        report.unchanged -= 1
        report.changed += 1
      }
    }
    report.progress(null)
  }
  let rows: LaterRow[] = []
  for await (const waiting of later.all()) {
    rows.push(dryRun ? { ...waiting, row: withoutPromised(waiting.row, promised) } : waiting)
    if (rows.length < batchSize) continue
    if (isInterrupted()) return
    await take(rows)
    rows = []
  }
  if (rows.length > 0 && !isInterrupted()) await take(rows)
}

/** Of a dry run: names of rows that would have been written are somebody's. */
function withoutPromised(row: LaterRow['row'], promised: ReadonlySet<string>): LaterRow['row'] {
  const lists = relationFields.flatMap((field): [string, unknown][] => {
    const names = row[field]
    if (!Array.isArray(names)) return []
    return [[field, names.filter((name) => !promised.has(String(name).trim().toLowerCase()))]]
  })
  return { uid: row.uid, ...Object.fromEntries(lists) }
}
