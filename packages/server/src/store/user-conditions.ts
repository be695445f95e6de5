import { type RawBuilder, sql } from 'kysely'
import {
  type Condition,
  type FieldPath,
  fold,
  type Order,
  type RowField,
  statuses,
  type Test,
  type TextField,
  type UserLink,
} from '../core/index.ts'
import { storePattern } from './text-pattern.ts'
import { columnOf, jsonFields, listFields } from './user-rows.ts'
import { foldedNameOf, fragmentPattern, mayContain, textColumns } from './user-texts.ts'

/** SQL that a row `u` of `users` passes where it is true; it may be null where a value is absent. */
export type RowTest = RawBuilder<unknown>

const instants: ReadonlySet<string> = new Set([
  'createdAt',
  'modifiedAt',
  'lastLoginAt',
  'deactivatedAt',
  'passwordModifiedAt',
])
const numbers: ReadonlySet<string> = new Set(['version', 'revision', 'utcOffset'])
const booleans: ReadonlySet<string> = new Set([
  'active',
  'emailVerified',
  'emailGenerated',
  'termsConditions',
  'readOnly',
  'requirePasswordChange',
])
type Kind = 'text' | 'number' | 'boolean' | 'instant'
const kindOf = (field: string): Kind =>
  instants.has(field) ? 'instant' : numbers.has(field) ? 'number' : booleans.has(field) ? 'boolean' : 'text'
const fits: Record<Kind, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  instant: (value) => value instanceof Date,
}

/** The database's calendar begins in 4713 BC, JavaScript's long before; nobody's moments are so early. */
const earliest = new Date(Date.UTC(-4712, 0, 1))
const storable = (value: unknown): unknown => (value instanceof Date && value < earliest ? earliest : value)

export const always = sql`true`
export const never = sql`false`

/** A condition on the row `u`, its presence and its texts. Throws `invalid_pattern`. */
export function rowTest(tenantId: string, condition: Condition): RowTest {
  const test = (one: Condition) => rowTest(tenantId, one)
  if ('all' in condition) return joinedBy(condition.all.map(test), sql` and `, always)
  if ('any' in condition) return joinedBy(condition.any.map(test), sql` or `, never)
  if ('not' in condition) return sql`(${test(condition.not)}) is not true`
  if ('contains' in condition)
    return sql`exists (select from user_texts x where ${fragmentTest(condition)} and x.user_id = u.id)`
  if ('link' in condition) return linkTest(condition)
  return fieldTest(tenantId, condition.at, condition.test)
}

const links: Record<UserLink, { table: string; own: string; other: string }> = {
  friend: { table: 'user_friends', own: 'user_id', other: 'friend_id' },
  'blocked-by': { table: 'user_blocks', own: 'user_id', other: 'blocked_id' },
  'has-blocked': { table: 'user_blocks', own: 'blocked_id', other: 'user_id' },
}

interface Link {
  readonly link: UserLink
  readonly of: string
}
const linkColumn = (name: string) => sql.ref(`l.${name}`)

/** A select of `user_id`: who is linked to a user. */
export function linkedUsers(tenantId: string, { link, of }: Link): RawBuilder<unknown> {
  const { table, own, other } = links[link]
  return sql`
    select ${linkColumn(other)} as user_id from ${sql.table(table)} l
    where l.tenant_id = ${tenantId} and ${linkColumn(own)} = ${of}`
}

/** Asked with both ends: a list of those linked would be gone through once more for every user. */
function linkTest({ link, of }: Link): RowTest {
  const { table, own, other } = links[link]
  return sql`exists (
    select from ${sql.table(table)} l
    where l.tenant_id = u.tenant_id and ${linkColumn(own)} = ${of} and ${linkColumn(other)} = u.id
  )`
}

const joinedBy = (tests: readonly RowTest[], word: RawBuilder<unknown>, none: RowTest): RowTest =>
  tests.length === 0 ? none : sql`(${sql.join(tests, word)})`

/** On a row `x` of `user_texts`. */
export function fragmentTest({ contains, within }: { contains: string; within: readonly TextField[] }): RowTest {
  const fragment = fold(contains)
  const tests = within.map((field) => sql`${sql.ref(`x.${textColumns[field]}`)} like ${fragmentPattern(fragment)}`)
  return sql`x.tenant_id = u.tenant_id and ${mayContain(fragment, within)} and ${joinedBy(tests, sql` or `, never)}`
}

function fieldTest(tenantId: string, { field, path }: FieldPath, test: Test): RowTest {
  if (field === 'status') return statusTest(tenantId, test)
  if (field !== 'active' && jsonFields.has(field)) return jsonTest(sql`${columnRef(field)} #> ${path}::text[]`, test)
  if (field !== 'active' && listFields.has(field)) {
    if (path[0] !== '0') return listTest(field, test)
    return sql`(${valueTest(sql`${columnRef(field)}[1]`, 'text', test)})`
  }
  // Bare, so that an index can be asked: a test inside of another expression is none for the planner.
  return sql`(${valueTest(columnRef(field), kindOf(field), test, field)})`
}

const columnRef = (field: string) => sql.ref(`u.${columnOf(field)}`)

