import type { AccessRole } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/** One access role by id. */
export const getRole: Verb<{ roleId: string }, AccessRole> = async (context, { roleId }) => {
  authorize(context.actor, 'roles.read')
  const role = (await catalogueOf(context)).roles.get(roleId)
  if (role === undefined)
    throw new DirectoryError('not_found', { field: 'id', reason: `No access role has the id ${roleId}.` })
  return role
}
