import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type Postgres, rowsOf } from './database.ts'
import type { Dataset } from './dataset.ts'
import { type Limit, type LimitPlan, startLimit } from './limits/limit.ts'
import type { Product, ProductAt } from './product.ts'
import type { RequestPlan } from './request.ts'
import { ask, type Comparison, compare, type Figures, measure } from './rounds.ts'

/** How long everything is measured. */
export interface Effort {
  readonly name: 'quick' | 'full'
  readonly rounds: number
  /** Of one contender in one round, in milliseconds. */
  readonly duration: number
  /** Minutes of mixed load while the memory is watched. */
  readonly memoryMinutes: number
}

/** One line of the tables. */
export interface Line {
  readonly work: string
  /** Rollcall's own figure. */
  readonly rollcall: string
  /** What it is measured beside, and that one's figure; empty where there is nothing. */
  readonly beside: string
  /** Rollcall's figure in the other's, or what is compared with `reach`. */
  readonly ratio: string
  /** What is to be reached, and whether it was; `null` where a line only tells something. */
  readonly reach: string
  readonly reached: boolean | null
  /** The figures themselves, for the JSON. */
  readonly data: unknown
}

/** A row of the tables: one kind of work. */
export interface Row {
  /** For `--rows`. */
  readonly name: string
  readonly title: string
  /** What was done, for the foot of its table. */
  readonly told: string
  /** Whether it changes people: then it runs on a copy. */
  readonly writes?: true
  run(bench: Bench): Promise<readonly Line[]>
}

/** A set-up on which rows are measured: the product serving one dataset. */
export interface Bench {
  readonly at: ProductAt
  readonly postgres: Postgres
  readonly dataset: Dataset
  readonly product: Product
  readonly tenantId: string
  /** The role that ordinary people have. */
  readonly roleId: string
  /** Active people of the largest tenant, at random, the same in every run. */
  readonly someIds: readonly string[]
  readonly effort: Effort
  readonly log: (line: string) => void
}

const mostIds = 200_000

export async function openBench(given: Pick<Bench, 'at' | 'dataset' | 'product' | 'effort' | 'log'>): Promise<Bench> {
  const { postgres } = given.at
  const connection = postgres.connection(given.dataset.database)
  const [tenant] = await rowsOf<{ tenant_id: string }>(
    connection,
    `select tenant_id from tenants where app_id = 'rollcall'`,
  )
  const tenantId = tenant?.tenant_id ?? ''
  const people = await rowsOf<{ id: string }>(
    connection,
    `select id from users where tenant_id = $1 and active and uid = id order by md5(id) limit ${mostIds}`,
    [tenantId],
  )
  const [role] = await rowsOf<{ id: string }>(
    connection,
    `select id from access_roles where tenant_id = $1 and code = 'user'`,
    [tenantId],
  )
  return { ...given, postgres, tenantId, roleId: role?.id ?? '', someIds: people.map(({ id }) => id) }
}

/** Runs `work` beside a limit, and ends the limit. */
export async function withLimit<T>(bench: Bench, plan: LimitPlan, work: (limit: Limit) => Promise<T>): Promise<T> {
  const limit = await startLimit(plan, bench.at.pin)
  try {
    return await work(limit)
  } finally {
    await limit.stop()
  }
}

const ofConnection = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding'])

/** (a) for a plan: the bytes and headers of the product's own reply to its first path. */
export async function bytesOf(plan: RequestPlan): Promise<LimitPlan> {
  const reply = await ask(plan, plan.paths[0] ?? '')
  const headers = [...reply.headers].filter(([name]) => !ofConnection.has(name))
  return { kind: 'bytes', headers: Object.fromEntries(headers), body: reply.body }
}

/** The product beside bare `node:http` that answers the same bytes. */
export async function besideBytes(bench: Bench, plan: RequestPlan, connections: number): Promise<Comparison> {
  const bytes = await bytesOf(plan)
  return await withLimit(bench, bytes, ({ origin }) =>
    compare(plan, { ...plan, origin, check: sameText(bytes) }, { ...bench.effort, connections }),
  )
}

const sameText =
  (plan: LimitPlan): RequestPlan['check'] =>
  ({ body }) => {
    if (plan.kind !== 'bytes' || body !== plan.body) throw new Error('The limit answers other bytes.')
  }

/** The product by itself. */
export const alone = (bench: Bench, plan: RequestPlan, connections: number): Promise<Figures> =>
  measure(plan, { ...bench.effort, connections })

/**
 * Throws unless both answer alike, parsed, to their first paths. Presence moves with every call of the caller's own, so that a
 * difference counts only when it stays.
 */
export async function requireAgreement(ours: RequestPlan, theirs: RequestPlan, ignored: readonly string[] = []) {
  for (const at of [0, 1, 2, 3, 4]) {
    const [one, other] = [ours.paths[at], theirs.paths[at]]
    if (one === undefined || other === undefined) return
    for (let attempt = 1; ; attempt += 1) {
      const [here, there] = [await parsed(ours, one, ignored), await parsed(theirs, other, ignored)]
      if (isDeepStrictEqual(here, there)) break
      if (attempt === 5)
        throw new Error(`${one} and the limit differ:\n${JSON.stringify(here)}\n${JSON.stringify(there)}`)
      await sleep(300 * attempt)
    }
  }
}

async function parsed(plan: RequestPlan, path: string, ignored: readonly string[]): Promise<unknown> {
  const { body } = await ask(plan, path)
  return JSON.parse(body, (name, value) => (ignored.includes(name) ? undefined : value))
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
export const perSecond = (rate: number) => `${whole.format(rate)}/s`
export const times = ({ rate, p50, p99 }: Pick<Figures, 'rate' | 'p50' | 'p99'>) =>
  `${perSecond(rate)}, p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`
export const milliseconds = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`

/** A line of the product by itself, judged by one of its times. */
export function timeLine(work: string, figures: Figures, judged: 'p50' | 'p99', atMost: number | null): Line {
  return {
    work,
    rollcall: times(figures),
    beside: '',
    ratio: `${judged} ${milliseconds(figures[judged])}`,
    reach: atMost === null ? '' : `≤ ${atMost} ms`,
    reached: atMost === null ? null : figures[judged] <= atMost,
    data: figures,
  }
}

/** A line of the product beside something else, judged by the ratio of their rates. */
export function ratioLine(
  work: string,
  other: string,
  { ours, theirs, ratio }: Comparison,
  atLeast: number | null,
): Line {
  return {
    work,
    rollcall: times(ours),
    beside: `${other} ${times(theirs)}`,
    ratio: `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})`,
    reach: atLeast === null ? '' : `≥ ${atLeast}`,
    reached: atLeast === null ? null : ratio.median >= atLeast,
    data: { ours, theirs, ratio },
  }
}

/** A line that says why these could not be measured, where that is so; the others of their row go on. */
export async function orFailed(
  work: string,
  reach: string,
  run: () => Promise<readonly Line[]>,
): Promise<readonly Line[]> {
  try {
    return await run()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [{ work, rollcall: `failed: ${reason}`, beside: '', ratio: '', reach, reached: false, data: null }]
  }
}
