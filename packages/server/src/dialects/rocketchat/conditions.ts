import type { Comparable, Condition, ConditionField } from '../../core/index.ts'

export const everybody: Condition = { all: [] }
export const nobody: Condition = { any: [] }

export const isEverybody = (condition: Condition): boolean => 'all' in condition && condition.all.length === 0
const isNobody = (condition: Condition): boolean => 'any' in condition && condition.any.length === 0

/** Conditions that hold together; what filters nothing is left out. */
export function all(parts: readonly Condition[]): Condition {
  const meant = parts.filter((part) => !isEverybody(part))
  const [only, ...others] = meant
  if (only === undefined) return everybody
  return others.length === 0 ? only : { all: meant }
}

/** Conditions of which one holds; what never holds is left out. */
export function any(parts: readonly Condition[]): Condition {
  const meant = parts.filter((part) => !isNobody(part))
  const [only, ...others] = meant
  if (only === undefined) return nobody
  return others.length === 0 ? only : { any: meant }
}

/** A field's value is one of these; `null` stands for an absent one. */
export const isAmong = (field: ConditionField, values: readonly (Comparable | null)[]): Condition => ({
  at: { field, path: [] },
  test: { op: 'in', values },
})

/** Addresses that the directory made up for people without any are no addresses. */
export const hasAddress: Condition = isAmong('emailGenerated', [false])
