import { DirectoryError } from '../errors.ts'
import type { Verb } from '../verb.ts'
import type { UserReading } from './get-user.ts'
import { updateUser } from './update-user.ts'

/** Sets one's own password, proving the present one. All other sessions end. Throws `bad_login` for a wrong one. */
export const changePassword: Verb<{ current: string; password: string }, UserReading> = async (context, input) => {
  const { actor, reads, passwords } = context
  if (actor.userId === null) throw new DirectoryError('forbidden')
  const hash = await reads.passwordHash(actor.tenantId, actor.userId)
  if (!(await passwords.verify(hash, input.current))) throw new DirectoryError('bad_login')
  return updateUser(context, { userId: actor.userId, changes: { password: input.password } })
}
