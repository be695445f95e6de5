import { type Load, load } from './load.ts'
import type { RequestPlan } from './request.ts'
import { median, pairedRatio, type Ratio } from './statistics.ts'

export interface RoundOptions {
  readonly connections: number
  readonly rounds: number
  /** Of one contender in one round, in milliseconds. */
  readonly duration: number
}

/** Medians of the rounds. Times in milliseconds. */
export interface Figures {
  readonly rate: number
  readonly p50: number
  readonly p99: number
  readonly rounds: readonly Load[]
}

/** What two servers do with the same work. */
export interface Comparison {
  readonly ours: Figures
  readonly theirs: Figures
  readonly ratio: Ratio
}

/** Interleaved rounds, A B, B A, A B…, after a warm-up of each. Throws where a request failed: a rate of errors is none. */
export async function compare(ours: RequestPlan, theirs: RequestPlan, options: RoundOptions): Promise<Comparison> {
  const [first, second] = await interleave([ours, theirs], options)
  if (first === undefined || second === undefined) throw new Error('There are not two to compare.')
  const [rates, others] = [first, second].map(({ rounds }) => rounds.map(({ rate }) => rate))
  return { ours: first, theirs: second, ratio: pairedRatio(rates ?? [], others ?? []) }
}

/** The same without anything beside it. */
export async function measure(plan: RequestPlan, options: RoundOptions): Promise<Figures> {
  const [figures] = await interleave([plan], options)
  if (figures === undefined) throw new Error('There is nothing to measure.')
  return figures
}

/** The same of any number, in their order. */
export async function interleave(plans: readonly RequestPlan[], options: RoundOptions): Promise<Figures[]> {
  const contenders = plans.map((plan) => new Contender(plan, options))
  for (const contender of contenders) await contender.warmUp()
  for (let round = 0; round < options.rounds; round += 1) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) await contender.run()
  }
  return contenders.map((contender) => contender.figures())
}

class Contender {
  readonly loads: Load[] = []
  readonly #plan: RequestPlan
  readonly #options: RoundOptions
  #from = 0

  constructor(plan: RequestPlan, options: RoundOptions) {
    this.#plan = plan
    this.#options = options
  }

  async warmUp(): Promise<void> {
    await checkReplies(this.#plan)
    await this.#load()
  }

  async run(): Promise<void> {
    this.loads.push(await this.#load())
  }

  async #load(): Promise<Load> {
    const { connections, duration } = this.#options
    const done = await load(this.#plan, { connections, duration, from: this.#from })
    this.#from += done.replies + connections
    if (done.failures > 0) {
      throw new Error(
        `${done.failures} of ${done.replies} requests failed: ${this.#plan.method} ${this.#plan.paths[0]}`,
      )
    }
    return done
  }

  figures(): Figures {
    const of = (value: (one: Load) => number) => median(this.loads.map(value))
    return { rate: of(({ rate }) => rate), p50: of(({ p50 }) => p50), p99: of(({ p99 }) => p99), rounds: this.loads }
  }
}

/** Paths that are looked at before anything is timed. */
const checkedPaths = 5
let bodies = 1_000_000

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** One request of a plan, by itself. */
export async function ask({ origin, method, headers, body }: RequestPlan, path: string): Promise<Reply> {
  bodies += 1
  const reply = await fetch(`http://${origin.host}:${origin.port}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: body(bodies) }),
  })
  return { status: reply.status, headers: reply.headers, body: await reply.text() }
}

/** Throws where a reply is not what was asked for. */
export async function checkReplies(plan: RequestPlan): Promise<void> {
  for (const path of plan.paths.slice(0, checkedPaths)) {
    const reply = await ask(plan, path)
    if (reply.status < 200 || reply.status > 299) {
      throw new Error(`${plan.method} ${path} answered ${reply.status}: ${reply.body.slice(0, 500)}`)
    }
    plan.check(reply, path)
  }
}
