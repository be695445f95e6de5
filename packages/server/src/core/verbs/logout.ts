import { DirectoryError } from '../errors.ts'
import { credentialEvent } from '../events.ts'
import type { Verb } from '../verb.ts'

/** Ends the session that the request came with. */
export const logout: Verb<null, null> = ({ actor, transact }) =>
  transact(async (tx) => {
    const credential =
      actor.credentialId === null ? null : await tx.credentials.lock(actor.tenantId, actor.credentialId)
    if (credential === null || credential.userId === null) throw new DirectoryError('unauthenticated')
    const { userId } = credential
    await tx.credentials.delete(actor.tenantId, credential.id)
    return {
      result: null,
      events: [{ ...credentialEvent('user.logged-out', credential), subjectId: userId }],
    }
  })
