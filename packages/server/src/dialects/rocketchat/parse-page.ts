import { numberIn } from '../_kit/typed-texts.ts'
import type { Parameters } from './parameters.ts'
import { invalidParams } from './refused-parameters.ts'

/** The platform's settings `API_Default_Count` and `API_Upper_Count_Limit`, as they are initially. */
export const defaultCount = 50
export const longestPage = 100

export interface Slice {
  /** At least 1; `null` for everything, which has no upper bound. */
  readonly limit: number | null
  readonly offset: number
}

/** `count` (50; more than 100 are 100; 0 is everything) and `offset` (0). */
export function parsePage({ count, offset }: Parameters): Slice {
  const wanted = integerOf(count) ?? defaultCount
  return { limit: wanted === 0 ? null : Math.min(wanted, longestPage), offset: integerOf(offset) ?? 0 }
}

/** Numbers beyond what can be counted are the last of those. */
function integerOf(value: unknown): number | undefined {
  if (value === undefined) return undefined
  const number = typeof value === 'string' ? numberIn(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number)) throw invalidParams('must be integer')
  if (number < 0) throw invalidParams('must be >= 0')
  return Math.min(number, Number.MAX_SAFE_INTEGER)
}
