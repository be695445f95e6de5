import { DirectoryError } from '../errors.ts'
import { credentialEvent } from '../events.ts'
import { authorize } from '../policy.ts'
import { authorizeAccessTo } from '../user-rules.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'
import { lockUser } from './update-user.ts'

/** Ends a credential: refused from the moment this returns. */
export const revokeCredential: Verb<{ credentialId: string }, null> = async (context, { credentialId }) => {
  const { actor, transact } = context
  const catalogue = await catalogueOf(context)
  return transact(async (tx) => {
    const credential = await tx.credentials.lock(actor.tenantId, credentialId)
    if (credential === null || credential.userId !== actor.userId) authorize(actor, 'tokens.issue')
    if (credential === null)
      throw new DirectoryError('not_found', { field: 'id', reason: 'No credential has this id.' })
    if (credential.userId === null) authorize(actor, 'roles.assign-admin')
    else authorizeAccessTo(actor, await lockUser(tx, actor.tenantId, credential.userId), catalogue)
    await tx.credentials.delete(actor.tenantId, credentialId)
    return { result: null, events: [credentialEvent('credential.revoked', credential)] }
  })
}
