import type { Catalogue } from '../catalogue.ts'
import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'
import { type SeenUsers, seen } from './browse-users.ts'
import { catalogueOf } from './get-user.ts'

export interface ListHolders {
  readonly roleId: string
  readonly limit: number
  readonly offset: number
}

/**
 * A page of the users who hold a role themselves, by username, as the actor may see people. Who may read roles and list
 * people may know their holders.
 */
export const listHolders: Verb<
  ListHolders,
  SeenUsers & { readonly total: number | null; readonly catalogue: Catalogue }
> = async (context, { roleId, limit, offset }) => {
  const { actor, reads } = context
  authorize(actor, 'roles.read')
  authorize(actor, 'users.list-public')
  const catalogue = await catalogueOf(context)
  const page = await reads.users(actor.tenantId, {
    filter: { accessRoles: [roleId] },
    order: [{ field: 'username', path: [], direction: 'asc' }],
    limit,
    offset,
    total: true,
  })
  const presences = await reads.presences(actor.tenantId, page.items)
  return { ...seen(context, page.items, catalogue), presences, total: page.total, catalogue }
}
