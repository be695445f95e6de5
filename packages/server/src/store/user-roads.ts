import { type RawBuilder, sql } from 'kysely'
import type { Condition, UserFilter } from '../core/index.ts'
import { conjuncts } from './filter-normal-form.ts'
import { beginsWith, fragmentTest, linkedUsers } from './user-conditions.ts'
import { isScalar, term } from './user-terms.ts'

/**
 * Which indexes a filter in normal form can be answered from: one posting list, a set of users, a few users by name, or a
 * maintained counter.
 */

const termFor = { bots: term.bot, properties: term.property, jobs: term.job, accessRoles: term.role }
/** Likely the shortest lists first. */
const listed = ['bots', 'properties', 'jobs', 'accessRoles'] as const

/** The posting lists of one member: of properties also those of the job titles that bring them. */
function termsFor(filter: UserFilter, member: (typeof listed)[number]): string[] {
  const own = (filter[member] ?? []).map(termFor[member])
  return member === 'properties' ? [...own, ...(filter.propertyJobs ?? []).map(term.job)] : own
}

const together = ({ where }: UserFilter): readonly Condition[] => (where === undefined ? [] : conjuncts(where))

/** The posting lists among whose users everybody is who passes a condition; `null` where there are no such lists. */
function termsOfCondition(condition: Condition): string[] | null {
  if ('any' in condition) {
    const lists = condition.any.map(termsOfCondition)
    return lists.some((list) => list === null) ? null : lists.flatMap((list) => list ?? [])
  }
  if ('all' in condition) return condition.all.map(termsOfCondition).find((list) => list !== null) ?? null
  if (!('at' in condition) || condition.test.op !== 'in') return null
  const { field, path } = condition.at
  const values = condition.test.values.filter(isScalar)
  if (values.length === 0 || values.length < condition.test.values.length) return null
  const [collection, name, ...deeper] = path
  if (field === 'extensions' && collection === 'customFields' && name !== undefined && deeper.length === 0) {
    return values.map((value) => term.custom(name, value))
  }
  const texts = values.map(String)
  if (field === 'accessRoles') return texts.map(term.role)
  if (field === 'importIds') return texts.map(term.import)
  if (field === 'tags') return texts.map(term.tag)
  if (field === 'kind') return texts.includes('human') ? null : values.flatMap((kind) => kinds[String(kind)] ?? [])
  if (field === 'active') return values.includes(true) ? null : [term.deactivated]
  return null
}
const kinds: Readonly<Record<string, string>> = { bot: term.kind('bot'), app: term.kind('app') }

/** Longer ones may have been cut, and stand for several values. */
const surelyWhole = 120

/** Whether the posting lists of a condition hold nobody else than who passes it. */
export function isExactSet(condition: Condition): boolean {
  const [only, ...more] = conjuncts(condition)
  if (only === undefined || more.length > 0) return false
  if ('contains' in only || linksOf(only) !== null || beginnings(only) !== null) return true
  if (!('at' in only)) return false
  const { at, test } = only
  // Of these the list's name is the value as it is; a value of another type names a list but passes nobody.
  if ((at.field === 'tags' || at.field === 'importIds') && at.path.length === 0) {
    return test.op === 'in' && test.values.length > 0 && test.values.every((value) => typeof value === 'string')
  }
  const terms = at.field === 'extensions' || at.field === 'kind' ? termsOfCondition(only) : null
  return terms?.every((text) => text.length < surelyWhole) ?? false
}

/** All lists of lists: each filter's match stands in one list of every one. Those of one list come first. */
const termChoices = (filter: UserFilter): string[][] => {
  const members = listed.map((member) => termsFor(filter, member)).filter((terms) => terms.length > 0)
  const inactive = filter.active === false ? [[term.deactivated]] : []
  const conditions = together(filter).flatMap((condition) => {
    const terms = termsOfCondition(condition)
    return terms === null ? [] : [terms]
  })
  return [...members, ...conditions, ...inactive]
}

/** The posting lists in each of which every match stands. */
export const postingsOf = (filter: UserFilter): string[] =>
  termChoices(filter).flatMap(([only, ...more]) => (only === undefined || more.length > 0 ? [] : [only]))

/** Sorts after every word that begins alike. */
const beyond = (prefix: string) => `${prefix}\u{10FFFF}`

/** Users among whom every match is: a select of `user_id`. */
export interface UserSet {
  readonly select: RawBuilder<unknown>
  /** Whether each of them is a match, as far as the member of the filter goes that it was made from. */
  readonly exact: boolean
  /** Whether nobody is in it twice. */
  readonly distinct: boolean
}

