import type { AccessRole } from '../catalogue.ts'
import { authorize, type Capability } from '../policy.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/**
 * All access roles of the tenant with what they permit, oldest first. Its users may know them; `right` is what they are read
 * for. Throws `forbidden` for strangers, and for whoever lacks that right.
 */
export const everyRole: Verb<{ right: Capability | null }, readonly AccessRole[]> = async (context, { right }) => {
  const { actor } = context
  if (actor.userId === null) authorize(actor, 'roles.read')
  if (right !== null) authorize(actor, right)
  const { roles } = await catalogueOf(context)
  return [...roles.values()].sort(
    (one, other) => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1),
  )
}
