import { DirectoryError } from '../errors.ts'
import { authorize, type Capability } from '../policy.ts'
import type { User } from '../user.ts'
import type { Verb } from '../verb.ts'
import { type UserKey, userBy } from './find-user.ts'

export interface IdentifyUser {
  readonly keys: readonly UserKey[]
  /** What is to be done with somebody else takes this right; nobody else learns who there is. */
  readonly right: Capability
}

/** The id of the user that the first fitting key names: the caller's own, or with the right anybody's. Throws `forbidden`, `not_found`. */
export const identifyUser: Verb<IdentifyUser, string> = async (context, { keys, right }) => {
  const { actor } = context
  for (const key of keys) {
    const user = await userBy(context, key)
    if (user === null) continue
    if (user.id !== actor.userId) authorize(actor, right)
    return user.id
  }
  authorize(actor, right)
  throw new DirectoryError('not_found', { field: 'user', reason: 'No user has this id or name.' })
}

/** Who is meant by a key, deactivated or not, for whoever may do something with such people; `null` for nobody. Throws `forbidden`. */
export const recogniseUser: Verb<
  { readonly key: UserKey; readonly right: Capability },
  Pick<User, 'id' | 'uid' | 'active'> | null
> = async (context, { key, right }) => {
  const { actor } = context
  const user = await userBy(context, key)
  if (user === null || user.id !== actor.userId) authorize(actor, right)
  return user === null ? null : { id: user.id, uid: user.uid, active: user.active }
}
