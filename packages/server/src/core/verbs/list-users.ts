import type { Catalogue } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import type { FieldEquals, UserFilter } from '../filter.ts'
import type { Page } from '../page.ts'
import { authorize } from '../policy.ts'
import type { PresenceState, UserQuery } from '../ports.ts'
import type { User } from '../user.ts'
import { requireStorable } from '../validate.ts'
import type { Verb } from '../verb.ts'
import { metadataCollection, ownPart, privateMetadata } from '../visibility.ts'
import { catalogueOf } from './get-user.ts'

export interface ListUsers {
  readonly query: UserQuery
  /** `all` insists on everyone and is refused without the right; `permitted` gives what the caller may read. */
  readonly scope: 'all' | 'permitted'
}

/** A page of users with all their values, and who of them is here: everyone's with `users.read-private`, else the caller's own record. */
export const listUsers: Verb<
  ListUsers,
  Page<User> & { readonly catalogue: Catalogue; readonly presences: ReadonlyMap<string, PresenceState> }
> = async (context, input) => {
  const { actor, reads } = context
  const { emails = [], equal = [] } = input.query.filter
  requireStorable(emails, 'email')
  for (const { field, path, values } of equal) requireStorable([...path, ...values], field)
  if (input.scope === 'all') authorize(actor, 'users.read-private')
  const readsAll = actor.capabilities.has('users.read-private')
  if (!readsAll) requireOpenPaths(equal)
  const query = readsAll ? input.query : onlySelf(input.query, actor.userId)
  const catalogue = await catalogueOf(context)
  const page = await reads.users(actor.tenantId, { ...query, filter: withTitles(query.filter, catalogue) })
  // The page itself where it may be seen whole: what was rendered of it hangs on it.
  const items = readsAll ? page.items : page.items.map((user) => ownPart(actor, user))
  return { ...page, items, catalogue, presences: await reads.presences(actor.tenantId, page.items) }
}

/** Throws `forbidden` for a comparison with what its record's own user may not read. */
function requireOpenPaths(equal: readonly FieldEquals[]): void {
  for (const { field, path } of equal) {
    if (field === 'extensions' && path[0] === metadataCollection && path[1] === privateMetadata) {
      throw new DirectoryError('forbidden', { field: [field, ...path].join('.'), right: 'users.read-private' })
    }
  }
}

/** A property that a job title brings is its holders' as well. */
function withTitles(filter: UserFilter, { jobTitles }: Catalogue): UserFilter {
  const { properties } = filter
  if (properties === undefined) return filter
  const bringing = [...jobTitles.values()].filter(
    (title) => title.active && title.properties.some((property) => properties.includes(property)),
  )
  return bringing.length === 0 ? filter : { ...filter, propertyJobs: bringing.map(({ id }) => id) }
}

function onlySelf(query: UserQuery, userId: string | null): UserQuery {
  const asked = query.filter.ids
  const ids = userId === null || (asked !== undefined && !asked.includes(userId)) ? [] : [userId]
  return { ...query, filter: { ...query.filter, ids } }
}
