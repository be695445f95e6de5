import { type RawBuilder, sql } from 'kysely'
import type { UserFilter, UserQuery } from '../core/index.ts'
import { normalForm, withoutExceptions } from './filter-normal-form.ts'
import { plainPage } from './plain-page.ts'
import { composed, type Statement } from './statement.ts'
import { allOf, conditionsOf } from './user-filter.ts'
import {
  isByRecency,
  isIndexed,
  keyColumns,
  type OrderKey,
  orderByColumns,
  orderByValues,
  orderKeys,
} from './user-order.ts'
import { isExactSet, isFew, plainKeys, postingsOf, setsOf } from './user-roads.ts'
import { countKey, term } from './user-terms.ts'

/** What a page's statement gives: which users in which revision, in the page's order, and how many match in all. */
export interface PageRow {
  /** Of each its id, a blank and its revision, in the page's order. */
  readonly users: string[]
  readonly total: number | null
}

/** Those users one by one. */
export const usersOn = (users: PageRow['users']): { id: string; revision: number }[] =>
  users.map((user) => {
    const blank = user.indexOf(' ')
    return { id: user.slice(0, blank), revision: Number(user.slice(blank + 1)) }
  })

/** Up to this many postings a set is rare: its users are fetched and sorted. A larger one is met soon by walking. */
const rare = 2000

/**
 * One statement for a page: ids in an index's order first, then their revisions, and the total in the same snapshot.
 * Totals of plain filters are sums of maintained counters; others count what the page's own conditions select.
 */
export function userPage(tenantId: string, query: UserQuery): Statement {
  const filter = normalForm(query.filter)
  const plain = plainPage(tenantId, filter, query)
  if (plain !== null) return plain
  const keys = orderKeys(query.order)
  return composed(sql`
    with ${idsOf(tenantId, { ...query, filter }, keys)}
    select array(
        select i.id || ' ' || (select r.revision from users r where r.tenant_id = ${tenantId} and r.id = i.id)
        from ids i order by ${orderByColumns('i', keys)}
      ) as users,
      ${query.total ? totalOf(tenantId, filter) : sql`null`}::int as total`)
}

/** Whether a page takes a bounded look at one index, whatever the directory's size. */
export function isQuick({ filter: asked, total, offset, order, without = [] }: UserQuery): boolean {
  const filter = normalForm(asked)
  if (filter.search !== undefined || offset + without.length > 1000) return false
  if (isFew(filter)) return true
  if (filter.created !== undefined || filter.modified !== undefined || !isIndexed(order)) return false
  const plain = plainKeys(filter)
  // A walk in another order than the posting lists' meets a rare role's holders late.
  if (!isByRecency(order)) return plain !== null && filter.accessRoles === undefined && filter.jobs === undefined
  return (
    plain !== null ||
    (!total && filter.where === undefined && postingsOf(filter).length === 1 && filter.active === undefined)
  )
}

/** Every match from an offset on, in order: a statement for a cursor. */
export function everyId(tenantId: string, { filter, order, offset }: Omit<UserQuery, 'limit' | 'total'>): Statement {
  const keys = orderKeys(order)
  const conditions = allOf(conditionsOf(tenantId, normalForm(filter)))
  return composed(sql`select u.id from users u where ${conditions} order by ${orderByValues(keys)} offset ${offset}`)
}

/**
 * The CTE `ids`: the page's ids with the keys they are ordered by. Where the filter has a set (a word's beginning, several
 * roles), whether it is rare decides the road inside the statement; PostgreSQL runs only the branch that is taken.
 */
