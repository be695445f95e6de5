import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'
import type { UserReading } from './get-user.ts'
import { updateUser } from './update-user.ts'

/** Lets a deactivated user in again. Idempotent: a repeat emits no event. */
export const reactivateUser: Verb<{ userId: string }, UserReading> = async (context, { userId }) => {
  authorize(context.actor, 'users.set-active')
  return updateUser(context, { userId, changes: { active: true } })
}
