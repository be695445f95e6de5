import { DirectoryError } from '../errors.ts'
import { type Actor, authorize, kindCapabilities } from '../policy.ts'
import type { Verb } from '../verb.ts'

/**
 * The key's actor as one of its app's users: it sees what that user sees, and may do nothing else. Throws `not_found` for an
 * unknown or deactivated user.
 */
export const actAs: Verb<{ userId: string }, Actor> = async ({ actor, reads }, { userId }) => {
  authorize(actor, 'users.read-private')
  const user = await reads.user(actor.tenantId, userId)
  if (actor.userId !== null || user?.active !== true) {
    throw new DirectoryError('not_found', { field: 'id', reason: 'No active user has this id.' })
  }
  return { ...actor, userId, capabilities: new Set(kindCapabilities['user-token']), readOnly: true, limited: true }
}
