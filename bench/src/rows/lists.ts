import { type Bench, besideBytes, type Line, type Row, ratioLine } from '../bench.ts'
import { byId, dialectName, dialects, newest, variedPages } from '../requests.ts'
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

const sizes = [
  { limit: 10, atLeast: 1.25 },
  { limit: 100, atLeast: 2.3 },
] as const

export const listRow: Row = {
  name: 'list',
  title: 'Newest first',
  told:
    'Pages of 5 to 15 or 90 to 110 among the newest in turn: more than are kept whole, their users mostly cached; ' +
    'beside a handler whose one statement builds the whole reply.',
  run: async (bench) => {
    const lines: Line[] = []
    for (const { limit, atLeast } of sizes) {
      const pages = variedPages(limit)
      const parameters = pages.map((page) => `${page.limit}/${page.offset}`)
      for (const dialect of dialects) {
        const comparison = await besideSql(
          bench,
          dialect,
          'list',
          newest(bench, dialect, pages),
          parameters,
          connections,
        )
        lines.push(ratioLine(`list ${limit}, ${dialectName[dialect]}`, 'bare SQL', comparison, atLeast))
      }
    }
    return lines
  },
}

/** The same requests over and over, while nothing in the tenant changes. */
const repeated = (bench: Bench) =>
  dialects.flatMap((dialect) =>
    sizes.map(({ limit }) => ({
      work: `list ${limit}, ${dialectName[dialect]}`,
      plan: newest(bench, dialect, [{ limit, offset: 0 }]),
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
