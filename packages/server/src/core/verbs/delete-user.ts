import { authorize } from '../policy.ts'
import { authorizeAccessTo, keepAnAdministrator } from '../user-rules.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { catalogueOf } from './get-user.ts'
import { lockUser } from './update-user.ts'

/** Erases a user: the record, its relations and credentials, and its personal values in earlier events. */
export const deleteUser: Verb<{ userId: string }, null> = async (context, { userId }) => {
  authorize(context.actor, 'users.delete')
  return eraseUser(context, userId)
}

/** Erases a user for whoever may. */
export async function eraseUser(context: VerbContext, userId: string): Promise<null> {
  const { actor, transact } = context
  const catalogue = await catalogueOf(context)
  return transact(async (tx) => {
    await tx.users.lockHierarchy(actor.tenantId)
    const user = await lockUser(tx, actor.tenantId, userId)
    authorizeAccessTo(actor, user, catalogue)
    await tx.users.delete(actor.tenantId, user)
    await keepAnAdministrator(tx, actor.tenantId, catalogue, user, null)
    await tx.events.blank(actor.tenantId, userId)
    return { result: null, events: [{ type: 'user.deleted', subjectId: userId, changes: {}, record: null }] }
  })
}
