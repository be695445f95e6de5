import { rowFields, type User, type UserUpdate } from '../core/index.ts'
import { mostTouches } from './touches.ts'
import type { Writing } from './transaction.ts'
import { columnOf } from './user-rows.ts'
import { countChanges, termsOf } from './user-terms.ts'
import { textColumnList, textColumns, textFields, textsOf } from './user-texts.ts'

const columns = rowFields.filter((field) => field !== 'id').map(columnOf)
const texts = textFields.map((field) => textColumns[field])

/**
 * Users as they are to be, in one statement: their rows come as JSON, whose members are named as the columns. Parameters:
 * tenant, rows, texts as arrays by column, then the posting lists' entries that go and those that come.
 */
const updateText = `
  with gone as (
    delete from user_terms t using unnest($3::text[], $4::timestamptz[], $5::text[]) as g(term, modified_at, user_id)
    where t.tenant_id = $1 and t.term = g.term and t.modified_at = g.modified_at and t.user_id = g.user_id
  ), come as (
    insert into user_terms (tenant_id, term, modified_at, user_id, active)
    select $1, c.term, c.modified_at, c.user_id, c.active
    from unnest($6::text[], $7::timestamptz[], $8::text[], $12::boolean[]) as c(term, modified_at, user_id, active)
    order by c.term, c.modified_at
  ), written as (
    update user_texts t set (${textColumnList}) = (${texts.map((column) => `n.${column}`).join(', ')})
    from json_populate_recordset(null::user_texts, $9::json) as n
    where t.tenant_id = $1 and t.user_id = n.user_id
      and (${texts.map((column) => `t.${column}`).join(', ')}) is distinct from (${texts.map((column) => `n.${column}`).join(', ')})
  ), counts as (
    insert into user_counts (tenant_id, key, n)
    select $1, c.key, c.n from unnest($10::text[], $11::int[]) as c(key, n)
  )
  update users u set ${columns.map((column) => `${column} = n.${column}`).join(', ')}
  from json_populate_recordset(null::users, $2::json) as n
  where u.tenant_id = $1 and u.id = n.id`

/** Changes many users' rows with their posting lists, texts and totals; relations and passwords are not part of it. */
export function updateUsers({ send, touches }: Writing, tenantId: string, updates: readonly UserUpdate[]): void {
  if (updates.length === 0) return
  const [gone, come] = [new TermEntries(), new TermEntries()]
  const counts = new Map<string, number>()
  for (const { before, after } of updates) {
    const moved = before.modifiedAt.getTime() !== after.modifiedAt.getTime() || before.active !== after.active
    const [old, now] = [termsOf(before), termsOf(after)]
    gone.add(before, moved ? old : old.filter((term) => !now.includes(term)))
    come.add(after, moved ? now : now.filter((term) => !old.includes(term)))
    const { keys, amounts } = countChanges(before, after)
    for (const [at, key] of keys.entries()) counts.set(key, (counts.get(key) ?? 0) + (amounts[at] ?? 0))
  }
  const totals = [...counts].filter(([, amount]) => amount !== 0)
  send({
    text: updateText,
    values: [
      tenantId,
      JSON.stringify(updates.map(({ after }) => rowOf(after))),
      ...gone.values(),
      ...come.values(),
      JSON.stringify(updates.map(({ after }) => textRowOf(after))),
      totals.map(([key]) => key),
      totals.map(([, amount]) => amount),
      come.active,
    ],
  })
  if (updates.length > mostTouches) touches.add('tenant')
  else touches.users(updates.map(({ after }) => after.id))
}

const rowOf = (user: User) => Object.fromEntries(rowFields.map((field) => [columnOf(field), user[field]]))

const textRowOf = (user: User) => {
  const folded = textsOf(user)
  return { user_id: user.id, ...Object.fromEntries(texts.map((column, at) => [column, folded[at]])) }
}

/** Entries of posting lists, column by column. */
class TermEntries {
  readonly #terms: string[] = []
  readonly #times: Date[] = []
  readonly #ids: string[] = []
  readonly active: boolean[] = []

  add({ id, modifiedAt, active }: User, terms: readonly string[]): void {
    for (const term of new Set(terms)) {
      this.#terms.push(term)
      this.#times.push(modifiedAt)
      this.#ids.push(id)
      this.active.push(active)
    }
  }

  values(): [string[], Date[], string[]] {
    return [this.#terms, this.#times, this.#ids]
  }
}
