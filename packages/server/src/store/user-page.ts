import { type RawBuilder, sql } from 'kysely'
import type { UserFilter, UserQuery } from '../core/index.ts'
import { composed, type Statement } from './statement.ts'
import { allOf, type Condition, conditionsOf } from './user-filter.ts'
import { countKey, term } from './user-terms.ts'

/** What a page's statement gives: which users in which revision, in the page's order, and how many match in all. */
export interface PageRow {
  readonly ids: string[]
  readonly revisions: number[]
  readonly total: number | null
}

/** From this many matching keywords on, a word counts as common: its page is found by walking the users by recency. */
const rare = 2000
/** Sorts after every word that begins alike. */
const beyond = (prefix: string) => `${prefix}\u{10FFFF}`

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
export function isQuick({ filter, total, offset, sort }: UserQuery): boolean {
  if (filter.search !== undefined || offset > 1000) return false
  const few = filter.ids !== undefined || filter.emails !== undefined || filter.relatedTo !== undefined
  if (few) return true
  if (sort === 'id' && terms(filter).length > 0) return false
  if (filter.created !== undefined || filter.modified !== undefined) return false
  return plainKeys(filter) !== null || (!total && terms(filter).length === 1 && filter.active === undefined)
}

const order = (table: 'u' | 'p' | 't', { direction, sort }: UserQuery): RawBuilder<unknown> => {
  const [time, id] = [sql.ref(`${table}.modified_at`), sql.ref(table === 't' ? 't.user_id' : `${table}.id`)]
  if (sort === 'id') return direction === 'desc' ? sql`${id} desc` : sql`${id} asc`
  return direction === 'desc' ? sql`${time} desc, ${id} desc` : sql`${time} asc, ${id} asc`
}

/** The CTE `ids`: the page's ids with the time they are ordered by, by the cheapest road that the filter allows. */
function idsOf(tenantId: string, query: UserQuery): RawBuilder<unknown> {
  const { filter, limit, offset } = query
  const slice = sql`limit ${limit} offset ${offset}`
  const conditions = allOf(conditionsOf(tenantId, filter))
  const walk = (extra: Condition) => sql`
    select u.id, u.modified_at from users u where ${conditions} and ${extra} order by ${order('u', query)} ${slice}`

  if (filter.search?.mode === 'prefix') {
    return sql`probe as materialized (${probe(tenantId, filter.search.words)}), ids as (
      (${walk(sql`u.id in (select user_id from probe) and (select count(*) from probe) <= ${rare}`)})
      union all
      (${walk(sql`(select count(*) from probe) > ${rare}`)})
    )`
  }
  const [lead] = terms(filter)
  // Posting lists are in the order of changes.
  if (lead === undefined || filter.ids !== undefined || filter.emails !== undefined || query.sort === 'id')
    return sql`ids as (${walk(sql`true`)})`
  return sql`ids as (
    select u.id, t.modified_at from user_terms t join users u on u.tenant_id = t.tenant_id and u.id = t.user_id
    where t.tenant_id = ${tenantId} and t.term = ${lead.term} and ${allOf(conditionsOf(tenantId, lead.rest))}
    order by ${order('t', query)} ${slice}
  )`
}

/** Who has the rarest word of a search, or all its words joined; one more than `rare` tells that it is common. */
function probe(tenantId: string, words: readonly string[]): RawBuilder<unknown> {
  return sql.join(
    [...new Set([longest(words), words.join('')])].map(
      (word) => sql`(
    select user_id from user_terms t where ${hasPrefix(tenantId, word)} limit ${rare + 1}
  )`,
    ),
    sql` union all `,
  )
}

const hasPrefix = (tenantId: string, word: string): Condition => {
  const prefix = term.keyword(word)
  return sql`t.tenant_id = ${tenantId} and t.term >= ${prefix} and t.term < ${beyond(prefix)}`
}
const longest = (words: readonly string[]) => words.reduce((one, other) => (other.length > one.length ? other : one))

/** The filter's members that are one posting list each, likely the shortest first, with the filter that is left. */
function terms(filter: UserFilter): { term: string; rest: UserFilter }[] {
  const { bots, properties, jobs, accessRoles, active, ...rest } = filter
  const lists = { bots, properties, jobs, accessRoles }
  const found: { term: string; rest: UserFilter }[] = []
  const termFor = { bots: term.bot, properties: term.property, jobs: term.job, accessRoles: term.role }
  for (const member of ['bots', 'properties', 'jobs', 'accessRoles'] as const) {
    const [only, ...more] = lists[member] ?? []
    if (only === undefined || more.length > 0) continue
    if (member === 'properties' && filter.propertyJobs !== undefined) continue
    found.push({ term: termFor[member](only), rest: { ...filter, [member]: undefined } })
  }
  if (active === false) found.push({ term: term.deactivated, rest: { ...rest, ...lists } })
  return found
}

/** The counters whose difference is the total, where the filter is plain: nothing, activity, one role or one job. */
function plainKeys(filter: UserFilter): { key: string; less: string | null } | null {
  const { active, accessRoles, jobs, ...rest } = filter
  if (Object.values(rest).some((value) => value !== undefined)) return null
  if (accessRoles !== undefined && (jobs !== undefined || accessRoles.length !== 1)) return null
  if (jobs !== undefined && jobs.length !== 1) return null
  const of = { ...(accessRoles?.[0] && { role: accessRoles[0] }), ...(jobs?.[0] && { job: jobs[0] }) }
  if (active === undefined) return { key: countKey(of, false), less: null }
  return active ? { key: countKey(of, true), less: null } : { key: countKey(of, false), less: countKey(of, true) }
}

function totalOf(tenantId: string, filter: UserFilter): RawBuilder<unknown> {
  const plain = plainKeys(filter)
  if (plain !== null) {
    const sum = (key: string) => sql`(
      select coalesce(sum(c.n), 0) from user_counts c where c.tenant_id = ${tenantId} and c.key = ${key}
    )`
    return plain.less === null ? sum(plain.key) : sql`(${sum(plain.key)} - ${sum(plain.less)})`
  }
  const { search, ...rest } = filter
  if (search?.mode !== 'prefix') {
    const [lead] = filter.ids === undefined && filter.emails === undefined ? terms(filter) : []
    if (lead === undefined) return sql`(select count(*) from users u where ${allOf(conditionsOf(tenantId, filter))})`
    return sql`(
      select count(*) from user_terms t join users u on u.tenant_id = t.tenant_id and u.id = t.user_id
      where t.tenant_id = ${tenantId} and t.term = ${lead.term} and ${allOf(conditionsOf(tenantId, lead.rest))}
    )`
  }
  const [word] = search.words
  if (search.words.length === 1 && word !== undefined && Object.values(rest).every((value) => value === undefined)) {
    return sql`(select count(distinct t.user_id) from user_terms t where ${hasPrefix(tenantId, word)})`
  }
  const having = sql.join(
    [...new Set([longest(search.words), search.words.join('')])].map(
      (one) => sql`(
    select t.user_id from user_terms t where ${hasPrefix(tenantId, one)}
  )`,
    ),
    sql` union `,
  )
  return sql`(
    select count(*) from users u where u.id in (${having}) and ${allOf(conditionsOf(tenantId, filter))}
  )`
}
