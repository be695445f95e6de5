import type { Tenant } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import type { Verb } from '../verb.ts'

/** Every tenant of the server, oldest first. For its operator only: users belong to one tenant and see no other. */
export const listTenants: Verb<null, Tenant[]> = async ({ actor, reads }) => {
  if (actor.dialect !== 'command') throw new DirectoryError('forbidden')
  return reads.tenants()
}
