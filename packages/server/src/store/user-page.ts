import { type RawBuilder, sql } from 'kysely'
import type { UserFilter, UserQuery } from '../core/index.ts'
import { conjuncts, normalForm } from './filter-normal-form.ts'
import { plainPage } from './plain-page.ts'
import { composed, prepared, type Statement } from './statement.ts'
import { countersOf } from './user-counters.ts'
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
import { isFew, namedIn, postingsOf } from './user-roads.ts'
import { activity, apart, beginningsOf, setsOf, usersOf } from './user-sets.ts'
import { isSetAlone, totalOf } from './user-total.ts'

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
 * Up to this many where the postings alone give the page, without a look at their users. They are counted for 2 ms, and sorted
 * for 5; to walk past a million people for a page of 100 takes 36 at worst. At 2,000 that was 180.
 */
const listedWhole = 10_000

/**
 * One statement for a page: ids in an index's order first, then their revisions, and the total in the same snapshot.
 * Totals of plain filters are sums of maintained counters; others count what the page's own conditions select.
 */
export function userPage(tenantId: string, query: UserQuery): Statement {
  const filter = normalForm(query.filter)
  const plain = plainPage(tenantId, filter, query)
  if (plain !== null) return plain
  const keys = orderKeys(query.order)
  const page = composed(sql`
    with ${idsOf(tenantId, { ...query, filter }, keys)}
    select array(
        select i.id || ' ' || (select r.revision from users r where r.tenant_id = ${tenantId} and r.id = i.id)
        from ids i order by ${orderByColumns('i', keys)}
      ) as users,
      ${query.total ? totalOf(tenantId, filter) : sql`null`}::int as total`)
  return isSearch(filter) ? prepared(page) : page
}

/** Whether a filter is what people type into a search box, and who is active. Its statement is the same for all words. */
const isSearch = ({ active: _, search, where, ...rest }: UserFilter): boolean =>
  Object.values(rest).every((value) => value === undefined) &&
  (search === undefined
    ? where !== undefined && conjuncts(where).length === 1 && beginningsOf({ where }).length > 0
    : where === undefined)

/**
 * Users of a page, or named by a filter, that others may wait behind. Beside 32 connections that asked for 1,000 each, 99 % of
 * others took up to 2.8 s on the same lanes, and 0.13 s since.
 */
const mostQuick = 120

export const isLong = ({ limit }: Pick<UserQuery, 'limit'>): boolean => limit > mostQuick

/** Whether a page takes a bounded and short look at one index, whatever the directory's size. */
export function isQuick(query: UserQuery): boolean {
  const { filter: asked, total, offset, order, without = [] } = query
  const filter = normalForm(asked)
  if (filter.search !== undefined || isLong(query) || offset + without.length > 1000) return false
  if (isFew(filter)) return namedIn(filter) <= mostQuick
  const { active, where, created, modified, ...lists } = filter
  if (where !== undefined || created !== undefined || modified !== undefined || !isIndexed(order)) return false
  const others = Object.values(lists).filter((member) => member !== undefined).length
  if (others === 0) return true
  // A walk in another order than the posting lists' meets a rare role's holders late.
  if (others > 1 || !isByRecency(order) || active === false || postingsOf(filter).length !== 1) return false
  return !total || countersOf(filter) !== null
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
  const all = allOf([...conditionsOf(tenantId, filter), ...passed])
  const fromUsers = (conditions: RawBuilder<unknown>, some = slice) => sql`
    select u.id, ${keyColumns(keys)} from users u
    where ${conditions} order by ${orderByValues(keys)} ${some}`
  if (isFew(filter)) return sql`ids as (${fromUsers(all)})`
  const starts = order[0]?.field === 'foldedName' ? beginningsOf(filter) : []
  if (starts.some(({ field }) => field === 'shownName')) {
    // Names that begin alike stand together in this order; a walk would begin with all names before them.
    const parts = apart(starts).map(
      (range) => sql`(${fromUsers(sql`${range} and ${all}`, sql`limit ${limit + offset}`)})`,
    )
    return sql`ids as (
      select i.* from (${sql.join(parts, sql` union all `)}) i order by ${orderByColumns('i', keys)} ${slice}
    )`
  }

  const byRecency = isByRecency(order)
  const [posting] = byRecency ? postingsOf(filter) : []
  const walk = (also: RawBuilder<unknown>) =>
    posting === undefined
      ? fromUsers(sql`${all} and ${also}`)
      : sql`
        select u.id, t.modified_at as k0, t.user_id as k1
        from user_terms t join users u on u.tenant_id = t.tenant_id and u.id = t.user_id
        where t.tenant_id = ${tenantId} and t.term = ${posting} ${activity('t', filter.active)} and ${all} and ${also}
        order by ${recency(keys)} ${slice}`
  const sets = setsOf(tenantId, filter, { postings: !byRecency })
  if (sets.length === 0) return sql`ids as (${walk(sql`true`)})`
  const [only, ...more] = sets
  if (byRecency && only?.dated && more.length === 0 && passed.length === 0 && isSetAlone(filter)) {
    const few = sql`(select p.few from probe p)`
    return sql`probe as materialized (
        select count(*) <= ${listedWhole} as few from (select from ${only.from} limit ${listedWhole + 1}) s
      ), ids as (
        (select distinct t.user_id as id, t.modified_at as k0, t.user_id as k1 from ${only.from} and ${few}
          order by ${recency(keys)} ${slice})
        union all
        (${walk(sql`not ${few}`)})
      )`
  }
  const probes = sets.map((set) => sql`(${usersOf(set)} limit ${rare + 1})`)
  const size = sql`(select count(*) from probe)`
  const found = allOf([...conditionsOf(tenantId, withoutOneWord(filter)), ...passed])
  return sql`probe as materialized (${sql.join(probes, sql` union all `)}), ids as (
      (${fromUsers(sql`${found} and u.id in (select user_id from probe) and ${size} <= ${rare}`)})
      union all
      (${walk(sql`${size} > ${rare}`)})
    )`
}

/** Where a search is of one word, its set holds nobody else than who has it: no row is asked once more. */
const withoutOneWord = ({ search, ...filter }: UserFilter): UserFilter =>
  search?.mode === 'prefix' && search.words.length === 1 ? filter : { ...filter, search }

/** As the posting lists' index has it. */
const recency = ([key]: readonly OrderKey[]): RawBuilder<unknown> =>
  key?.descending ? sql`t.modified_at desc, t.user_id desc` : sql`t.modified_at asc, t.user_id asc`
