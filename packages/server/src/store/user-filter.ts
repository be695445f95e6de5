import { type RawBuilder, sql } from 'kysely'
import type { FieldEquals, InstantRange, Search, UserFilter } from '../core/index.ts'
import { rowTest } from './user-conditions.ts'
import { columnOf, jsonFields, listFields, relationKind } from './user-rows.ts'

/** A condition on `users u`. */
export type Condition = RawBuilder<unknown>

/** Every condition of a filter on a user's own row, to be held together; all members are allow-listed here to columns. */
export function conditionsOf(tenantId: string, filter: UserFilter): Condition[] {
  const {
    ids,
    emails,
    bots,
    properties,
    propertyJobs = [],
    accessRoles,
    jobs,
    relatedTo,
    related = [],
    equal = [],
  } = filter
  const { active, search, modified, created } = filter
  const conditions: Condition[] = [sql`u.tenant_id = ${tenantId}`]
  if (ids !== undefined) conditions.push(sql`u.id = any(${ids}::text[])`)
  if (emails !== undefined) conditions.push(sql`u.email = any(${emails}::text[])`)
  if (bots !== undefined) conditions.push(sql`u.bot_id = any(${bots}::text[])`)
  if (properties !== undefined) {
    conditions.push(sql`(u.properties && ${properties}::text[] or u.job = any(${propertyJobs}::text[]))`)
  }
  if (accessRoles !== undefined) conditions.push(sql`u.access_roles && ${accessRoles}::text[]`)
  if (jobs !== undefined) conditions.push(sql`u.job = any(${jobs}::text[])`)
  if (relatedTo !== undefined) {
    conditions.push(sql`u.id in (
      select r.other_id from user_relations r where r.tenant_id = ${tenantId} and r.user_id = any(${relatedTo}::text[])
    )`)
  }
  for (const { field, ids: others } of related) {
    conditions.push(sql`u.id in (
      select r.user_id from user_relations r
      where r.tenant_id = ${tenantId} and r.other_id = any(${others}::text[]) and r.kind = ${relationKind[field]}
    )`)
  }
  conditions.push(...equal.map(equalsCondition))
  if (active !== undefined) conditions.push(sql`u.active = ${active}`)
  if (search !== undefined) conditions.push(searchCondition(search))
  if (filter.where !== undefined) conditions.push(rowTest(tenantId, filter.where))
  conditions.push(...rangeConditions(sql`u.modified_at`, modified), ...rangeConditions(sql`u.created_at`, created))
  return conditions
}

/** The catalogue's field names are the columns'; nothing else gets here. */
function equalsCondition({ field, path, values }: FieldEquals): Condition {
  const column = sql.ref(`u.${columnOf(field)}`)
  const [absent, present] = [values.includes(null), values.filter((value) => value !== null)]
  if (jsonFields.has(field)) {
    const member = sql`${column} #> ${path}::text[]`
    const texts = present.map((value) => JSON.stringify(value))
    const equal = sql`${member} = any(${texts}::jsonb[])`
    return absent ? sql`(${equal} or ${member} is null or ${member} = 'null')` : equal
  }
  if (listFields.has(field)) return sql`${column} && ${present}::text[]`
  const equal = sql`${column} = any(${present})`
  return absent ? sql`(${equal} or ${column} is null)` : equal
}

/**
 * The rule of core's `matches`, on the keywords that the row itself holds. Words are letters and digits, so that none reaches
 * from one keyword into the next; taking the list apart instead costs twice as much.
 */
function searchCondition({ mode, words }: Search): Condition {
  const has = (word: string) => {
    const [text, sought] = mode === 'prefix' ? [sql`' ' || ${joinedKeywords}`, ` ${word}`] : [joinedKeywords, word]
    return sql`strpos(${text}, ${sought}) > 0`
  }
  const each = sql.join(words.map(has), sql` and `)
  return words.length === 1 ? each : sql`(${has(words.join(''))} or (${each}))`
}
const joinedKeywords = sql`array_to_string(u.keywords, ' ')`

function rangeConditions(column: RawBuilder<unknown>, range: InstantRange | undefined): Condition[] {
  if (range === undefined) return []
  const { at, after, from, before, until } = range
  return [
    ...(at === undefined ? [] : [sql`${column} = ${at}`]),
    ...(after === undefined ? [] : [sql`${column} > ${after}`]),
    ...(from === undefined ? [] : [sql`${column} >= ${from}`]),
    ...(before === undefined ? [] : [sql`${column} < ${before}`]),
    ...(until === undefined ? [] : [sql`${column} <= ${until}`]),
  ]
}

export const allOf = (conditions: readonly Condition[]): Condition => sql.join(conditions, sql` and `)
