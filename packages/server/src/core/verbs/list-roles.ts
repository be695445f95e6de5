import type { AccessRole } from '../catalogue.ts'
import { catalogueSlice } from '../catalogue-slice.ts'
import type { CatalogueFilter } from '../filter.ts'
import type { Page, PageRequest } from '../page.ts'
import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/** A page of access roles, oldest first. */
export const listRoles: Verb<{ filter: CatalogueFilter; page: PageRequest }, Page<AccessRole>> = async (
  context,
  input,
) => {
  authorize(context.actor, 'roles.read')
  const { roles } = await catalogueOf(context)
  return catalogueSlice([...roles.values()], input, (role) => [role.name, role.description ?? '', ...role.permissions])
}
