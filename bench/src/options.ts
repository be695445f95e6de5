import { parseArgs } from 'node:util'
import { peers } from '../peers/index.ts'
import type { Effort } from './bench.ts'
import { rowsOf } from './rows/index.ts'

export interface Options {
  readonly effort: Effort
  /** Of the dataset that most rows are measured on. */
  readonly people: number
  /** Names of rows; all when empty. */
  readonly rows: readonly string[]
  readonly growth: readonly number[]
  readonly peers: readonly string[]
  readonly peersPeople: number
  readonly directory: string
  readonly writeDocs: boolean
}

/** A mistake on the command line; the message says which. */
export class WrongOption extends Error {
  override readonly name = 'WrongOption'
}

const [fullPeople, quickPeople] = [1_000_000, 20_000]
const full: Effort = { name: 'full', rounds: 5, duration: 1200, memoryMinutes: 10 }
const quick: Effort = { name: 'quick', rounds: 3, duration: 120, memoryMinutes: 0.1 }

const names = rowsOf({ growth: [], peers: Object.keys(peers), peersPeople: 0 }).map(({ name }) => name)

export const help = `Measures Rollcall beside the limit and beside what people would use instead; the tables go to standard
output, all figures to bench/results/*.json.

  npm run bench                                    everything on a million people: about 35 minutes, the first time 10 more
  npm run bench -- --quick                         everything on ${quickPeople.toLocaleString('en')} people, briefly: 3 minutes
  npm run bench -- --rows me,list                  only these rows
  npm run bench -- --peers --rows peers            beside all peers, which are installed when first asked for
  npm run bench -- --peers parse-server --rows peers

  --quick               briefly, on few people: whether it works, not how fast it is
  --rows NAMES          ${names.join(', ')}
  --people NUMBER       in three tenants (default ${fullPeople.toLocaleString('en')})
  --growth NUMBERS      directories on which the cost of growth is measured (default 10000,100000,1000000; 5000000: lists alone)
  --peers [NAMES]       ${Object.keys(peers).join(', ')}
  --minutes NUMBER      of mixed load while the memory is watched (default ${full.memoryMinutes})
  --directory PATH      where data is kept between runs (default .bench; 20 GB for a million)
  --write-docs          writes the measured rows into docs/performance.md and its plots

Servers and PostgreSQL run on the first core, the load on the second, where taskset is there. Loopback only.
`

/** Throws `WrongOption`; `null` stands for a wish for help. */
export function parseOptions(args: readonly string[]): Options | null {
  const { values } = parsed(args)
  if (values.help === true) return null
  const base = values.quick === true ? quick : full
  const people = numberOf('--people', values.people, values.quick === true ? quickPeople : fullPeople)
  const sizes = values.growth?.split(',').map((text) => numberOf('--growth', text, 0))
  return {
    effort: { ...base, memoryMinutes: numberOf('--minutes', values.minutes, base.memoryMinutes) },
    people,
    rows: listOf('--rows', values.rows, names),
    growth: sizes ?? (values.quick === true ? [1000, people] : [10_000, 100_000, 1_000_000]),
    peers: values.peers === undefined ? [] : listOf('--peers', values.peers, Object.keys(peers)),
    peersPeople: values.quick === true ? 10_000 : 100_000,
    directory: values.directory ?? '.bench',
    writeDocs: values['write-docs'] === true,
  }
}

function parsed(args: readonly string[]) {
  // `--peers` by itself means all of them.
  const spelled = args.map((arg, at) =>
    arg === '--peers' && (args[at + 1] ?? '--').startsWith('--') ? `--peers=${Object.keys(peers).join(',')}` : arg,
  )
  try {
    return parseArgs({
      args: spelled,
      options: {
        help: { type: 'boolean', short: 'h' },
        quick: { type: 'boolean' },
        rows: { type: 'string' },
        people: { type: 'string' },
        growth: { type: 'string' },
        peers: { type: 'string' },
        minutes: { type: 'string' },
        directory: { type: 'string' },
        'write-docs': { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new WrongOption(error instanceof Error ? error.message : String(error))
  }
}

function numberOf(option: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  throw new WrongOption(`${option} must be a number above 0, not ${text}`)
}

function listOf(option: string, text: string | undefined, known: readonly string[]): string[] {
  const items = text?.split(',').filter((item) => item !== '') ?? []
  const unknown = items.filter((item) => !known.includes(item))
  if (unknown.length > 0)
    throw new WrongOption(`${option}: there is no ${unknown.join(', ')}; there are ${known.join(', ')}`)
  return items
}
