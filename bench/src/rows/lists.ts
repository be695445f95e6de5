import { type Bench, besideBytes, type Line, type Row, ratioLine } from '../bench.ts'
import { byId, dialectName, dialects, newest } from '../requests.ts'
import { besideSql } from './bare-sql.ts'

const connections = 32

export const randomRow: Row = {
  name: 'by-id-random',
  title: 'One user, at random',
  told: 'Users at random over the largest tenant, none twice; beside a handler whose one statement builds the whole reply.',
  run: async (bench) => {
    const lines: Line[] = []
    for (const dialect of dialects) {
      const comparison = await besideSql(
        bench,
        dialect,
        'get',
        byId(bench, dialect, bench.someIds),
        bench.someIds,
        connections,
      )
      lines.push(ratioLine(`by id at random, ${dialectName[dialect]}`, 'bare SQL', comparison, 0.9))
    }
    return lines
  },
}

const pages = [
  { limit: 10, atLeast: 1.25 },
  { limit: 100, atLeast: 2.3 },
] as const

/** Offsets in the newest thousand, so that their users are mostly cached. */
const offsetsOf = (limit: number) => Array.from({ length: 1000 / limit }, (_, page) => page * limit)

export const listRow: Row = {
  name: 'list',
  title: 'Newest first',
  told: 'Pages of the newest 1,000 in turn; beside a handler whose one statement builds the whole reply.',
  run: async (bench) => {
    const lines: Line[] = []
    for (const { limit, atLeast } of pages) {
      for (const dialect of dialects) {
        const offsets = offsetsOf(limit)
        const parameters = offsets.map((offset) => `${limit}/${offset}`)
        const ours = newest(bench, dialect, limit, offsets)
        const comparison = await besideSql(bench, dialect, 'list', ours, parameters, connections)
        lines.push(ratioLine(`list ${limit}, ${dialectName[dialect]}`, 'bare SQL', comparison, atLeast))
      }
    }
    return lines
  },
}

/** The same requests over and over, while nothing in the tenant changes. */
const repeated = (bench: Bench) =>
  dialects.flatMap((dialect) =>
    pages.map(({ limit }) => ({
      work: `list ${limit}, ${dialectName[dialect]}`,
      plan: newest(bench, dialect, limit, [0]),
    })),
  )

export const againRow: Row = {
  name: 'again',
  title: 'The same again',
  told: 'One page over and over, while nothing in the tenant changes; beside node:http that answers the same bytes.',
  run: async (bench) => {
    const lines: Line[] = []
    for (const { work, plan } of repeated(bench)) {
      lines.push(ratioLine(`${work}, again`, 'node:http', await besideBytes(bench, plan, connections), 0.35))
    }
    return lines
  },
}
