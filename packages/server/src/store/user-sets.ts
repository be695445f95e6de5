import { type RawBuilder, sql } from 'kysely'
import type { Condition, UserFilter } from '../core/index.ts'
import { conjuncts } from './filter-normal-form.ts'
import { fragmentOf } from './pattern-fragment.ts'
import { beginsWith, fragmentTest, linkedUsers } from './user-conditions.ts'
import { firstRoles } from './user-counters.ts'
import { termChoices, termsOfCondition, together } from './user-roads.ts'
import { term } from './user-terms.ts'

/** Users among whom every match of a filter is, alone or with the sets beside it. */
export interface UserSet {
  readonly from: RawBuilder<unknown>
  readonly userId: RawBuilder<unknown>
  /** What tells its users apart: columns in the order in which an index gives them, where it does. */
  readonly key: RawBuilder<unknown>
  /** Whether each of them is a match, as far as the member of the filter goes that it was made from. */
  readonly exact: boolean
  /** Whether nobody is in it twice, nor in a set beside it. */
  readonly distinct: boolean
  /** Whether it holds only those of the activity that the filter asks for, if any. */
  readonly heedsActive: boolean
  /** Whether it is read from `user_terms t`, which knows when its users were modified. */
  readonly dated: boolean
}

export const usersOf = ({ userId, from }: UserSet): RawBuilder<unknown> => sql`select ${userId} as user_id from ${from}`

/** Of more lists the entries are not merged in order: each list costs a place in the plan. */
const mostMerged = 8

/** Sorts after every text that begins alike. */
const beyond = (prefix: string) => `${prefix}\u{10FFFF}`

/**
 * The sets whose union holds every match: of the rarest word of a search or of all its words joined, of beginnings, links,
 * first roles or fragments of texts, of people who are here, else of posting lists. None where the filter has none of them.
 * `postings`: single lists count as well.
 */
export function setsOf(tenantId: string, filter: UserFilter, { postings }: { postings: boolean }): UserSet[] {
  const { search, active } = filter
  const lists = listsOf(tenantId, active)
  if (search?.mode === 'prefix') {
    // The longest word is likely the rarest.
    const longest = search.words.reduce((one, other) => (other.length > one.length ? other : one))
    return [...new Set([longest, search.words.join('')])].map((word) => {
      const prefix = term.keyword(word)
      return lists(sql`t.term >= ${prefix} and t.term < ${beyond(prefix)}`, { merged: false, distinct: false })
    })
  }
  for (const condition of together(filter)) {
    const sets = smallSets(tenantId, condition, active)
    if (sets !== null) return sets
  }
  const choices = termChoices(filter).toSorted((one, other) => one.length - other.length)
  const terms = choices.find((choice) => postings || choice.length > 1)
  if (terms === undefined) return []
  if (terms.length > mostMerged) {
    return [lists(sql`t.term = any(${terms}::text[])`, { merged: false, distinct: false })]
  }
  return terms.map((name) => lists(sql`t.term = ${name}`, { merged: true, distinct: terms.length === 1 }))
}

const listsOf =
  (tenantId: string, active: boolean | undefined) =>
  (condition: RawBuilder<unknown>, { merged, distinct }: { merged: boolean; distinct: boolean }): UserSet => ({
    from: sql`user_terms t where t.tenant_id = ${tenantId} and ${condition} ${activity('t', active)}`,
    userId: sql`t.user_id`,
    key: merged ? sql`t.modified_at, t.user_id` : sql`t.user_id`,
    exact: true,
    distinct,
    heedsActive: true,
    dated: true,
  })

/** Literally, so that an index that holds it can be asked. */
export const activity = (table: 't' | 'u', active: boolean | undefined): RawBuilder<unknown> =>
  active === undefined ? sql`` : sql`and ${active ? sql`` : sql`not`} ${sql.ref(`${table}.active`)}`

/** What each of a condition's alternatives asks for; `null` where one of them asks for something else. */
function alternatives<T>(condition: Condition, asked: (one: Condition) => T | null): T[] | null {
  if ('any' in condition) {
    const lists = condition.any.map((one) => alternatives(one, asked))
    return lists.length === 0 || lists.some((list) => list === null) ? null : lists.flatMap((list) => list ?? [])
  }
  const one = asked(condition)
  return one === null ? null : [one]
}

/** The beginnings of handles or names that a condition asks for, one of them. */
const beginnings = (condition: Condition) =>
  alternatives(condition, (one) =>
    'at' in one && one.test.op === 'starts' ? { field: one.at.field, text: one.test.text } : null,
  )
/** Those of the first of a filter's conditions that asks for such. */
export const beginningsOf = (filter: UserFilter) =>
  together(filter)
    .map(beginnings)
    .find((starts) => starts !== null) ?? []
