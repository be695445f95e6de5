import { SingleBar } from 'cli-progress'
import { tell } from '../command.ts'

/** How far a long piece of work is, on standard error. */
export interface Progress {
  advance(by: number): void
  stop(): void
}

/** Between two lines, in milliseconds. */
const linePause = 5000
const grouped = new Intl.NumberFormat('en')
export const written = (count: number): string => grouped.format(Math.round(count))

/** A bar on a terminal, a line now and then elsewhere. */
export function startProgress(total: number, what: string): Progress {
  return process.stderr.isTTY ? bar(total, what) : lines(total, what)
}

function bar(total: number, what: string): Progress {
  const display = new SingleBar({
    format: `  {bar} {percentage} %  {value} of {total} ${what}, {eta_formatted} to go`,
    formatValue: (value, _options, type) =>
      type === 'value' || type === 'total' ? written(value) : String(value).padStart(type === 'percentage' ? 3 : 0),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    // Batches come once a second or so: a few of them tell the time that is left.
    etaBuffer: 40,
  })
  display.start(total, 0)
  return { advance: (by) => display.increment(by), stop: () => display.stop() }
}

function lines(total: number, what: string): Progress {
  let [done, told] = [0, performance.now()]
  return {
    advance: (by) => {
      done += by
      if (performance.now() - told < linePause || done === total) return
      told = performance.now()
      tell(`${written(done)} of ${written(total)} ${what}`)
    },
    stop: () => {},
  }
}
