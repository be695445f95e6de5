import type { SortKey, UserFilter, UserQuery } from '../core/index.ts'
import { composed, type Statement } from './statement.ts'
import { isIndexed, orderByValues, orderKeys } from './user-order.ts'
import { countKey } from './user-terms.ts'

/** How far into an index a page may begin to be a plain one. */
const farthest = 1000

interface Shape {
  readonly active: boolean
  readonly order: readonly SortKey[]
  readonly first: boolean
  readonly total: boolean
}

/** By shape: there are a few dozen. */
const statements = new Map<string, { readonly name: string; readonly text: string }>()

/**
 * The page that is asked for most: everybody, or who is active, along an index and not far into it. Its text says only the
 * shape, so that each connection prepares it once: to plan a page anew took the database 0.3 ms, and the page itself 0.05.
 * `null` for any other page.
 */
export function plainPage(tenantId: string, filter: UserFilter, query: UserQuery): Statement | null {
  const { limit, offset, order, total, without = [] } = query
  const { active: asked, ...others } = filter
  if (asked === false || Object.values(others).some((value) => value !== undefined)) return null
  if (offset + limit > farthest || without.length > 0 || !isIndexed(order)) return null
  const active = asked === true
  const { name, text } = statementOf({ active, order, first: offset === 0, total })
  const values = [tenantId, limit, ...(offset === 0 ? [] : [offset]), ...(total ? [countKey('all', active)] : [])]
  return { name, text, values }
}

function statementOf(shape: Shape) {
  const key = JSON.stringify(shape)
  let statement = statements.get(key)
  if (statement === undefined) {
    statement = { name: `plain-page-${statements.size}`, text: textOf(shape) }
    statements.set(key, statement)
  }
  return statement
}

function textOf({ active, order, first, total }: Shape): string {
  const { text: inOrder } = composed(orderByValues(orderKeys(order)))
  const from = `from users u where u.tenant_id = $1${active ? ' and u.active' : ''} order by ${inOrder} limit $2`
  // What is passed over is seen in the index alone; a revision is looked up for those who are on the page.
  const users = first
    ? `select u.id || ' ' || u.revision ${from}`
    : `select i.id || ' ' || (select r.revision from users r where r.tenant_id = $1 and r.id = i.id)
       from (select u.id ${from} offset $3) i`
  const count = `(
    select coalesce(sum(c.n), 0) from user_counts c where c.tenant_id = $1 and c.key = $${first ? 3 : 4}
  )`
  return `select array(${users}) as users, ${total ? count : 'null'}::int as total`
}