/** Offline is who has no row; who is here are few, and looked up once for all rows. */
function statusTest(tenantId: string, test: Test): RowTest {
  if (test.op === 'in') {
    const passing = statuses.filter((status) => test.values.includes(status))
    const listed = (ones: readonly string[]) => sql`
      select p.user_id from user_presence p
      where p.tenant_id = ${tenantId} and p.status <> 'offline' and p.status = any(${ones}::text[])`
    if (!passing.includes('offline')) return passing.length === 0 ? never : sql`u.id in (${listed(passing)})`
    const others = statuses.filter((status) => !passing.includes(status))
    return others.length === 0 ? always : sql`u.id not in (${listed(others)})`
  }
  const status = sql`coalesce((
    select p.status from user_presence p where p.tenant_id = u.tenant_id and p.user_id = u.id
  ), 'offline')`
  return sql`(${valueTest(status, 'text', test)})`
}

/** What a null value makes null may be null here. */
function valueTest(value: RawBuilder<unknown>, kind: Kind, test: Test, field?: string): RawBuilder<unknown> {
  if (test.op === 'exists') return sql`${value} is not null`
  if (test.op === 'matches') return kind === 'text' ? patternTest(value, test, field) : never
  if (test.op === 'in') {
    const present = test.values.filter(fits[kind]).map(storable)
    const equal = present.length === 0 ? never : equalTest(value, present, field)
    return test.values.includes(null) ? sql`(${value} is null or ${equal})` : equal
  }
  if (test.op === 'starts') return beginsWith(field, test.text)
  if (!fits[kind](test.value)) return never
  return compared(kind === 'text' ? sql`${value} collate "C"` : value, test.op, storable(test.value))
}

/** Where an index holds a value in another form, that form is asked as well. */
function equalTest(
  value: RawBuilder<unknown>,
  values: readonly unknown[],
  field: string | undefined,
): RawBuilder<unknown> {
  const equal = sql`${value} = any(${values})`
  const forms = field === undefined ? undefined : indexedForms[field]
  return forms === undefined
    ? equal
    : sql`(${sql.ref(`u.${forms.column}`)} = any(${values.map(String).map(forms.of)}::text[]) and ${equal})`
}

/** A range of an index; of other fields nothing begins with anything. */
export function beginsWith(field: string | undefined, text: string): RawBuilder<unknown> {
  const forms = field === undefined ? undefined : indexedForms[field]
  if (forms === undefined) return never
  const [column, from] = [sql.ref(`u.${forms.column}`), forms.of(text)]
  return sql`(${column} >= ${from} and ${column} < ${`${from}\u{10FFFF}`})`
}

const indexedForms: Readonly<Record<string, { column: string; of: (text: string) => string }>> = {
  username: { column: 'username_key', of: (text) => text.toLowerCase() },
  uid: { column: 'uid', of: (text) => text.toLowerCase() },
  shownName: { column: 'folded_name', of: foldedNameOf },
}

function patternTest(
  value: RawBuilder<unknown>,
  { pattern }: Extract<Test, { op: 'matches' }>,
  field: string | undefined,
): RawBuilder<unknown> {
  const { source, prefix } = storePattern(pattern)
  const test = pattern.ignoreCase ? sql`${value} ~* ${source}` : sql`${value} ~ ${source}`
  const forms = field === undefined ? undefined : indexedForms[field]
  // Beyond these letters folding a beginning need not give the beginning of the folded text.
  if (forms === undefined || prefix === '' || /[^\x20-\u024f]/.test(prefix)) return test
  const [column, from] = [sql.ref(`u.${forms.column}`), forms.of(prefix)]
  return sql`(${column} >= ${from} and ${column} < ${`${from}\u{10FFFF}`} and ${test})`
}

const operators: Record<Order, RawBuilder<unknown>> = {
  less: sql`<`,
  'at-most': sql`<=`,
  more: sql`>`,
  'at-least': sql`>=`,
}
const compared = (value: RawBuilder<unknown>, order: Order, limit: unknown) =>
  sql`${value} ${operators[order]} ${limit}`

function listTest(field: RowField, test: Test): RowTest {
  const column = columnRef(field)
  if (test.op === 'exists') return sql`cardinality(${column}) > 0`
  if (test.op === 'in' && !test.values.includes(null)) {
    return sql`${column} && ${test.values.filter(fits.text)}::text[]`
  }
  return sql`exists (select from unnest(${column}) as i(item) where ${valueTest(sql`i.item`, 'text', test)})`
}

/** A member of a JSON column; null in JSON is there, and equals null as an absent one does. */
function jsonTest(member: RawBuilder<unknown>, test: Test): RowTest {
  if (test.op === 'exists') return sql`${member} is not null`
  if (test.op === 'in') {
    const present = test.values.filter((value) => value !== null).map((value) => JSON.stringify(value))
    const equal = sql`coalesce(${member} = any(${present}::jsonb[]), false)`
    return test.values.includes(null) ? sql`(${equal} or ${member} is null or ${member} = 'null')` : equal
  }
  if (test.op === 'starts') return never
  const limit = test.op === 'matches' ? '' : test.value
  if (typeof limit === 'number' && test.op !== 'matches') {
    const value = sql`case when jsonb_typeof(${member}) = 'number' then (${member})::numeric end`
    return sql`(${compared(value, test.op, limit)})`
  }
  const text = sql`case when jsonb_typeof(${member}) = 'string' then ${member} #>> '{}' end`
  return sql`(${valueTest(sql`(${text})`, 'text', test)})`
}
