import { type Bench, besideBytes, type Line, milliseconds, type Row, ratioLine } from '../bench.ts'
import type { RequestPlan } from '../request.ts'
import { byId, type Dialect, dialectName, dialects, me } from '../requests.ts'
import type { Comparison } from '../rounds.ts'

/** What is to be reached of bare `node:http`, by connections; at one it is time that counts. */
const reaches = [
  { connections: 64, atLeast: 0.5 },
  { connections: 32, atLeast: 0.4 },
] as const
const mostMore = 0.3

function oneByOne(work: string, comparison: Comparison): Line {
  const more = comparison.ours.p50 - comparison.theirs.p50
  const line = ratioLine(work, 'node:http', comparison, null)
  return { ...line, ratio: `+${milliseconds(more)}`, reach: `≤ ${mostMore} ms more`, reached: more <= mostMore }
}

async function beside(bench: Bench, work: string, plan: RequestPlan): Promise<Line[]> {
  const lines: Line[] = []
  for (const { connections, atLeast } of reaches) {
    const comparison = await besideBytes(bench, plan, connections)
    lines.push(ratioLine(`${work}, ${connections} connections`, 'node:http', comparison, atLeast))
  }
  lines.push(oneByOne(`${work}, 1 connection`, await besideBytes(bench, plan, 1)))
  return lines
}

const inEachDialect = async (bench: Bench, work: string, plan: (dialect: Dialect) => RequestPlan) => {
  const lines: Line[] = []
  for (const dialect of dialects)
    lines.push(...(await beside(bench, `${work}, ${dialectName[dialect]}`, plan(dialect))))
  return lines
}

export const meRow: Row = {
  name: 'me',
  title: 'The caller itself',
  told: 'GET /api/v2/users/me, /api/v1/me and /v3/me, beside bare node:http that answers the same bytes from a Buffer.',
  run: (bench) => inEachDialect(bench, 'me', (dialect) => me(bench, dialect)),
}

export const cachedRow: Row = {
  name: 'by-id-cached',
  title: 'One user, cached',
  told: 'One and the same user by its id, beside bare node:http that answers the same bytes from a Buffer.',
  run: (bench) => inEachDialect(bench, 'by id', (dialect) => byId(bench, dialect, bench.someIds.slice(0, 1))),
}
