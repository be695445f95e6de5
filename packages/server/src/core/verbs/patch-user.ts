import { DirectoryError } from '../errors.ts'
import { authorizeEditing } from '../user-rules.ts'
import type { Verb } from '../verb.ts'
import { ownPart } from '../visibility.ts'
import { catalogueOf, type PresentUser, presenceOf, type UserReading } from './get-user.ts'
import { storedUser, type UpdateUser, updateUser } from './update-user.ts'

export interface PatchUser {
  readonly userId: string
  /** What to change, worked out from the record as it is; may run more than once. */
  readonly compute: (present: PresentUser) => Pick<UpdateUser, 'changes' | 'fixed' | 'whole'>
}

/** Under this many competing changes in a row somebody is looping. */
const mostTries = 20

/** Changes a user by what its present record says, as one step: if somebody else was faster, it is worked out anew. */
export const patchUser: Verb<PatchUser, UserReading> = async (context, { userId, compute }) => {
  // Who may change a record is answered with it: no right to read is asked for beside.
  authorizeEditing(context.actor, userId)
  for (let tries = 1; ; tries += 1) {
    const user = ownPart(context.actor, await storedUser(context, userId))
    const present = { user, catalogue: await catalogueOf(context), presence: await presenceOf(context, userId) }
    try {
      return await updateUser(context, { userId, expectedRevision: present.user.revision, ...compute(present) })
    } catch (error) {
      const raced = error instanceof DirectoryError && error.code === 'stale_record'
      if (!raced || tries >= mostTries) throw error
      await context.reads.round()
    }
  }
}
