import { type RelationField, type RowField, rowFields, type User } from '../core/index.ts'
import type { Statement } from './statement.ts'
import { textColumnList, textsOf } from './user-texts.ts'

/** Column names are the fields' in snake case. */
export const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** What `user_relations.kind` says of the other user. */
export const relationKind: Record<RelationField, string> = {
  bosses: 'boss',
  peers: 'peer',
  subordinates: 'subordinate',
}
/** What the same relation is, seen from the other side. */
export const mirrored: Record<RelationField, RelationField> = {
  bosses: 'subordinates',
  peers: 'peers',
  subordinates: 'bosses',
}

/**
 * In id order, so that transactions that lock several never wait for each other in a circle. The records are read by another
 * statement: one that had to wait sees the rows as they are now, but their relations as they were when it began.
 */
export const lockUsers = (tenantId: string, ids: readonly string[]): Statement => ({
  name: 'lock-users',
  text: 'select from users u where u.tenant_id = $1 and u.id = any($2) order by u.id for update',
  values: [tenantId, ids],
})

export const jsonFields: ReadonlySet<RowField> = new Set(['avatar', 'extensions', 'settings', 'preferences'])
/** Columns that are arrays of texts. */
export const listFields: ReadonlySet<RowField> = new Set(['accessRoles', 'properties', 'tags', 'importIds', 'keywords'])
/** As a parameter: the driver would send a JSON list as a PostgreSQL array. */
export const parameterOf = (user: User, field: RowField): unknown => {
  const value = user[field]
  return jsonFields.has(field) && value !== null ? JSON.stringify(value) : value
}

const columns = rowFields.map(columnOf)
const parameters = (from: number) => rowFields.map((_, at) => `$${from + at}`)

/**
 * Writes the row unless the username is taken (then it gives no row, and another name can be tried), with its posting
 * lists, totals and folded texts. Parameters: tenant, terms, count keys, count amounts, five texts, then the fields.
 */
const insertText = `
  with written as (
    insert into users (tenant_id, ${columns.join(', ')}) values ($1, ${parameters(10).join(', ')})
    on conflict (tenant_id, username_key) do nothing
    returning id, modified_at, active
  ), terms as (
    insert into user_terms (tenant_id, term, modified_at, user_id, active)
    select $1, t.term, written.modified_at, written.id, written.active from written, unnest($2::text[]) as t(term)
  ), counts as (
    insert into user_counts (tenant_id, key, n)
    select $1, c.key, c.n from written, unnest($3::text[], $4::int[]) as c(key, n)
  ), texts as (
    insert into user_texts (tenant_id, user_id, ${textColumnList}) select $1, written.id, $5, $6, $7, $8, $9 from written
  )
  select id from written`

export const insertedUser = (
  tenantId: string,
  user: User,
  terms: readonly string[],
  counts: { keys: string[]; amounts: number[] },
): Statement => ({
  name: 'inserted-user',
  text: insertText,
  values: [
    tenantId,
    terms,
    counts.keys,
    counts.amounts,
    ...textsOf(user),
    ...rowFields.map((field) => parameterOf(user, field)),
  ],
})

const deactivatedAt = `$${14 + rowFields.indexOf('deactivatedAt')}`

/**
 * Parameters: tenant, id, old time, terms gone, new time, terms come, count keys, count amounts, five texts, then the fields.
 * The texts are written only when they differ: their index is the dearest of all.
 */
const updateText = `
  with gone as (
    delete from user_terms t using unnest($4::text[]) as g(term)
    where t.tenant_id = $1 and t.term = g.term and t.modified_at = $3::timestamptz and t.user_id = $2
  ), come as (
    insert into user_terms (tenant_id, term, modified_at, user_id, active)
    select $1, c.term, $5::timestamptz, $2, ${deactivatedAt}::timestamptz is null from unnest($6::text[]) as c(term)
  ), counts as (
    insert into user_counts (tenant_id, key, n)
    select $1, c.key, c.n from unnest($7::text[], $8::int[]) as c(key, n)
  ), texts as (
    update user_texts set (${textColumnList}) = ($9, $10, $11, $12, $13)
    where tenant_id = $1 and user_id = $2 and (${textColumnList}) is distinct from ($9, $10, $11, $12, $13)
  )
  update users set ${rowFields.map((field, at) => `${columnOf(field)} = $${14 + at}`).join(', ')}
  where tenant_id = $1 and id = $2`

export const updatedUser = (
  tenantId: string,
  before: User,
  after: User,
  terms: { gone: readonly string[]; come: readonly string[] },
  counts: { keys: string[]; amounts: number[] },
): Statement => ({
  name: 'updated-user',
  text: updateText,
  values: [
    tenantId,
    after.id,
    before.modifiedAt,
    terms.gone,
    after.modifiedAt,
    terms.come,
    counts.keys,
    counts.amounts,
    ...textsOf(after),
    ...rowFields.map((field) => parameterOf(after, field)),
  ],
})

export const deletedUser = (
  tenantId: string,
  user: User,
  terms: readonly string[],
  counts: { keys: string[]; amounts: number[] },
): Statement => ({
  text: `
    with gone as (
      delete from user_terms t using unnest($4::text[]) as g(term)
      where t.tenant_id = $1 and t.term = g.term and t.modified_at = $3::timestamptz and t.user_id = $2
    ), counts as (
      insert into user_counts (tenant_id, key, n) select $1, c.key, c.n from unnest($5::text[], $6::int[]) as c(key, n)
    ), texts as (
      delete from user_texts where tenant_id = $1 and user_id = $2
    )
    delete from users where tenant_id = $1 and id = $2`,
  values: [tenantId, user.id, user.modifiedAt, terms, counts.keys, counts.amounts],
})
