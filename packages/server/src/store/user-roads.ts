import { type RawBuilder, sql } from 'kysely'
import type { UserFilter } from '../core/index.ts'
import { term } from './user-terms.ts'

/** Which indexes a filter can be answered from: one posting list, a set of them, or a maintained counter. */

const termFor = { bots: term.bot, properties: term.property, jobs: term.job, accessRoles: term.role }
/** Likely the shortest lists first. */
const listed = ['bots', 'properties', 'jobs', 'accessRoles'] as const

/** The posting lists of one member: of properties also those of the job titles that bring them. */
function termsFor(filter: UserFilter, member: (typeof listed)[number]): string[] {
  const own = (filter[member] ?? []).map(termFor[member])
  return member === 'properties' ? [...own, ...(filter.propertyJobs ?? []).map(term.job)] : own
}

/** The posting lists in each of which every match stands: of members with one value, and of the deactivated. */
export function postingsOf(filter: UserFilter): string[] {
  const single = listed.flatMap((member) => {
    const [only, ...more] = termsFor(filter, member)
    return only === undefined || more.length > 0 ? [] : [only]
  })
  return filter.active === false ? [...single, term.deactivated] : single
}

/** Sorts after every word that begins alike. */
const beyond = (prefix: string) => `${prefix}\u{10FFFF}`

/**
 * The rows `t` of `user_terms` among whose users every match is: those of the rarest word of a search or of all its words
 * joined, else of a member with several values. Each condition is one range of the index; none where the filter has
 * neither.
 */
export function setsOf(tenantId: string, filter: UserFilter): RawBuilder<unknown>[] {
  const { search } = filter
  if (search?.mode === 'prefix') {
    // The longest word is likely the rarest.
    const longest = search.words.reduce((one, other) => (other.length > one.length ? other : one))
    return [...new Set([longest, search.words.join('')])].map((word) => {
      const prefix = term.keyword(word)
      return sql`t.tenant_id = ${tenantId} and t.term >= ${prefix} and t.term < ${beyond(prefix)}`
    })
  }
  for (const member of listed) {
    const terms = termsFor(filter, member)
    if (terms.length < 2) continue
    return [sql`t.tenant_id = ${tenantId} and t.term = any(${terms}::text[])`]
  }
  return []
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
