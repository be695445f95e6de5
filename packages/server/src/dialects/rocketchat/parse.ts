import type { UserKey } from '../../core/index.ts'
import { RocketChatRefusal } from './errors.ts'

export interface SentSelector {
  readonly userId?: string | undefined
  readonly username?: string | undefined
  readonly user?: string | undefined
}

export interface SentInfoSelector extends SentSelector {
  readonly importId?: string | undefined
  readonly email?: string | undefined
}

/** What a selector can mean, the likeliest first: an id may be a username, as upstream. `[]` where nothing was given. */
export function parseSelector({ userId, username, user }: SentSelector): UserKey[] {
  if (userId) return [{ id: userId }, { username: userId }]
  const name = username || user
  return name ? [{ username: name }] : []
}

/** The same where a user must be named. Throws `user_param_not_provided`. */
export function requireSelector(sent: SentSelector): UserKey[] {
  const keys = parseSelector(sent)
  if (keys.length === 0) throw new RocketChatRefusal('user_param_not_provided')
  return keys
}

/** The same for users.info, which knows more names; the first that was given counts. Throws likewise. */
export function requireInfoSelector({ importId, email, ...sent }: SentInfoSelector): UserKey[] {
  const keys = parseSelector(sent)
  if (keys.length > 0) return keys
  if (importId) return [{ importId }]
  return email ? [{ email }] : requireSelector(sent)
}
