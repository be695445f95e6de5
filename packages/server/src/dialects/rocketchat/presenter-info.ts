import type { FoundUser, PresenceState } from '../../core/index.ts'
import { infoUsers, joined, publicInfoUsers, withPresence } from './presenter.ts'

/**
 * One user as users.info shows it. Only oneself is told what one can log in by, and never a hash; there are no rooms, which
 * is told to whoever asks about itself or may read everything.
 */
export function infoText(found: FoundUser, presence: PresenceState | undefined, rooms: boolean): string {
  const { catalogue } = found
  if (found.view !== 'full') return withPresence(publicInfoUsers.text(found.user, catalogue), presence)
  const password = found.user.passwordModifiedAt !== null
  const own = { services: { ...(password && { password }), resume: { loginTokens: [] } } }
  const details = { ...(rooms && { rooms: [] }), ...(found.isSelf && own) }
  return joined(withPresence(infoUsers.text(found.user, catalogue), presence, true), JSON.stringify(details))
}

const offline: PresenceState = { status: 'offline', statusDefault: null, lastSeenAt: null }

/** users.getStatus. */
export function presentStatus({ user, isSelf }: FoundUser, { status }: PresenceState = offline) {
  const { id, statusText } = user
  return {
    _id: id,
    status,
    ...(statusText !== null && { message: statusText }),
    ...(isSelf && { connectionStatus: status }),
  }
}

/** users.getPresence. */
export function presentPresence(found: FoundUser, { status }: PresenceState = offline) {
  if (!found.isSelf || found.view !== 'full') return { presence: status }
  const { lastLoginAt } = found.user
  return {
    presence: status,
    connectionStatus: status,
    ...(lastLoginAt !== null && { lastLogin: lastLoginAt.toISOString() }),
  }
}
