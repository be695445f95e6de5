import { settleUsers } from '../../store/bulk-users.ts'
import { CommandError, say, tell } from '../command.ts'
import type { Format, ImportOptions, Source } from '../import.ts'
import { untilInterrupted } from '../interruption.ts'
import { actorOf } from '../lookup.ts'
import type { Session } from '../session.ts'
import { plainBytes } from './bytes.ts'
import { csvEntries } from './csv.ts'
import { importPeople } from './import-people.ts'
import { ndjsonEntries } from './ndjson.ts'
import { Report } from './report.ts'

/** From this many written rows on the planner's statistics are gathered anew. */
const many = 10_000

/** The work of `import` on an open directory. Throws `CommandError` where rows failed, or somebody interrupted it. */
export async function runImport(
  session: Session,
  {
    format,
    source,
    errors,
    tenant,
    dryRun = false,
  }: Omit<ImportOptions, 'format' | 'dryRun'> & { format: Format; source: Source; dryRun?: boolean },
): Promise<void> {
  const actor = await actorOf(session, tenant === undefined ? {} : { tenant })
  const report = await Report.open(errors)
  const interruption = untilInterrupted()
  const bytes = plainBytes(source.bytes)
  try {
    await importPeople({
      directory: session.directory,
      actor,
      entries: format === 'csv' ? csvEntries(bytes) : ndjsonEntries(bytes),
      report,
      dryRun,
      share: source.share,
      isInterrupted: () => interruption.aborted,
    })
  } finally {
    interruption.release()
    await report.close()
  }
  if (!dryRun && !interruption.aborted && report.created + report.changed >= many) {
    tell('Gathering statistics for the query planner')
    await settleUsers(session.database.connection)
  }
  say(dryRun ? `Dry run, nothing was written: ${report.summary()}.` : `${report.summary()}.`)
  if (interruption.aborted) throw new CommandError('Interrupted. Run it again to go on.', 130)
  if (report.failed > 0)
    throw new CommandError(`Not all rows went in. Mend them and run it again: the others stay as they are.`)
}
