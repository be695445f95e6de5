import { DirectoryError } from '../errors.ts'
import type { PresenceState } from '../ports.ts'
import type { Verb } from '../verb.ts'

export interface Presence {
  /** When this was so. */
  readonly at: Date
  readonly online: boolean
  /** `null` for somebody who was never here. */
  readonly lastSeenAt: Date | null
  /** What was set, as `setPresence` does; `undefined`: offline. */
  readonly state: PresenceState | undefined
}

/** Whether a user is here; everyone of the tenant may know. Until presence is recorded it is told from logins. */
export const getPresence: Verb<{ userId: string }, Presence> = async ({ actor, clock, reads }, { userId }) => {
  const user = await reads.user(actor.tenantId, userId)
  if (user === null) throw new DirectoryError('not_found', { field: 'id', reason: `No user has the id ${userId}.` })
  const state = (await reads.presences(actor.tenantId, [userId])).get(userId)
  return { at: clock(), online: false, lastSeenAt: user.lastLoginAt, state }
}
