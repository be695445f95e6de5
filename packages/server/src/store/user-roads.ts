import type { Condition, UserFilter } from '../core/index.ts'
import { conjuncts } from './filter-normal-form.ts'
import { isScalar, term } from './user-terms.ts'

/** Which posting lists a filter in normal form can be answered from, and whether it names few users by itself. */

const termFor = { bots: term.bot, properties: term.property, jobs: term.job, accessRoles: term.role }
/** Likely the shortest lists first. */
export const listed = ['bots', 'properties', 'jobs', 'accessRoles'] as const

/** The posting lists of one member: of properties also those of the job titles that bring them. */
function termsFor(filter: UserFilter, member: (typeof listed)[number]): string[] {
  const own = (filter[member] ?? []).map(termFor[member])
  return member === 'properties' ? [...own, ...(filter.propertyJobs ?? []).map(term.job)] : own
}

export const together = ({ where }: UserFilter): readonly Condition[] => (where === undefined ? [] : conjuncts(where))

/** The posting lists among whose users everybody is who passes a condition; `null` where there are no such lists. */
export function termsOfCondition(condition: Condition): string[] | null {
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

const deactivatedOf = ({ active }: UserFilter): string[][] => (active === false ? [[term.deactivated]] : [])

/** Lists of lists: each match stands in one list of every one. Activity is known in all lists, and only in need has its own. */
export const termChoices = (filter: UserFilter): string[][] => {
  const lists = choicesOf(filter)
  return lists.length > 0 ? lists : deactivatedOf(filter)
}

const choicesOf = (filter: UserFilter): string[][] => {
  const members = listed.map((member) => termsFor(filter, member)).filter((terms) => terms.length > 0)
  const conditions = together(filter).flatMap((condition) => {
    const terms = termsOfCondition(condition)
    return terms === null ? [] : [terms]
  })
  return [...members, ...conditions]
}

/** The posting lists in each of which every match stands. */
export const postingsOf = (filter: UserFilter): string[] =>
  [...choicesOf(filter), ...deactivatedOf(filter)].flatMap(([only, ...more]) =>
    only === undefined || more.length > 0 ? [] : [only],
  )

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

/** How many users, or whose names, a filter that names few lists. */
export const namedIn = (filter: UserFilter): number => {
  const { ids = [], emails = [] } = filter
  const values = together(filter).map((condition) =>
    'at' in condition && condition.test.op === 'in' ? condition.test.values.length : 0,
  )
  return Math.max(ids.length, emails.length, ...values)
}
