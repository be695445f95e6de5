/** `npm run bench`. */
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { openBench } from './bench.ts'
import { stopAll } from './children.ts'
import { startPostgres } from './database.ts'
import { ensureDataset } from './dataset.ts'
import { place } from './machine.ts'
import { startProduct } from './product.ts'
import { rows } from './rows/index.ts'

const log = (line: string) => process.stderr.write(`${line}\n`)
const wanted = process.argv[3]?.split(',')
const placing = place()
const directory = path.resolve('/tmp/bench-d1m')
await mkdir(directory, { recursive: true })
const postgres = await startPostgres(directory, placing.pin)
const at = { postgres, pin: placing.pin, directory: path.join(directory, 'server') }
try {
  const dataset = await ensureDataset(at, { people: Number(process.argv[2]), tenants: 'three', log })
  const product = await startProduct(at, dataset.database)
  const effort = { name: 'full', rounds: 5, duration: Number(process.argv[4] ?? 1000), memoryMinutes: 10 } as const
  const bench = await openBench({ at, dataset, product, effort, log })
  for (const row of rows) {
    if (wanted !== undefined && !wanted.includes(row.name)) continue
    for (const line of await row.run(bench)) {
      process.stdout.write(
        `${[line.work, line.rollcall, line.beside, line.ratio, line.reach, line.reached].join(' | ')}\n`,
      )
    }
  }
} finally {
  await stopAll()
}
