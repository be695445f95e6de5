import { type RawBuilder, sql } from 'kysely'
import { type SortKey, userFields } from '../core/index.ts'
import { columnOf, jsonFields } from './user-rows.ts'

/** One key of an order in SQL. */
export interface OrderKey {
  readonly value: RawBuilder<unknown>
  readonly descending: boolean
  readonly nullable: boolean
}

/** How the indexes begin that lead through a tenant's users in order; what shares such a beginning is sorted as it comes. */
const indexed: ReadonlySet<string> = new Set(['modifiedAt', 'createdAt', 'username', 'foldedName', 'id', 'uid'])
/** No two users share one, so that what follows it orders nothing. */
const unique: ReadonlySet<string> = new Set(['username', 'uid', 'id'])

/** The keys that decide: up to the first that nobody shares. */
const deciding = (order: readonly SortKey[]): readonly SortKey[] => {
  const end = order.findIndex(({ field }) => unique.has(field))
  return end === -1 ? order : order.slice(0, end + 1)
}

/** Whether an index leads through the users in this order. */
export const isIndexed = (order: readonly SortKey[]): boolean => {
  const [key, ...more] = deciding(order)
  return key === undefined || (indexed.has(key.field) && more.every(({ field }) => unique.has(field)))
}

/** Whether the users are ordered by their modification, as posting lists are. */
export const isByRecency = (order: readonly SortKey[]): boolean =>
  order.length === 1 && order[0]?.field === 'modifiedAt'

/** The keys in SQL, the id last unless an earlier one decides already. */
export function orderKeys(order: readonly SortKey[]): OrderKey[] {
  const keys = deciding(order)
  const last = keys.at(-1)
  const own = keys.map((key) => ({
    value: keyValue(key),
    descending: key.direction === 'desc',
    nullable: isNullable(key),
  }))
  if (last !== undefined && unique.has(last.field)) return own
  return [...own, { value: sql`u.id`, descending: last?.direction === 'desc', nullable: false }]
}

function keyValue({ field, path }: SortKey): RawBuilder<unknown> {
  if (field === 'username') return sql`u.username_key`
  if (field === 'status') {
    return sql`coalesce((
      select p.status from user_presence p where p.tenant_id = u.tenant_id and p.user_id = u.id
    ), 'offline')`
  }
  const column = sql.ref(`u.${columnOf(field)}`)
  return field !== 'active' && jsonFields.has(field) ? sql`${column} #>> ${path}::text[]` : column
}

function isNullable({ field, path }: SortKey): boolean {
  const { schema } = userFields[field]
  return path.length > 0 || ('anyOf' in schema && schema.anyOf.length > 0)
}

/** The keys' values under the names by which `orderBy` finds them again. */
export const keyColumns = (keys: readonly OrderKey[]): RawBuilder<unknown> =>
  sql.join(
    keys.map(({ value }, at) => sql`${value} as ${sql.ref(`k${at}`)}`),
    sql`, `,
  )

/** Absent values first where a key ascends. Said only of keys that may be absent: an index is not found otherwise. */
const direction = ({ descending, nullable }: OrderKey): RawBuilder<unknown> =>
  nullable ? (descending ? sql`desc nulls last` : sql`asc nulls first`) : descending ? sql`desc` : sql`asc`

export const orderByValues = (keys: readonly OrderKey[]): RawBuilder<unknown> =>
  sql.join(
    keys.map((key) => sql`${key.value} ${direction(key)}`),
    sql`, `,
  )

export const orderByColumns = (table: string, keys: readonly OrderKey[]): RawBuilder<unknown> =>
  sql.join(
    keys.map((key, at) => sql`${sql.ref(`${table}.k${at}`)} ${direction(key)}`),
    sql`, `,
  )
