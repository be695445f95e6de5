import type { Status } from '../ports.ts'
import type { Verb } from '../verb.ts'
import { updateUser } from './update-user.ts'

export interface SetPresence {
  readonly userId: string
  readonly status?: Status
  /** Empty clears it. */
  readonly statusText?: string
}

/** Says whether a user is here, and a word about it; what is set stays until it is set again or the user is deactivated. */
export const setPresence: Verb<SetPresence, null> = async (context, { userId, status, statusText }) => {
  const changes = statusText === undefined ? {} : { statusText: statusText === '' ? null : statusText }
  await updateUser(context, { userId, changes, ...(status !== undefined && { status }) })
  return null
}
