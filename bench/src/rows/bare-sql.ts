import { type Bench, requireAgreement, withLimit } from '../bench.ts'
import { cometchatReplies, cotalkerReplies, type ReplySql, rocketchatReplies } from '../limits/reply-sql.ts'
import type { RequestPlan } from '../request.ts'
import type { Dialect } from '../requests.ts'
import { type Comparison, compare } from '../rounds.ts'

/** As the product has: packages/server/src/store/index.ts. */
const lanes = 3

const replies: Record<Dialect, ReplySql> = {
  cotalker: cotalkerReplies,
  rocketchat: rocketchatReplies,
  cometchat: cometchatReplies,
}
/** What names a snapshot of the database, and so differs from reply to reply. */
const moving = ['next']

/** The product beside (b), a handler whose one statement builds the whole reply; `parameters` are the statement's, by path. */
export async function besideSql(
  bench: Bench,
  dialect: Dialect,
  kind: keyof ReplySql,
  ours: RequestPlan,
  parameters: readonly string[],
  connections: number,
): Promise<Comparison> {
  const plan = {
    kind: 'sql',
    connection: bench.postgres.connection(bench.dataset.database),
    lanes,
    text: replies[dialect][kind],
    tenantId: bench.tenantId,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-request-id': bench.tenantId },
  } as const
  return await withLimit(bench, plan, async ({ origin }) => {
    const theirs: RequestPlan = {
      ...ours,
      origin,
      paths: parameters.map((one) => `/${one}`),
      headers: {},
      check: () => {},
    }
    await requireAgreement(ours, theirs, moving)
    return await compare(ours, theirs, { ...bench.effort, connections })
  })
}
