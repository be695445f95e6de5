import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Line, Row } from '../bench.ts'
import { type Load, load } from '../load.ts'
import type { RequestPlan } from '../request.ts'
import { byId, me, newest, reading, variedPages } from '../requests.ts'
import { checkReplies } from '../rounds.ts'
import { median } from '../statistics.ts'
import { wordsOf } from '../words.ts'
import { loopDelays } from './loop.ts'
import { creating, patching } from './writes.ts'

const mostMemory = 300
/** The last third's median in the first third's that still counts as flat. */
const flat = 1.1

/** MiB of a process that are in memory; NaN where the system does not tell. */
async function residentMemory(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
  } catch {
    return Number.NaN
  }
}

/** What people do in turn, each with its connections. */
async function mixed(bench: Bench): Promise<{ plan: RequestPlan; connections: number }[]> {
  const { common } = await wordsOf(bench)
  const words = common.map((word) => `/api/v2/users?search=${word}&limit=10`)
  return [
    { plan: me(bench, 'rocketchat'), connections: 4 },
    { plan: byId(bench, 'cotalker', bench.someIds), connections: 8 },
    { plan: byId(bench, 'cometchat', bench.someIds.toReversed()), connections: 4 },
    { plan: newest(bench, 'cotalker', variedPages(10)), connections: 4 },
    { plan: newest(bench, 'rocketchat', variedPages(100)), connections: 2 },
    { plan: reading(bench, 'cotalker', words), connections: 4 },
    { plan: patching(bench), connections: 4 },
    { plan: creating(bench), connections: 2 },
  ]
}

export const memoryRow: Row = {
  name: 'memory',
  title: 'Memory and the event loop',
  told: 'Callers, users at random, lists, searches, changes and creations at 32 connections together; the resident memory of the Node process, each second.',
  writes: true,
  run: async (bench) => {
    const plans = await mixed(bench)
    for (const { plan } of plans) await checkReplies(plan)
    const duration = bench.effort.memoryMinutes * 60_000
    const samples: number[] = []
    let over = false
    const watching = (async () => {
      while (!over) {
        samples.push(await residentMemory(bench.product.child.process.pid))
        await sleep(1000)
      }
    })()
    const loads = await Promise.all(plans.map(({ plan, connections }) => load(plan, { connections, duration })))
    over = true
    await watching
    return [memoryLine(samples, loads, bench.effort.memoryMinutes), await loopLine(bench)]
  },
}

function memoryLine(samples: readonly number[], loads: readonly Load[], minutes: number): Line {
  const third = Math.ceil(samples.length / 3)
  const [early, late] = [median(samples.slice(0, third)), median(samples.slice(-third))]
  const most = Math.max(...samples)
  const rate = loads.reduce((sum, one) => sum + one.rate, 0)
  return {
    work: `memory in ${minutes} minutes of mixed load, ${Math.round(rate).toLocaleString('en')} requests/s`,
    rollcall: `at most ${most.toFixed(0)} MiB`,
    beside: `first third ${early.toFixed(0)} MiB, last ${late.toFixed(0)} MiB`,
    ratio: `${most.toFixed(0)} MiB, ${(late / early).toFixed(2)} ×`,
    reach: `≤ ${mostMemory} MB, flat`,
    reached: (most * 2 ** 20) / 1e6 <= mostMemory && late / early <= flat,
    data: { samples, failures: loads.reduce((sum, { failures }) => sum + failures, 0) },
  }
}

async function loopLine(bench: Bench): Promise<Line> {
  const delays = await loopDelays(bench)
  return {
    work: 'the event loop meanwhile, on one core with the database',
    rollcall: `p99 ${delays.p99.toFixed(1)} ms, at most ${delays.most.toFixed(1)} ms`,
    beside: '',
    ratio: '',
    reach: '',
    reached: null,
    data: delays,
  }
}
