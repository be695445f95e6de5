import { type Bench, type Line, milliseconds, type Row } from '../bench.ts'
import { load } from '../load.ts'
import type { RequestPlan } from '../request.ts'
import { byId, newest, reading, variedPages } from '../requests.ts'
import { checkReplies } from '../rounds.ts'
import { median } from '../statistics.ts'

const [dearConnections, others] = [32, 4]
const mostTimes = 2

const encoded = (value: unknown) => encodeURIComponent(JSON.stringify(value))

/** The dearest that a caller may send. A refusal or a time-out in the platform's words is a right answer to some of them. */
function dearPlans(bench: Bench): { what: string; plan: RequestPlan }[] {
  const ids = bench.someIds.slice(0, 200)
  const plan = (dialect: 'cotalker' | 'rocketchat' | 'cometchat', paths: string[]) =>
    reading(bench, dialect, paths, () => '')
  const numbered = (path: (n: number) => string) => Array.from({ length: 1000 }, (_, n) => path(n))
  return [
    {
      what: 'limit=1000',
      plan: plan(
        'cotalker',
        numbered((n) => `/api/v2/users?limit=1000&page=${n + 1}&count=true`),
      ),
    },
    { what: 'count=0', plan: plan('rocketchat', ['/api/v1/users.list?count=0']) },
    {
      what: 'regular expressions',
      plan: plan(
        'rocketchat',
        numbered(
          (n) => `/api/v1/users.list?count=50&query=${encoded({ name: { $regex: `a.*z.*${n}`, $options: 'i' } })}`,
        ),
      ),
    },
    {
      what: 'fragments',
      plan: plan(
        'rocketchat',
        numbered(
          (n) => `/api/v1/users.autocomplete?selector=${encoded({ term: `a${String.fromCharCode(97 + (n % 26))}` })}`,
        ),
      ),
    },
    {
      what: '$in of 200',
      plan: plan(
        'rocketchat',
        numbered((n) => `/api/v1/users.list?count=${1 + (n % 50)}&query=${encoded({ _id: { $in: ids } })}`),
      ),
    },
    {
      what: 'deep offsets',
      plan: plan(
        'cotalker',
        numbered((n) => `/api/v2/users?limit=10&page=${30_000 + n * 7}`),
      ),
    },
    {
      what: 'many filters',
      plan: plan(
        'cotalker',
        numbered(
          (n) =>
            `/api/v2/users?search=ma&isActive=true&created_gt=2014-01-01&modified_lt=2020-01-01&limit=100&page=${n + 1}&count=true`,
        ),
      ),
    },
  ]
}

export const dearRow: Row = {
  name: 'dear',
  title: 'Dear requests beside ordinary ones',
  told: 'Users at random and lists at 4 connections each, their p99 without and with 32 connections of dear requests beside them.',
  run: async (bench) => {
    const ordinary = [byId(bench, 'cotalker', bench.someIds), newest(bench, 'cotalker', variedPages(10))]
    for (const plan of ordinary) await checkReplies(plan)
    const asking = async () => {
      const { duration } = bench.effort
      const loads = await Promise.all(ordinary.map((plan) => load(plan, { connections: others, duration })))
      return {
        p99: Math.max(...loads.map(({ p99 }) => p99)),
        failures: loads.reduce((sum, one) => sum + one.failures, 0),
      }
    }
    await asking()
    const lines: Line[] = []
    for (const { what, plan } of dearPlans(bench)) lines.push(await beside(bench, what, plan, asking))
    return lines
  },
}

type Asking = () => Promise<{ readonly p99: number; readonly failures: number }>

async function beside({ effort }: Bench, what: string, plan: RequestPlan, asking: Asking): Promise<Line> {
  const [without, along]: [number[], number[]] = [[], []]
  let [failures, dear, refused] = [0, 0, 0]
  for (let round = 0; round < Math.min(3, effort.rounds); round += 1) {
    without.push((await asking()).p99)
    // The dear ones begin a little before and end after.
    const meanwhile = load(plan, { connections: dearConnections, duration: effort.duration * 1.2, breakOff: true })
    const found = await asking()
    along.push(found.p99)
    failures += found.failures
    const done = await meanwhile
    dear += done.replies
    refused += done.failures
  }
  const factor = median(along) / median(without)
  return {
    work: `beside 32 connections of ${what}`,
    rollcall: `others' p99 ${milliseconds(median(along))}`,
    beside: `without them ${milliseconds(median(without))}; ${dear} of them answered, ${refused} not with 2xx`,
    ratio: `${factor.toFixed(2)} ×`,
    reach: `≤ ${mostTimes} ×`,
    reached: factor <= mostTimes && failures === 0,
    data: { without, along, failures, dear, refused },
  }
}
