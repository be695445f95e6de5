import { DirectoryError } from '../errors.ts'
import type { Status } from '../ports.ts'
import { normaliseEmail, type UserChanges } from '../user.ts'
import type { Verb } from '../verb.ts'
import { provenSelf } from './delete-own-account.ts'
import type { UserReading } from './get-user.ts'
import { changeUser, storedUser } from './update-user.ts'

/** What people may change of themselves as the owners of their account. */
export interface UpdateOwnAccount {
  readonly changes: Pick<
    UserChanges,
    'name' | 'username' | 'email' | 'nickname' | 'bio' | 'statusText' | 'customFields' | 'password'
  >
  /** Whether the caller is here, as `setPresence` sets it. */
  readonly status?: Status
  /** Clear text, or its SHA-256 hex digest; `null` when it was not given. */
  readonly currentPassword: string | null
}

/**
 * Changes the caller's own account. Another address and a password ask for the present password: `bad_login` for a wrong one,
 * `unproven` for none. Throws `switched_off` for what the tenant keeps from its people.
 */
export const updateOwnAccount: Verb<UpdateOwnAccount, UserReading> = async (context, input) => {
  const { changes, status, currentPassword } = input
  const { userId } = context.actor
  if (userId === null) throw new DirectoryError('forbidden')
  const { email } = await storedUser(context, userId)
  const readdresses = changes.email !== undefined && normaliseEmail(changes.email) !== email
  if (readdresses || changes.password !== undefined) {
    if (currentPassword === null) throw new DirectoryError('unproven')
    await provenSelf(context, currentPassword)
  }
  return changeUser(context, { userId, changes, ...(status !== undefined && { status }) }, { owner: true })
}
