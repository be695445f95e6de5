import type { Condition, FieldPath, Test } from '../../core/index.ts'
import { nobody } from './conditions.ts'
import { linearPattern } from './linear-pattern.ts'

/** A scalar as a query can write it. */
export type Scalar = string | number | boolean | Date | null

export const isScalar = (value: unknown): value is Scalar =>
  value === null || value instanceof Date || ['string', 'number', 'boolean'].includes(typeof value)

export interface Pattern {
  readonly source: string
  readonly options: string
}

/**
 * One operator of a query with what it compares to, in Mongo's sense: true of one value or not. What negates (`$ne`,
 * `$nin`, `$not`) is a condition around it.
 */
export type ValueTest =
  | { readonly op: 'in'; readonly values: readonly Scalar[] }
  | { readonly op: 'gt' | 'gte' | 'lt' | 'lte'; readonly value: Scalar }
  | { readonly op: 'exists' }
  | { readonly op: 'regex'; readonly pattern: Pattern }

const orders = { gt: 'more', gte: 'at-least', lt: 'less', lte: 'at-most' } as const

/** The types of values that a field holds: what is compared with a value of another type is never equal, more or less. */
export type ValueType = 'text' | 'number' | 'boolean' | 'date'

const typeOf = (value: string | number | boolean | Date): ValueType => {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'date'
}

/** A test of what core keeps in a field, which holds values of these types or none. */
export function fieldCondition(at: FieldPath, types: readonly ValueType[], test: ValueTest): Condition {
  const among = (values: readonly Scalar[]): Condition => {
    const comparable = values.filter((value) => value === null || types.includes(typeOf(value)))
    return comparable.length === 0 ? nobody : { at, test: { op: 'in', values: comparable } }
  }
  switch (test.op) {
    case 'in':
      return among(test.values)
    case 'exists':
      return { at, test: { op: 'exists' } }
    case 'regex':
      return types.includes('text') ? { at, test: matching(test.pattern) } : nobody
    default: {
      const { value } = test
      // Absent values are as much as null, and false is less than true.
      if (value === null) return isInclusive(test.op) ? among([null]) : nobody
      if (typeof value === 'boolean') return among([false, true].filter((other) => compares(test.op, other, value)))
      return types.includes(typeOf(value)) ? { at, test: { op: orders[test.op], value } } : nobody
    }
  }
}

const isInclusive = (op: 'gt' | 'gte' | 'lt' | 'lte'): boolean => op === 'gte' || op === 'lte'

const matching = ({ source, options }: Pattern): Extract<Test, { op: 'matches' }> => ({
  op: 'matches',
  pattern: { source, ignoreCase: options.includes('i'), dotAll: options.includes('s') },
})

/** The same test as a predicate of values that this process knows. Throws `invalid_pattern`. */
export function passes(test: ValueTest): (value: string | boolean) => boolean {
  switch (test.op) {
    case 'in':
      return (value) => test.values.includes(value)
    case 'exists':
      return () => true
    case 'regex': {
      const isMatch = linearPattern(matching(test.pattern).pattern)
      return (value) => typeof value === 'string' && isMatch(value)
    }
    default:
      return (value) => compares(test.op, value, test.value)
  }
}

function compares(op: 'gt' | 'gte' | 'lt' | 'lte', one: string | boolean, other: Scalar): boolean {
  if (typeof one !== typeof other || other === null) return false
  if (op === 'gt') return one > other
  if (op === 'gte') return one >= other
  return op === 'lt' ? one < other : one <= other
}
