import { DirectoryError } from '../errors.ts'
import type { PresenceState } from '../ports.ts'
import type { Verb } from '../verb.ts'

export interface Presence {
  /** When this was so. */
  readonly at: Date
  readonly online: boolean
  /** When it was seen, or else logged in; `null` for somebody who never did, and for whoever may not know. */
  readonly lastSeenAt: Date | null
  /** `undefined`: offline. */
  readonly state: PresenceState | undefined
}

/**
 * Whether a user is here, and when it last was; everyone of the tenant may know. Logins, for whoever was never seen, only itself
 * and whoever has `users.read-private`.
 */
export const getPresence: Verb<{ userId: string }, Presence> = async ({ actor, clock, reads }, { userId }) => {
  const user = await reads.user(actor.tenantId, userId)
  if (user === null) throw new DirectoryError('not_found', { field: 'id', reason: `No user has the id ${userId}.` })
  const state = (await reads.presences(actor.tenantId, [user])).get(userId)
  const online = state !== undefined && state.status !== 'offline'
  const mayKnow = actor.userId === userId || actor.capabilities.has('users.read-private')
  return { at: clock(), online, lastSeenAt: state?.lastSeenAt ?? (mayKnow ? user.lastLoginAt : null), state }
}
