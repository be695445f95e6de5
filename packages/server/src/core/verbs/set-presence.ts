import type { Status } from '../ports.ts'
import type { Verb } from '../verb.ts'
import { changeUser } from './update-user.ts'

export interface SetPresence {
  readonly userId: string
  readonly status?: Status
  /** Empty clears it. */
  readonly statusText?: string
}

/**
 * Says whether a user is here, and a word about it; what is set stays until it is set again or the user is deactivated.
 * Throws `switched_off` for what the tenant keeps from its people.
 */
export const setPresence: Verb<SetPresence, null> = async (context, { userId, status, statusText }) => {
  const changes = statusText === undefined ? {} : { statusText: statusText === '' ? null : statusText }
  const owner = context.actor.userId === userId
  await changeUser(context, { userId, changes, ...(status !== undefined && { status }) }, { owner })
  return null
}
