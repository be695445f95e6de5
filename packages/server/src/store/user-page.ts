import { type RawBuilder, sql } from 'kysely'
import type { UserFilter, UserQuery } from '../core/index.ts'
import { composed, type Statement } from './statement.ts'
import { allOf, conditionsOf } from './user-filter.ts'
import { plainKeys, postingsOf, setsOf } from './user-roads.ts'
import { countKey } from './user-terms.ts'

/** What a page's statement gives: which users in which revision, in the page's order, and how many match in all. */
export interface PageRow {
  readonly ids: string[]
  readonly revisions: number[]
  readonly total: number | null
}

/** Up to this many postings a set is rare: its users are fetched and sorted. A larger one is met soon by walking. */
const rare = 2000

/**
 * One statement for a page: ids in an index's order first, then their revisions, and the total in the same snapshot.
 * Totals of plain filters are sums of maintained counters; others count what the page's own conditions select.
 */
export function userPage(tenantId: string, query: UserQuery): Statement {
  const { filter, total } = query
  return composed(sql`
    with ${idsOf(tenantId, query)}, page as materialized (
      select i.id, i.modified_at, u.revision from ids i join users u on u.tenant_id = ${tenantId} and u.id = i.id
    )
    select array(select p.id from page p order by ${order('p', query)}) as ids,
      array(select p.revision from page p order by ${order('p', query)}) as revisions,
      ${total ? totalOf(tenantId, filter) : sql`null`}::int as total`)
}

/** Whether a page takes a bounded look at one index, whatever the directory's size. */
export function isQuick({ filter, total, offset, without = [] }: UserQuery): boolean {
  if (filter.search !== undefined || offset + without.length > 1000) return false
  if (isFew(filter)) return true
  if (filter.created !== undefined || filter.modified !== undefined) return false
  return plainKeys(filter) !== null || (!total && postingsOf(filter).length === 1 && filter.active === undefined)
}

/** A filter that names few users by itself: no other road is shorter. */
const isFew = ({ ids, emails, relatedTo, related }: UserFilter): boolean =>
  [ids, emails, relatedTo, related].some((few) => few !== undefined)

const order = (table: 'u' | 'p' | 't', { direction }: UserQuery): RawBuilder<unknown> => {
  const [time, id] = [sql.ref(`${table}.modified_at`), sql.ref(table === 't' ? 't.user_id' : `${table}.id`)]
  return direction === 'desc' ? sql`${time} desc, ${id} desc` : sql`${time} asc, ${id} asc`
}

/**
 * The CTE `ids`: the page's ids with the time they are ordered by. Where the filter has a set (a word's beginning, several
 * roles), whether it is rare decides the road inside the statement; PostgreSQL runs only the branch that is taken.
 */
function idsOf(tenantId: string, query: UserQuery): RawBuilder<unknown> {
  const { filter, limit, offset, without = [] } = query
  const slice = sql`limit ${limit} offset ${offset}`
  const passed = without.length === 0 ? [] : [sql`u.id <> all(${without}::text[])`]
  const conditions = allOf([...conditionsOf(tenantId, filter), ...passed])
  const fromUsers = (also: RawBuilder<unknown>) => sql`
    select u.id, u.modified_at from users u where ${conditions} and ${also} order by ${order('u', query)} ${slice}`
  if (isFew(filter)) return sql`ids as (${fromUsers(sql`true`)})`

  const [posting] = postingsOf(filter)
  const walk = (also: RawBuilder<unknown>) =>
    posting === undefined
      ? fromUsers(also)
      : sql`
        select u.id, t.modified_at from user_terms t join users u on u.tenant_id = t.tenant_id and u.id = t.user_id
        where t.tenant_id = ${tenantId} and t.term = ${posting} and ${conditions} and ${also}
        order by ${order('t', query)} ${slice}`
  const sets = setsOf(tenantId, filter)
  if (sets.length === 0) return sql`ids as (${walk(sql`true`)})`
  const probes = sets.map((set) => sql`(select t.user_id from user_terms t where ${set} limit ${rare + 1})`)
  const size = sql`(select count(*) from probe)`
  return sql`probe as materialized (${sql.join(probes, sql` union all `)}), ids as (
      (${fromUsers(sql`u.id in (select user_id from probe) and ${size} <= ${rare}`)})
      union all
      (${walk(sql`${size} > ${rare}`)})
    )`
}

function totalOf(tenantId: string, filter: UserFilter): RawBuilder<unknown> {
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
  const sets = isFew(filter) ? [] : setsOf(tenantId, filter)
  // Distinct users first: one has several words that begin alike, or several of the roles.
  const selects = sets.map((set) => sql`select distinct t.user_id from user_terms t where ${set}`)
  const users = selects.length === 0 ? null : sql.join(selects, sql` union `)
  if (users && isSetAlone(filter)) return sql`(select count(*) from (${users}) s)`
  if (users) {
    return sql`(
      select count(*) from (${users}) s join users u on u.tenant_id = ${tenantId} and u.id = s.user_id where ${conditions}
    )`
  }
  const [posting] = isFew(filter) ? [] : postingsOf(filter)
  if (posting === undefined) return sql`(select count(*) from users u where ${conditions})`
  return sql`(
    select count(*) from user_terms t join users u on u.tenant_id = t.tenant_id and u.id = t.user_id
    where t.tenant_id = ${tenantId} and t.term = ${posting} and ${conditions}
  )`
}

/** Whether the set is all there is to the filter, so that no row has to be looked at. */
function isSetAlone({ search, ...rest }: UserFilter): boolean {
  const others = Object.values(rest).filter((value) => value !== undefined)
  return search === undefined ? others.length === 1 : others.length === 0 && search.words.length === 1
}