/** The links that it asks for, one of them. */
const linksOf = (condition: Condition) => alternatives(condition, (one) => ('link' in one ? one : null))
/** The fragments of which one stands in a text of every match. */
const fragmentsOf = (condition: Condition) => alternatives(condition, fragmentOf)

/** Each beginning without those who are found by one before it. */
export const apart = (starts: readonly { readonly field: string; readonly text: string }[]): RawBuilder<unknown>[] =>
  starts.map(({ field, text }, place) => {
    const before = starts.slice(0, place).map((other) => sql` and not ${beginsWith(other.field, other.text)}`)
    return sql`${beginsWith(field, text)}${sql.join(before, sql``)}`
  })

function smallSets(tenantId: string, condition: Condition, active: boolean | undefined): UserSet[] | null {
  const links = linksOf(condition)
  if (links !== null) {
    return links.map((link) => ({
      from: sql`(${linkedUsers(tenantId, link)}) l`,
      ...byUserId('l'),
      exact: true,
      distinct: links.length === 1,
      heedsActive: false,
      dated: false,
    }))
  }
  const starts = beginnings(condition)
  if (starts !== null) {
    return apart(starts).map((range) => ({
      from: sql`users u where u.tenant_id = ${tenantId} and ${range} ${activity('u', active)}`,
      userId: sql`u.id`,
      key: sql`u.id`,
      exact: true,
      distinct: true,
      heedsActive: true,
      dated: false,
    }))
  }
  if (isFirstRoles(condition)) {
    const roles = firstRoles(condition) ?? []
    return roles.flatMap((role) => (role === null ? [] : firstHolders(tenantId, role, active)))
  }
  const fragments = fragmentsOf(condition)
  if (fragments !== null) {
    return fragments.map((fragment) => ({
      from: sql`user_texts x, (select ${tenantId}::text as tenant_id) u where ${fragmentTest(fragment)}`,
      ...byUserId('x'),
      exact: 'contains' in condition,
      distinct: fragments.length === 1,
      heedsActive: false,
      dated: false,
    }))
  }
  const isHere = 'not' in condition ? asksStatus(condition.not, true) : asksStatus(condition, false)
  if (!isHere) return null
  const from = sql`user_presence p where p.tenant_id = ${tenantId} and p.status <> 'offline'`
  return [{ from, ...byUserId('p'), exact: false, distinct: true, heedsActive: false, dated: false }]
}

const byUserId = (table: 'l' | 'x' | 'p') => ({
  userId: sql.ref(`${table}.user_id`),
  key: sql.ref(`${table}.user_id`),
})

/** Who holds a role less those with another before it: two lists in the same order side by side. */
const firstHolders = (tenantId: string, role: string, active: boolean | undefined): UserSet => ({
  from: sql`user_terms t where t.tenant_id = ${tenantId} and t.term = ${term.role(role)} ${activity('t', active)}
    and not exists (
      select from user_terms l where l.tenant_id = ${tenantId} and l.term = ${term.laterRole(role)}
        and l.modified_at = t.modified_at and l.user_id = t.user_id
    )`,
  userId: sql`t.user_id`,
  key: sql`t.modified_at, t.user_id`,
  exact: true,
  distinct: true,
  heedsActive: true,
  dated: true,
})

/** Of such a condition on roles there are lists; who holds none stands in no list. */
function isFirstRoles(condition: Condition): boolean {
  const roles = firstRoles(condition)
  return roles !== null && roles.length > 0 && !roles.includes(null)
}

/** Whether it asks for offline, or for anything but that. */
const asksStatus = (condition: Condition, offline: boolean): boolean =>
  'at' in condition &&
  condition.at.field === 'status' &&
  condition.test.op === 'in' &&
  !condition.test.values.includes(null) &&
  (offline ? condition.test.values.includes('offline') : !condition.test.values.includes('offline'))

/** Longer names of lists may have been cut, and stand for several values. */
const surelyWhole = 120

/** Whether the sets that are made from a condition hold nobody else than who passes it. */
export function isExactSet(condition: Condition): boolean {
  const [only, ...more] = conjuncts(condition)
  if (only === undefined || more.length > 0) return false
  if ('contains' in only || linksOf(only) !== null || beginnings(only) !== null || isFirstRoles(only)) return true
  if (!('at' in only)) return false
  const { at, test } = only
  // Of these the list's name is the value as it is; a value of another type names a list but passes nobody.
  if ((at.field === 'tags' || at.field === 'importIds') && at.path.length === 0) {
    return test.op === 'in' && test.values.length > 0 && test.values.every((value) => typeof value === 'string')
  }
  const terms = at.field === 'extensions' || at.field === 'kind' ? termsOfCondition(only) : null
  return terms?.every((text) => text.length < surelyWhole) ?? false
}
