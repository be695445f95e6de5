import { DirectoryError } from '../errors.ts'
import type { PresenceState } from '../ports.ts'
import type { Verb } from '../verb.ts'

export interface Presence {
  /** When this was so. */
  readonly at: Date
  readonly online: boolean
  /** `null` for somebody who was never here, and for whoever may not know. */
  readonly lastSeenAt: Date | null
  /** What was set, as `setPresence` does; `undefined`: offline. */
  readonly state: PresenceState | undefined
}

/**
 * Whether a user is here; everyone of the tenant may know. When it last was, which until presence is recorded is told from
 * logins, only itself and whoever has `users.read-private`.
 */
export const getPresence: Verb<{ userId: string }, Presence> = async ({ actor, clock, reads }, { userId }) => {
  const user = await reads.user(actor.tenantId, userId)
  if (user === null) throw new DirectoryError('not_found', { field: 'id', reason: `No user has the id ${userId}.` })
  const state = (await reads.presences(actor.tenantId, [userId])).get(userId)
  const mayKnow = actor.userId === userId || actor.capabilities.has('users.read-private')
  return { at: clock(), online: false, lastSeenAt: mayKnow ? user.lastLoginAt : null, state }
}
