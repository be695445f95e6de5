import type { Condition, UserFilter } from '../core/index.ts'

type Leaf = Extract<Condition, { readonly at: unknown }>

/** The conditions that hold together at the top of a tree. */
export const conjuncts = (condition: Condition): readonly Condition[] =>
  'all' in condition ? condition.all.flatMap(conjuncts) : [condition]

/**
 * The same filter with what its tree says of activity, roles, ids and addresses in the members that have roads and counters
 * of their own.
 */
export function normalForm({ where, ...filter }: UserFilter): UserFilter {
  if (where === undefined) return filter
  let normal: UserFilter = filter
  const rest = conjuncts(where).filter((condition) => {
    const moved = 'at' in condition ? asMember(condition, normal) : null
    if (moved !== null) normal = { ...normal, ...moved }
    return moved === null
  })
  return rest.length === 0 ? normal : { ...normal, where: { all: rest } }
}

/** `null` where the test has no member of its own, or that is taken. */
function asMember(
  { at: { field, path }, test }: Leaf,
  { active, accessRoles, ids, emails }: UserFilter,
): UserFilter | null {
  if (test.op !== 'in' || path.length > 0 || test.values.includes(null)) return null
  const texts = test.values.filter((value) => typeof value === 'string')
  if (field === 'active') {
    const truths = new Set(test.values.filter((value) => typeof value === 'boolean'))
    if (truths.size === 2) return {}
    return active === undefined && truths.size === 1 ? { active: truths.has(true) } : null
  }
  if (texts.length !== test.values.length) return null
  if (field === 'accessRoles') return accessRoles === undefined ? { accessRoles: texts } : null
  if (field === 'id') return ids === undefined ? { ids: texts } : null
  if (field === 'email') return emails === undefined ? { emails: texts } : null
  return null
}

/** A filter in normal form without the conditions that only leave some users out by id, and those ids. */
export function withoutExceptions({ where, ...filter }: UserFilter): { filter: UserFilter; without: string[] } {
  if (where === undefined) return { filter, without: [] }
  const without: string[] = []
  const rest = conjuncts(where).filter((condition) => {
    const ids = 'not' in condition && 'at' in condition.not ? asMember(condition.not, {})?.ids : undefined
    if (ids !== undefined) without.push(...ids)
    return ids === undefined
  })
  return { filter: rest.length === 0 ? filter : { ...filter, where: { all: rest } }, without }
}

/** Whether a filter holds a regular expression. */
export const hasPatterns = ({ where }: UserFilter): boolean => where !== undefined && isPattern(where)

function isPattern(condition: Condition): boolean {
  if ('all' in condition) return condition.all.some(isPattern)
  if ('any' in condition) return condition.any.some(isPattern)
  if ('not' in condition) return isPattern(condition.not)
  return 'at' in condition && condition.test.op === 'matches'
}
