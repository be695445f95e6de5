import { type RawBuilder, sql } from 'kysely'
import type { UserFilter } from '../core/index.ts'
import { withoutExceptions } from './filter-normal-form.ts'
import { type Counters, countersOf } from './user-counters.ts'
import { allOf, conditionsOf } from './user-filter.ts'
import { isFew, listed } from './user-roads.ts'
import { isExactSet, setsOf, type UserSet, usersOf } from './user-sets.ts'
import { term } from './user-terms.ts'

/** How many match a filter in normal form: a sum of maintained counters, or counted by the shortest road. */
export function totalOf(tenantId: string, whole: UserFilter): RawBuilder<unknown> {
  const { filter, without } = withoutExceptions(whole)
  if (without.length > 0) {
    // Few are left out of many: all are counted by the shortest road, and those few of them taken away.
    const left = allOf([...conditionsOf(tenantId, filter), sql`u.id = any(${without}::text[])`])
    return sql`(${totalOf(tenantId, filter)} - (select count(*) from users u where ${left}))`
  }
  const counters = countersOf(filter)
  if (counters !== null) return sumOf(tenantId, counters)
  const sets = isFew(filter) ? [] : setsOf(tenantId, filter, { postings: true })
  const conditions = allOf(conditionsOf(tenantId, filter))
  if (sets.length === 0) return sql`(select count(*) from users u where ${conditions})`
  if (sets.every(({ exact }) => exact) && isSetAlone(filter)) return countOf(tenantId, sets, filter.active)
  // Distinct users first: one has several words that begin alike, or several of the roles.
  const users = sql.join(
    sets.map((set) => sql`(${usersOf(set)})`),
    sql` union `,
  )
  return sql`(
    select count(*) from (select distinct s.user_id from (${users}) s) s
    join users u on u.tenant_id = ${tenantId} and u.id = s.user_id where ${conditions}
  )`
}

function sumOf(tenantId: string, { plus, minus }: Counters): RawBuilder<unknown> {
  const sum = (keys: readonly string[]) => sql`(
    select coalesce(sum(c.n), 0) from user_counts c where c.tenant_id = ${tenantId} and c.key = any(${keys}::text[])
  )`
  return minus.length === 0 ? sum(plus) : sql`(${sum(plus)} - ${sum(minus)})`
}

/** How many different users there are in sets, without a look at their rows. */
function countOf(tenantId: string, sets: readonly UserSet[], active: boolean | undefined): RawBuilder<unknown> {
  const counts = (one: UserSet) =>
    active === undefined || one.heedsActive
      ? sql`(select count(*) from ${one.from})`
      : sql`(select count(*) from (${usersOf(one)}) d where ${deactivated(tenantId, !active)})`
  if (sets.every(({ distinct }) => distinct)) return sql`(${sql.join(sets.map(counts), sql` + `)})`
  // Lists in the same order are merged.
  const [only, ...more] = sets
  const keys = sets.map(({ key, from }) => sql`(select ${key} from ${from})`)
  const users =
    only !== undefined && more.length === 0
      ? sql`select distinct ${only.key} from ${only.from}`
      : sql.join(keys, sql` union `)
  if (active === undefined || sets.every(({ heedsActive }) => heedsActive))
    return sql`(select count(*) from (${users}) d)`
  return sql`(select count(*) from (${users}) d where ${deactivated(tenantId, !active)})`
}

/** By their posting list; `is` says whether they are meant or everybody else. */
const deactivated = (tenantId: string, is: boolean): RawBuilder<unknown> => sql`${is ? sql`` : sql`not`} exists (
    select from user_terms t where t.tenant_id = ${tenantId} and t.term = ${term.deactivated} and t.user_id = d.user_id
  )`

/** Whether the sets, and who in them is active, are all there is to the filter. */
export function isSetAlone({ search, where, active: _, ...rest }: UserFilter): boolean {
  const others = Object.entries(rest).filter(([, value]) => value !== undefined)
  if (where !== undefined) return others.length === 0 && search === undefined && isExactSet(where)
  if (search !== undefined) return others.length === 0 && search.mode === 'prefix' && search.words.length === 1
  return others.length === 1 && listed.some((member) => (rest[member]?.length ?? 0) > 0)
}
