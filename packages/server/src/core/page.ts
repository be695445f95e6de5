/** A slice of a totally ordered list. */
export interface PageRequest {
  /** At least 1; each dialect has its own upper bound. */
  readonly limit: number
  /** Records to leave out before the first, at least 0. */
  readonly offset: number
  /** Whether the exact number of all matches is wanted. */
  readonly total: boolean
}

/** By modification time, then id, both in this direction. */
export type Direction = 'asc' | 'desc'

export interface Page<T> {
  readonly items: readonly T[]
  /** `null` when it was not asked for. */
  readonly total: number | null
}
