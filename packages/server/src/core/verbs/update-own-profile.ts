import { DirectoryError } from '../errors.ts'
import type { UserChanges } from '../user.ts'
import type { Verb } from '../verb.ts'
import type { UserReading } from './get-user.ts'
import { changeUser } from './update-user.ts'

/** What an app lets its users change of themselves; of `extensions` the metadata, whose private part stays. */
export interface UpdateOwnProfile {
  readonly changes: Pick<UserChanges, 'name' | 'avatar' | 'link' | 'statusText' | 'extensions' | 'tags'>
}

/** Changes the caller's own record. Throws `switched_off` for what the tenant keeps from its people. */
export const updateOwnProfile: Verb<UpdateOwnProfile, UserReading> = async (context, { changes }) => {
  const { userId } = context.actor
  if (userId === null) throw new DirectoryError('forbidden')
  return changeUser(context, { userId, changes }, { owner: true })
}
