import { type Bench, type Line, perSecond, type Row } from '../bench.ts'
import { load } from '../load.ts'
import { startProduct } from '../product.ts'
import type { RequestPlan } from '../request.ts'
import { dialects, newest, reading, variedPages } from '../requests.ts'
import { checkReplies } from '../rounds.ts'
import { wordsOf } from '../words.ts'
import { loggingIn } from './login.ts'

/** In milliseconds. */
const mostDelay = 20
/** In durations of one contender's round. */
const rounds = 10

/** The delays of the event loop since the metrics were read last, in milliseconds. */
export async function loopDelays({ product: { origin } }: Bench): Promise<{ p50: number; p99: number; most: number }> {
  const text = await (await fetch(`http://${origin.host}:${origin.port}/metrics`)).text()
  const of = (name: string) =>
    Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, 'm').exec(text)?.[1]) * 1000
  return { p50: of('p50'), p99: of('p99'), most: of('max') }
}

async function works(bench: Bench): Promise<{ plan: RequestPlan; connections: number }[]> {
  const { common } = await wordsOf(bench)
  const thousands = Array.from({ length: 200 }, (_, page) => `/api/v2/users?limit=1000&page=${page + 1}`)
  return [
    ...dialects.map((dialect) => ({ plan: newest(bench, dialect, variedPages(100)), connections: 2 })),
    { plan: reading(bench, 'cotalker', thousands), connections: 1 },
    {
      plan: reading(
        bench,
        'cotalker',
        common.map((word) => `/api/v2/users?search=${word}&limit=10`),
      ),
      connections: 2,
    },
    { plan: loggingIn(bench), connections: 2 },
  ]
}

export const loopRow: Row = {
  name: 'loop',
  title: 'The event loop',
  told:
    'Lists of 100 in each dialect, lists of 1,000, searches and logins at 11 connections together, the server on every core; ' +
    'what /metrics says of the event loop meanwhile, by a look every 2 ms.',
  run: async (given) => {
    const product = await startProduct(given.at, given.dataset.database, given.at.everyCore)
    try {
      const bench = { ...given, product }
      const asked = await works(bench)
      for (const { plan } of asked) await checkReplies(plan)
      const duration = bench.effort.duration
      const asking = (times: number) =>
        Promise.all(asked.map(({ plan, connections }) => load(plan, { connections, duration: duration * times })))
      await asking(1)
      await loopDelays(bench)
      const loads = await asking(rounds)
      return [
        lineOf(
          await loopDelays(bench),
          loads.reduce((sum, { rate }) => sum + rate, 0),
        ),
      ]
    } finally {
      await product.stop()
    }
  },
}

function lineOf({ p50, p99, most }: { p50: number; p99: number; most: number }, rate: number): Line {
  return {
    work: `delays of the event loop while ${perSecond(rate)} are answered`,
    rollcall: `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, at most ${most.toFixed(1)} ms`,
    beside: '',
    ratio: `${most.toFixed(1)} ms`,
    reach: `≤ ${mostDelay} ms`,
    reached: most <= mostDelay,
    data: { p50, p99, most },
  }
}
