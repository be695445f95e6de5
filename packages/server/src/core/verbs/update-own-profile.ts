import { DirectoryError } from '../errors.ts'
import type { UserChanges } from '../user.ts'
import type { Verb } from '../verb.ts'
import type { UserReading } from './get-user.ts'
import { changeUser } from './update-user.ts'
import { describeToken, type TokenDetails } from './user-tokens.ts'

/** What an app lets its users change of themselves; of `extensions` the metadata, whose private part stays. */
export interface UpdateOwnProfile {
  readonly changes: Pick<UserChanges, 'name' | 'avatar' | 'link' | 'statusText' | 'extensions' | 'tags'>
  /** Facts to keep with the token that the request came with. */
  readonly token?: TokenDetails
}

/**
 * Changes the caller's own record, and its token's facts in the same step. Throws `switched_off` for what the tenant keeps
 * from its people.
 */
export const updateOwnProfile: Verb<UpdateOwnProfile, UserReading> = async (context, { changes, token }) => {
  const { userId } = context.actor
  if (userId === null) throw new DirectoryError('forbidden')
  const beside = token === undefined ? undefined : describeToken(context, { userId, ...token })
  return changeUser(
    context,
    { userId, changes },
    { owner: true, ...(beside && { beside: async (tx) => (await beside(tx)).events }) },
  )
}