/**
 * The sets whose union holds every match: of the rarest word of a search or of all its words joined, of fragments of texts, of
 * people who are here, else of posting lists. None where the filter has none of them. `postings`: single lists count as well.
 */
export function setsOf(tenantId: string, filter: UserFilter, { postings }: { postings: boolean }): UserSet[] {
  const { search } = filter
  if (search?.mode === 'prefix') {
    // The longest word is likely the rarest.
    const longest = search.words.reduce((one, other) => (other.length > one.length ? other : one))
    return [...new Set([longest, search.words.join('')])].map((word) => {
      const prefix = term.keyword(word)
      return {
        select: termUsers(tenantId, sql`t.term >= ${prefix} and t.term < ${beyond(prefix)}`),
        exact: true,
        distinct: false,
      }
    })
  }
  const conditions = together(filter)
  for (const condition of conditions) {
    const sets = smallSets(tenantId, condition)
    if (sets !== null) return sets
  }
  const choices = termChoices(filter).toSorted((one, other) => one.length - other.length)
  const terms = choices.find((list) => postings || list.length > 1)
  if (terms === undefined) return []
  return [
    { select: termUsers(tenantId, sql`t.term = any(${terms}::text[])`), exact: true, distinct: terms.length === 1 },
  ]
}

const termUsers = (tenantId: string, condition: RawBuilder<unknown>) =>
  sql`select t.user_id from user_terms t where t.tenant_id = ${tenantId} and ${condition}`

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
/** The links that it asks for, one of them. */
const linksOf = (condition: Condition) => alternatives(condition, (one) => ('link' in one ? one : null))

function smallSets(tenantId: string, condition: Condition): UserSet[] | null {
  if ('contains' in condition) {
    const fragment = fragmentTest(condition)
    const select = sql`select x.user_id from user_texts x, (select ${tenantId}::text as tenant_id) u where ${fragment}`
    return [{ select, exact: true, distinct: true }]
  }
  const links = linksOf(condition)
  if (links !== null) return links.map((link) => ({ select: linkedUsers(tenantId, link), exact: true, distinct: true }))
  const starts = beginnings(condition)
  if (starts !== null) {
    return starts.map(({ field, text }) => ({
      select: sql`select u.id as user_id from users u where u.tenant_id = ${tenantId} and ${beginsWith(field, text)}`,
      exact: true,
      distinct: true,
    }))
  }
  const isHere = 'not' in condition ? asksStatus(condition.not, true) : asksStatus(condition, false)
  if (!isHere) return null
  const select = sql`select p.user_id from user_presence p where p.tenant_id = ${tenantId} and p.status <> 'offline'`
  return [{ select, exact: false, distinct: true }]
}

/** Whether it asks for offline, or for anything but that. */
const asksStatus = (condition: Condition, offline: boolean): boolean =>
  'at' in condition &&
  condition.at.field === 'status' &&
  condition.test.op === 'in' &&
  !condition.test.values.includes(null) &&
  (offline ? condition.test.values.includes('offline') : !condition.test.values.includes('offline'))

/** A filter that names few users by itself: no other road is shorter. */
export const isFew = (filter: UserFilter): boolean => {
  const { ids, emails, relatedTo, related } = filter
  if ([ids, emails, relatedTo, related].some((few) => few !== undefined)) return true
  return together(filter).some(
    (condition) =>
      'at' in condition &&
      (condition.at.field === 'username' || condition.at.field === 'uid') &&
      condition.test.op === 'in' &&
      !condition.test.values.includes(null),
  )
}

/** What a maintained counter counts: everyone, a role's or a job's holders; `active` picks among them. */
export interface PlainFilter {
  readonly of: { readonly role?: string; readonly job?: string }
  readonly active: boolean | undefined
}

/** The filter as counters know it, where it is nothing, activity, one role or one job; else `null`. */
export function plainKeys(filter: UserFilter): PlainFilter | null {
  const { active, accessRoles, jobs, ...rest } = filter
  if (Object.values(rest).some((value) => value !== undefined)) return null
  if (accessRoles !== undefined && jobs !== undefined) return null
  const [role, ...moreRoles] = accessRoles ?? []
  const [job, ...moreJobs] = jobs ?? []
  if (moreRoles.length > 0 || moreJobs.length > 0) return null
  if ((accessRoles !== undefined && role === undefined) || (jobs !== undefined && job === undefined)) return null
  return { of: { ...(role !== undefined && { role }), ...(job !== undefined && { job }) }, active }
}
