/** Upper bounds of the buckets, in seconds. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type Labels = { dialect: string; route: string; method: string; status: string }

type Series = {
  labels: string
  /** One count a bound, and one for what is beyond the last; not cumulative. */
  counts: number[]
  sum: number
}

/**
 * The histogram of request durations in Prometheus' text format.
 *
 * prom-client's own took 0.4 µs an observation, for it builds and hashes the labels each time. Here a route looks its
 * series up once and keeps it.
 */
export class RequestDurations {
  readonly #name: string
  readonly #series = new Map<string, Series>()

  constructor(name: string) {
    this.#name = name
  }

  /** The function that counts one request, given its duration in seconds, under these labels. */
  observer(labels: Labels): (seconds: number) => void {
    const text = Object.entries(labels)
      .map(([key, value]) => `${key}="${quoted(value)}"`)
      .join(',')
    const series = this.#series.get(text) ?? { labels: text, counts: bounds.map(() => 0).concat(0), sum: 0 }
    this.#series.set(text, series)
    return (seconds) => {
      let bucket = 0
      while (bucket < bounds.length && seconds > (bounds[bucket] ?? 0)) bucket++
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
      series.sum += seconds
    }
  }

  text(): string {
    const lines = [...this.#series.values()].flatMap((series) => this.#lines(series))
    return [
      `# HELP ${this.#name} Time from a request's arrival to its reply, in seconds.`,
      `# TYPE ${this.#name} histogram`,
      ...lines,
      '',
    ].join('\n')
  }

  #lines({ labels, counts, sum }: Series): string[] {
    let total = 0
    const buckets = counts.map((count, index) => {
      total += count
      return `${this.#name}_bucket{le="${bounds[index] ?? '+Inf'}",${labels}} ${total}`
    })
    return [...buckets, `${this.#name}_sum{${labels}} ${sum}`, `${this.#name}_count{${labels}} ${total}`]
  }
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/, read 2026-11-21. */
const quoted = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
