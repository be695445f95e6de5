import { DirectoryError } from '../errors.ts'
import { settingsOf } from '../tenant-settings.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { eraseUser } from './delete-user.ts'
import { catalogueOf } from './get-user.ts'

/** Erases the caller, who proves to be it. Throws `switched_off` where the tenant doesn't let people, `bad_login`. */
export const deleteOwnAccount: Verb<{ password: string }, null> = async (context, { password }) => {
  const { tenant } = await catalogueOf(context)
  if (!settingsOf(tenant).ownDeletion) throw new DirectoryError('switched_off', { field: 'ownDeletion' })
  return eraseUser(context, await provenSelf(context, password))
}

/** The caller's id, once its password was right. Throws `bad_login`; `forbidden` for whoever is nobody or may change nothing. */
export async function provenSelf({ actor, reads, passwords }: VerbContext, password: string): Promise<string> {
  const { userId, tenantId } = actor
  if (userId === null || actor.readOnly || actor.limited) throw new DirectoryError('forbidden')
  const hash = await reads.passwordHash(tenantId, userId)
  if (!(await passwords.verify(hash, password))) throw new DirectoryError('bad_login')
  return userId
}
