/** `npm run bench`. */
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type Bench, openBench, type Row } from './bench.ts'
import { repository, stopAll } from './children.ts'
import { startPostgres } from './database.ts'
import { copyOf, type Dataset, dropCopy, ensureDataset } from './dataset.ts'
import { writeDocs } from './docs.ts'
import { describeMachine, place } from './machine.ts'
import { help, type Options, parseOptions, WrongOption } from './options.ts'
import { type ProductAt, startProduct } from './product.ts'
import { type Measured, type Report, writeReport } from './report.ts'
import { rowsOf } from './rows/index.ts'
import { table } from './table.ts'

const log = (line: string) => process.stderr.write(`${line}\n`)

async function run(options: Options, args: readonly string[]): Promise<void> {
  const placing = place()
  const directory = path.resolve(options.directory)
  await mkdir(directory, { recursive: true })
  const postgres = await startPostgres(directory, placing.pin)
  const at: ProductAt = { ...placing, postgres, directory: path.join(directory, 'server') }
  const dataset = await ensureDataset(at, { people: options.people, tenants: 'three', log })
  const wanted = rowsOf(options).filter(({ name }) => options.rows.length === 0 || options.rows.includes(name))
  const measured = [
    ...(await runRows(
      at,
      dataset,
      wanted.filter(({ writes }) => writes !== true),
      options,
    )),
    ...(await runRowsOnCopy(
      at,
      dataset,
      wanted.filter(({ writes }) => writes === true),
      options,
    )),
  ]
  const report: Report = {
    command: commandOf(args),
    at: new Date().toISOString(),
    machine: describeMachine(postgres.version, placing.told),
    effort: options.effort,
    dataset,
    rows: measured,
  }
  log(`\nAll figures: ${path.relative(process.cwd(), await writeReport(report))}`)
  if (options.writeDocs) log(`Tables and plots: ${path.relative(process.cwd(), await writeDocs(report))}`)
  log('Less than all of it: npm run bench -- --rows NAME,...   More: npm run bench -- --help')
}

/** What to type to measure the same; where data is kept is everybody's own business. */
function commandOf(args: readonly string[]): string {
  const told = args.filter((arg, at) => !/^--(directory|write-docs)\b/.test(arg) && args[at - 1] !== '--directory')
  return ['npm run bench', ...(told.length === 0 ? [] : ['--', ...told])].join(' ')
}

async function runRows(at: ProductAt, dataset: Dataset, rows: readonly Row[], options: Options): Promise<Measured[]> {
  if (rows.length === 0) return []
  const product = await startProduct(at, dataset.database)
  try {
    const bench = await openBench({ at, dataset, product, effort: options.effort, log })
    const measured: Measured[] = []
    for (const row of rows) measured.push(await runRow(bench, row))
    return measured
  } finally {
    await product.stop()
  }
}

async function runRowsOnCopy(at: ProductAt, dataset: Dataset, rows: readonly Row[], options: Options) {
  if (rows.length === 0) return []
  const copy = await copyOf(at.postgres, dataset)
  try {
    return await runRows(at, copy, rows, options)
  } finally {
    await dropCopy(at.postgres, copy.database)
  }
}

/** A row that fails is told and does not end the others. */
async function runRow(bench: Bench, row: Row): Promise<Measured> {
  const { name, title, told } = row
  log(`${name}…`)
  const began = performance.now()
  try {
    const lines = await row.run(bench)
    process.stdout.write(`\n${title}\n${told}\n${table(lines)}\n`)
    return { name, title, told, seconds: secondsSince(began), lines, failure: null }
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.exitCode = 1
    log(`${name} failed: ${failure}`)
    return { name, title, told, seconds: secondsSince(began), lines: [], failure }
  }
}

const secondsSince = (began: number) => Math.round((performance.now() - began) / 1000)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(130)))
}
process.chdir(repository)
try {
  const options = parseOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(help)
  else await run(options, process.argv.slice(2))
} catch (error) {
  const mistake = error instanceof WrongOption
  log(mistake ? `${error.message}. See: npm run bench -- --help` : String(error instanceof Error ? error.stack : error))
  process.exitCode = mistake ? 2 : 1
} finally {
  await stopAll()
}