function idsOf(tenantId: string, query: UserQuery, keys: readonly OrderKey[]): RawBuilder<unknown> {
  const { filter, limit, offset, order, without = [] } = query
  const slice = sql`limit ${limit} offset ${offset}`
  const passed = without.length === 0 ? [] : [sql`u.id <> all(${without}::text[])`]
  const conditions = allOf([...conditionsOf(tenantId, filter), ...passed])
  const fromUsers = (also: RawBuilder<unknown>) => sql`
    select u.id, ${keyColumns(keys)} from users u
    where ${conditions} and ${also} order by ${orderByValues(keys)} ${slice}`
  if (isFew(filter)) return sql`ids as (${fromUsers(sql`true`)})`

  const byRecency = isByRecency(order)
  const [posting] = byRecency ? postingsOf(filter) : []
  const walk = (also: RawBuilder<unknown>) =>
    posting === undefined
      ? fromUsers(also)
      : sql`
        select u.id, t.modified_at as k0, t.user_id as k1
        from user_terms t join users u on u.tenant_id = t.tenant_id and u.id = t.user_id
        where t.tenant_id = ${tenantId} and t.term = ${posting} and ${conditions} and ${also}
        order by ${recency(keys)} ${slice}`
  const sets = setsOf(tenantId, filter, { postings: !byRecency })
  if (sets.length === 0) return sql`ids as (${walk(sql`true`)})`
  const probes = sets.map(({ select }) => sql`(${select} limit ${rare + 1})`)
  const size = sql`(select count(*) from probe)`
  return sql`probe as materialized (${sql.join(probes, sql` union all `)}), ids as (
      (${fromUsers(sql`u.id in (select user_id from probe) and ${size} <= ${rare}`)})
      union all
      (${walk(sql`${size} > ${rare}`)})
    )`
}

/** As the posting lists' index has it. */
const recency = ([key]: readonly OrderKey[]): RawBuilder<unknown> =>
  key?.descending ? sql`t.modified_at desc, t.user_id desc` : sql`t.modified_at asc, t.user_id asc`

function totalOf(tenantId: string, whole: UserFilter): RawBuilder<unknown> {
  const { filter, without } = withoutExceptions(whole)
  if (without.length > 0) {
    // Few are left out of many: all are counted by the shortest road, and those few of them taken away.
    const left = allOf([...conditionsOf(tenantId, filter), sql`u.id = any(${without}::text[])`])
    return sql`(${totalOf(tenantId, filter)} - (select count(*) from users u where ${left}))`
  }
  const plain = plainKeys(filter)
  if (plain !== null) {
    const sum = (active: boolean) => sql`(
      select coalesce(sum(c.n), 0) from user_counts c
      where c.tenant_id = ${tenantId} and c.key = ${countKey(plain.of, active)}
    )`
    if (plain.active === undefined) return sum(false)
    return plain.active ? sum(true) : sql`(${sum(false)} - ${sum(true)})`
  }
  const conditions = allOf(conditionsOf(tenantId, filter))
  const sets = isFew(filter) ? [] : setsOf(tenantId, filter, { postings: true })
  if (sets.length === 0) return sql`(select count(*) from users u where ${conditions})`
  // Distinct users first: one has several words that begin alike, or several of the roles.
  const users = sql.join(
    sets.map(({ select }) => sql`(${select})`),
    sql` union `,
  )
  const [only, ...more] = sets
  const distinct = only?.distinct && more.length === 0 ? only.select : sql`select distinct s.user_id from (${users}) s`
  const exact = sets.every((set) => set.exact)
  if (exact && isSetAlone(filter)) return sql`(select count(*) from (${distinct}) d)`
  const { active, ...others } = filter
  if (exact && active === true && isSetAlone(others)) {
    // Less those who are deactivated: two posting lists side by side, and no row is looked at.
    return sql`(
      select count(*) from (${distinct}) d where not exists (
        select from user_terms t
        where t.tenant_id = ${tenantId} and t.term = ${term.deactivated} and t.user_id = d.user_id
      )
    )`
  }
  return sql`(
    select count(*) from (${distinct}) s join users u on u.tenant_id = ${tenantId} and u.id = s.user_id where ${conditions}
  )`
}

/** Whether the set is all there is to the filter, so that no row has to be looked at. */
function isSetAlone({ search, where, ...rest }: UserFilter): boolean {
  const others = Object.values(rest).filter((value) => value !== undefined)
  if (where !== undefined) return others.length === 0 && search === undefined && isExactSet(where)
  return search === undefined ? others.length === 1 : others.length === 0 && search.words.length === 1
}
