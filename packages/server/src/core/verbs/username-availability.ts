import { DirectoryError } from '../errors.ts'
import { usernameCandidates } from '../names.ts'
import { requireFreeUsername } from '../user-rules.ts'
import { validateUserFields } from '../validate.ts'
import type { Verb } from '../verb.ts'
import { storedUser } from './update-user.ts'

/** Whether the caller may take this handle: nobody else has it. Throws `value_blocked`, `invalid_input`. */
export const isUsernameFree: Verb<{ username: string }, boolean> = async ({ actor, reads }, { username }) => {
  validateUserFields({ username })
  requireFreeUsername(username)
  const holder = await reads.userByHandle(actor.tenantId, { username: username.toLowerCase() })
  return holder === null || holder.id === actor.userId
}

/** A handle made of the caller's name that nobody has; it may be taken the next moment. */
export const suggestUsername: Verb<null, string> = async (context) => {
  const { actor, reads } = context
  if (actor.userId === null) throw new DirectoryError('forbidden')
  const { id, shownName, email } = await storedUser(context, actor.userId)
  const words = shownName
    .normalize('NFD')
    .replace(/[^a-zA-Z0-9\s]/g, '')
    .trim()
    .toLowerCase()
    .split(/\s+/)
  for (const username of usernameCandidates(shownName === '' ? email : `${words.join('.')}@`, id)) {
    const holder = await reads.userByHandle(actor.tenantId, { username: username.toLowerCase() })
    if (holder === null || holder.id === actor.userId) return username
  }
  return `user-${id}`
}
