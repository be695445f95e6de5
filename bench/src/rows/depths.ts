import { alone, type Line, milliseconds, orFailed, perSecond, type Row, timeLine } from '../bench.ts'
import { rowsOf } from '../database.ts'
import { reading } from '../requests.ts'
import { type Comparison, compare } from '../rounds.ts'

const mostTime = 60
const mostTimes = 2

export const offsetRow: Row = {
  name: 'offset',
  title: 'Deep pages by offset',
  told: 'Pages of 10 from offset 500,000 on (72 % of a smaller tenant), each once, at 1 connection.',
  run: async (bench) => {
    const deep = Math.min(500_000, Math.floor((bench.dataset.tenants[0]?.people ?? 0) * 0.72))
    const paths = Array.from(
      { length: 2000 },
      (_, page) => `/api/v2/users?limit=10&page=${Math.floor(deep / 10) + page + 1}`,
    )
    const figures = await alone(
      bench,
      reading(bench, 'cotalker', paths, () => '"_id"'),
      1,
    )
    return [timeLine(`list 10 from offset ${deep.toLocaleString('en')}`, figures, 'p50', mostTime)]
  },
}

/** CometChat's cursor: who changed before a second, the newest first. */
const cursorPaths = (instants: readonly Date[]) =>
  instants.map((at) => `/v3/users?perPage=10&updatedAt=${Math.floor(at.getTime() / 1000)}&affix=prepend`)
/** The same as Cotalker has it. */
const beforePaths = (instants: readonly Date[]) =>
  instants.map((at) => `/api/v2/users?limit=10&modified_lt=${at.toISOString()}`)

export const cursorRow: Row = {
  name: 'cursor',
  title: 'Deep pages by cursor',
  told: "Pages of 10 before instants of half the depth, beside such of the newest; CometChat's cursor and Cotalker's modified_lt.",
  run: async (bench) => {
    const connection = bench.postgres.connection(bench.dataset.database)
    const instants = async (depth: number) => {
      const rows = await rowsOf<{ at: Date }>(
        connection,
        `select modified_at as at from users where tenant_id = $1 order by modified_at desc, id desc limit 1500 offset $2`,
        [bench.tenantId, depth],
      )
      return rows.map(({ at }) => at)
    }
    const first = await instants(10)
    const deep = await instants(Math.floor((bench.dataset.tenants[0]?.people ?? 0) * 0.7))
    const lines: Line[] = []
    for (const [dialect, name, paths] of [
      ['cotalker', 'modified_lt, Cotalker', beforePaths],
      ['cometchat', 'cursor, CometChat', cursorPaths],
    ] as const) {
      const work = `${name}, at 70 % of everybody`
      const run = async () => {
        const there = reading(bench, dialect, paths(deep))
        const here = reading(bench, dialect, paths(first))
        return [depthLine(work, await compare(there, here, { ...bench.effort, connections: 1 }))]
      }
      lines.push(...(await orFailed(work, reach, run)))
    }
    return lines
  },
}

const reach = `≤ ${mostTimes} ×`

function depthLine(work: string, { ours, theirs }: Comparison): Line {
  const factor = ours.p50 / theirs.p50
  return {
    work,
    rollcall: `${perSecond(ours.rate)}, p50 ${milliseconds(ours.p50)}`,
    beside: `first pages p50 ${milliseconds(theirs.p50)}`,
    ratio: `${factor.toFixed(2)} ×`,
    reach,
    reached: factor <= mostTimes,
    data: { ours, theirs },
  }
}
