import { isObject } from './entries.ts'

export interface Row {
  readonly line: number
  readonly row: unknown
}

/** Transactions at a time: while the database works on one, the rows of the other are looked at. */
const atOnce = 2

/**
 * Runs batches of rows, a few at a time; two that are about the same user one after the other, in the order of the file.
 * `take` must not throw for what is about a row.
 */
export class Batches {
  readonly #take: (rows: readonly Row[]) => Promise<void>
  readonly #running = new Map<Promise<void>, ReadonlySet<string>>()
  #failure: { readonly error: unknown } | null = null

  constructor(take: (rows: readonly Row[]) => Promise<void>) {
    this.#take = take
  }

  /** Begins a batch as soon as it may. Throws what another one threw. */
  async add(rows: readonly Row[]): Promise<void> {
    const keys = new Set(rows.flatMap(({ row }) => keysOf(row)))
    while (this.#running.size >= atOnce || this.#isAbout(keys)) await Promise.race(this.#running.keys())
    this.#rethrow()
    const running: Promise<void> = this.#take(rows)
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(running))
    this.#running.set(running, keys)
  }

  /** When none is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.keys())
    this.#rethrow()
  }

  #rethrow(): void {
    if (this.#failure !== null) throw this.#failure.error
  }

  #isAbout(keys: ReadonlySet<string>): boolean {
    return [...this.#running.values()].some((others) => !others.isDisjointFrom(keys))
  }
}

/** What rows about one user share. */
export const keysOf = (row: unknown): string[] =>
  isObject(row)
    ? [row.uid, row.email].filter((key) => typeof key === 'string').map((key) => key.trim().toLowerCase())
    : []
