import type { Condition, UserFilter } from '../core/index.ts'
import { conjuncts } from './filter-normal-form.ts'
import { type Counted, countKey } from './user-terms.ts'

/** A total as maintained counters know it: the sum of some less the sum of others. */
export interface Counters {
  readonly plus: readonly string[]
  readonly minus: readonly string[]
}

/** Of a filter in normal form that is nothing, activity, one role, job titles or first roles; else `null`. */
export function countersOf({ active, accessRoles, jobs, where, ...rest }: UserFilter): Counters | null {
  const asked = [accessRoles, jobs, where].filter((member) => member !== undefined)
  if (asked.length > 1 || Object.values(rest).some((value) => value !== undefined)) return null
  if (accessRoles !== undefined) {
    const [role, ...more] = accessRoles
    return role === undefined || more.length > 0 ? null : counters([{ role }], [], active)
  }
  if (jobs !== undefined)
    return counters(
      [...new Set(jobs)].map((job) => ({ job })),
      [],
      active,
    )
  if (where === undefined) return counters(['all'], [], active)
  const roles = firstRoles(where)
  if (roles === null) return null
  const held = roles.map((role) => ({ role: role ?? '' }))
  return counters(
    held,
    roles.flatMap((laterRole) => (laterRole === null ? [] : { laterRole })),
    active,
  )
}

function counters(plus: readonly Counted[], minus: readonly Counted[], active: boolean | undefined): Counters {
  const keys = (of: readonly Counted[], which: boolean) => of.map((group) => countKey(group, which))
  if (active !== false) return { plus: keys(plus, active === true), minus: keys(minus, active === true) }
  return {
    plus: [...keys(plus, false), ...keys(minus, true)],
    minus: [...keys(minus, false), ...keys(plus, true)],
  }
}

/** The roles of which a condition asks that one comes first, each once; `null` in it stands for no role at all. */
export function firstRoles(condition: Condition): (string | null)[] | null {
  const [only, ...more] = conjuncts(condition)
  if (only === undefined || more.length > 0 || !('at' in only) || only.test.op !== 'in') return null
  const { field, path } = only.at
  if (field !== 'accessRoles' || path.length !== 1 || path[0] !== '0') return null
  const roles = only.test.values.flatMap((role) =>
    role === null || (typeof role === 'string' && role !== '') ? role : [],
  )
  return [...new Set(roles)]
}
