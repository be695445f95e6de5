import type { Verb } from '../verb.ts'
import type { UserReading } from './get-user.ts'
import { updateUser } from './update-user.ts'

/** Stops a user's sign-ins and credentials but keeps the record. Idempotent: a repeat emits no event. */
export const deactivateUser: Verb<{ userId: string }, UserReading> = (context, { userId }) =>
  updateUser(context, { userId, changes: { active: false } })
