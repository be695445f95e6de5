import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench, Line, Row } from '../bench.ts'
import { runProduct } from '../children.ts'
import { rowsOf } from '../database.ts'
import { dropCopy, makeTenant } from '../dataset.ts'
import { productEnvironment, secondsOnEveryCore } from '../product.ts'

/** Seconds for a million people. */
const [mostSeed, mostImport] = [60, 240]
const million = 1_000_000
const importer = { email: 'importer@example.com', username: 'importer' }

/** How long the last tenth of a tenant's people took in the first tenth's time, by the times of their events. */
async function lastTenth(bench: Bench, database: string): Promise<number> {
  const [row] = await rowsOf<{ first: number; last: number }>(
    bench.postgres.connection(database),
    `with created as (
       select e.at, ntile(10) over (order by e.id) as tenth from events e join tenants t using (tenant_id)
       where t.app_id = 'rollcall' and e.type = 'user.created'
     ), spans as (select tenth, extract(epoch from max(at) - min(at))::float8 as seconds from created group by tenth)
     select (select seconds from spans where tenth = 2) as first, (select seconds from spans where tenth = 10) as last`,
  )
  return (row?.last ?? Number.NaN) / (row?.first ?? Number.NaN)
}

/** Fewer people than this tell about the start of the command rather than about people. */
const least = 100_000

function line(work: string, people: number, seconds: number, most: number, tenth: number): Line {
  const judged = people >= least
  const scaled = (seconds / people) * million
  return {
    work: `${people.toLocaleString('en')} people by ${work}`,
    rollcall: `${seconds.toFixed(1)} s, ${Math.round(people / seconds).toLocaleString('en')}/s`,
    beside: judged ? `last tenth ${tenth.toFixed(2)} × the second` : '',
    ratio: judged ? `${scaled.toFixed(0)} s a million` : '',
    reach: `≤ ${most} s a million`,
    reached: judged ? scaled <= most : null,
    data: { people, seconds, lastTenth: tenth },
  }
}

export const seedRow: Row = {
  name: 'seed',
  title: 'Many people at once: seed',
  told:
    'seed --users, as the dataset was made, command and database on every core: the whole commands, their starts and statistics included, ' +
    'the events of all people too.',
  run: async (bench) => {
    const { people, seededIn, database } = bench.dataset
    const seconds = seededIn.reduce((sum, one) => sum + one, 0)
    return [line('seed', people, seconds, mostSeed, await lastTenth(bench, database))]
  },
}

export const importRow: Row = {
  name: 'import',
  title: 'Many people at once: import',
  told: 'import of what export gave, tenant by tenant into an empty database on every core, with every rule of single creations.',
  run: async (bench) => {
    const { at, dataset, log } = bench
    const database = `${dataset.database}_import`
    const directory = await mkdtemp(join(tmpdir(), 'rollcall-bench-'))
    try {
      await dropCopy(at.postgres, database)
      await rowsOf(at.postgres.connection('postgres'), `create database ${database}`)
      // The exported administrators come in beside this one.
      const env = {
        ...productEnvironment(at, database),
        ROLLCALL_ADMIN_EMAIL: importer.email,
        ROLLCALL_ADMIN_USERNAME: importer.username,
      }
      let seconds = 0
      for (const { appId, people } of dataset.tenants) {
        const file = join(directory, `${appId}.ndjson`)
        const tenant = ['--tenant', appId]
        await runProduct(['export', ...tenant], {
          pin: [],
          env: productEnvironment(at, dataset.database),
          output: file,
        })
        await makeTenant(at, database, appId, importer.email)
        // One other person brings the roles, job titles and custom fields that the exported ones have.
        await runProduct(['seed', '--users', '1', '--seed', '9', ...tenant], {
          pin: [],
          env,
        })
        seconds += await secondsOnEveryCore(at, () =>
          runProduct(['import', file, ...tenant], { pin: at.everyCore, env }),
        )
        log(`  imported ${people.toLocaleString('en')}, ${seconds.toFixed(0)} s in all`)
        await rm(file)
      }
      return [line('import', dataset.people, seconds, mostImport, await lastTenth(bench, database))]
    } finally {
      await rm(directory, { recursive: true, force: true })
      await dropCopy(at.postgres, database)
    }
  },
}
