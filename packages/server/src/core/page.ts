import type { FieldPath } from './condition.ts'

/** A slice of a totally ordered list. */
export interface PageRequest {
  /** At least 1; each dialect has its own upper bound. */
  readonly limit: number
  /** Records to leave out before the first, at least 0. */
  readonly offset: number
  /** Whether the exact number of all matches is wanted. */
  readonly total: boolean
}

export type Direction = 'asc' | 'desc'

/** One key of an order; absent values come first where it ascends. Every order ends in the id, in the last key's direction. */
export interface SortKey extends FieldPath {
  readonly direction: Direction
}

/** By modification time: what platforms show where they are asked for no other order. */
export const byModification = (direction: Direction): readonly SortKey[] => [
  { field: 'modifiedAt', path: [], direction },
]

export interface Page<T> {
  readonly items: readonly T[]
  /** `null` when it was not asked for. */
  readonly total: number | null
}
