import { type Bench, type Line, milliseconds, openBench, type Row } from '../bench.ts'
import { rowsOf } from '../database.ts'
import { copyOf, dropCopy, ensureDataset } from '../dataset.ts'
import { startProduct } from '../product.ts'
import type { RequestPlan } from '../request.ts'
import { byId, me, newest, reading, variedPages } from '../requests.ts'
import { interleave } from '../rounds.ts'
import { pairedRatio } from '../statistics.ts'
import { wordsOf } from '../words.ts'
import { creating, patching } from './writes.ts'

/** Larger ones are measured at lists alone: the disk they take is for that. */
const mostForAll = 1_000_000

interface Work {
  readonly name: string
  readonly plan: RequestPlan
  /** Whether people do it often, so that it may not grow faster than log n. */
  readonly often: boolean
  /** Whether it is measured on the largest datasets too. */
  readonly list?: true
}

async function worksOf(bench: Bench): Promise<Work[]> {
  const { common, rare } = await wordsOf(bench)
  const searching = (words: readonly string[]) =>
    reading(
      bench,
      'cotalker',
      [8, 9, 10, 11, 12].flatMap((limit) => words.map((word) => `/api/v2/users?search=${word}&limit=${limit}`)),
    )
  const half = Math.floor((bench.dataset.tenants[0]?.people ?? 0) / 20)
  const counted = variedPages(10).map(
    ({ limit, offset }) => `/api/v2/users?limit=${limit}&page=${offset / limit + 1}&count=true`,
  )
  const marPaths = variedPages(10).map(
    ({ limit, offset }) => `/api/v2/users?search=mar&limit=${limit}&page=${offset / limit + 1}`,
  )
  const deep = Array.from({ length: 500 }, (_, page) => `/api/v2/users?limit=10&page=${half + page}`)
  return [
    { name: 'me', plan: me(bench, 'cotalker'), often: true },
    { name: 'by id at random', plan: byId(bench, 'cotalker', bench.someIds), often: true },
    { name: 'list 10', plan: newest(bench, 'cotalker', variedPages(10)), often: true, list: true },
    { name: 'list 100', plan: newest(bench, 'cotalker', variedPages(100)), often: true, list: true },
    { name: 'list 10 with its total', plan: reading(bench, 'cotalker', counted), often: true, list: true },
    { name: 'search of common words', plan: searching(common), often: true },
    { name: 'search of rare words', plan: searching(rare), often: true },
    { name: 'search of "mar"', plan: reading(bench, 'cotalker', marPaths), often: true },
    { name: 'list 10 from the middle', plan: reading(bench, 'cotalker', deep), often: false },
    { name: 'create', plan: creating(bench), often: true },
    { name: 'change', plan: patching(bench), often: true },
  ]
}

/** What one request takes at 1 connection, p50 in milliseconds. */
export interface GrowthPoint {
  readonly people: number
  readonly p50: number
}

/** The product on a dataset of this size, and what ends it. */
interface Opened {
  readonly people: number
  readonly works: ReadonlyMap<string, Work>
  close(): Promise<void>
}

async function openAt({ at, effort, log }: Bench, people: number): Promise<Opened> {
  const original = await ensureDataset(at, { people, tenants: 'three', log })
  const all = people <= mostForAll
  const dataset = all ? await copyOf(at.postgres, original) : original
  const product = await startProduct(at, dataset.database)
  const close = async () => {
    await product.stop()
    if (all) await dropCopy(at.postgres, dataset.database)
  }
  try {
    const works = await worksOf(await openBench({ at, dataset, product, effort, log }))
    const measured = works.filter(({ list }) => all || list === true)
    return { people, works: new Map(measured.map((work) => [work.name, work])), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** `sizes`: people, smallest first. */
export const growthRow = (sizes: readonly number[]): Row => ({
  name: 'growth',
  title: 'Cost as the directory grows',
  told:
    'p50 of one request at 1 connection, on directories of different sizes, whose servers are asked in turn. What people do often may ' +
    'grow as log n does.',
  writes: true,
  run: async (bench) => {
    const opened: Opened[] = []
    try {
      for (const people of sizes) {
        bench.log(`  ${people.toLocaleString('en')} people`)
        opened.push(await openAt(bench, people))
      }
      // Copies are written out first, so that the disk is as idle for one size as for another.
      await rowsOf(bench.postgres.connection('postgres'), 'checkpoint')
      const lines: Line[] = []
      for (const work of opened[0]?.works.values() ?? []) lines.push(await growthLine(bench, work, opened))
      return lines
    } finally {
      for (const one of opened) await one.close()
    }
  },
})

async function growthLine({ effort }: Bench, { name, often }: Work, opened: readonly Opened[]): Promise<Line> {
  const there = opened.flatMap(({ people, works }) => {
    const work = works.get(name)
    return work === undefined ? [] : [{ people, plan: work.plan }]
  })
  const figures = await interleave(
    there.map(({ plan }) => plan),
    { ...effort, connections: 1 },
  )
  const points = figures.map(({ p50 }, at): GrowthPoint => ({ people: there[at]?.people ?? 0, p50 }))
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) throw new Error('There is no size.')
  const [smallest, largest] = [figures[0], figures.at(-1)].map((one) => one?.rounds.map(({ p50 }) => p50) ?? [])
  const { median: factor } = pairedRatio(largest ?? [], smallest ?? [])
  const most = Math.log(last.people) / Math.log(first.people)
  return {
    work: name,
    rollcall: points.map(({ people, p50 }) => `${people.toLocaleString('en')}: ${milliseconds(p50)}`).join(', '),
    beside: '',
    ratio: `${factor.toFixed(2)} ×`,
    reach: often ? `≤ ${most.toFixed(2)} ×` : '',
    reached: often ? factor <= most : null,
    data: { points },
  }
}
