import type { Verb } from '../verb.ts'
import type { UserReading } from './get-user.ts'
import { updateUser } from './update-user.ts'

/** Lets a deactivated user in again. Idempotent: a repeat emits no event. */
export const reactivateUser: Verb<{ userId: string }, UserReading> = (context, { userId }) =>
  updateUser(context, { userId, changes: { active: true } })
