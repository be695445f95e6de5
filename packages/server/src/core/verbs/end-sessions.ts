import { DirectoryError } from '../errors.ts'
import { authorize } from '../policy.ts'
import { authorizeAccessTo } from '../user-rules.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'
import { lockUser } from './update-user.ts'

export interface EndSessions {
  /** The caller when absent. */
  readonly userId?: string
  /** `all`: every session and personal token; `others`: sessions but the one that the request came with. */
  readonly which: 'all' | 'others'
}

/** Ends sessions of a user in the caller's dialect, and gives how many. Others than oneself take `users.logout`. */
export const endSessions: Verb<EndSessions, number> = async (context, { userId = context.actor.userId, which }) => {
  const { actor, transact } = context
  if (userId === null) throw new DirectoryError('forbidden')
  if (userId !== actor.userId) authorize(actor, 'users.logout')
  const catalogue = await catalogueOf(context)
  return transact(async (tx) => {
    const user = await lockUser(tx, actor.tenantId, userId)
    authorizeAccessTo(actor, user, catalogue)
    const { dialect } = actor
    const ended = await tx.credentials.deleteOf(
      actor.tenantId,
      userId,
      which === 'all'
        ? { dialect, kinds: ['session', 'personal-token'] }
        : { dialect, kinds: ['session'], spare: actor.credentialId },
    )
    const changes = { sessions: { before: ended, after: 0 } }
    const event = { type: 'user.logged-out', subjectId: userId, changes, record: null } as const
    return { result: ended, events: ended === 0 ? [] : [event] }
  })
}
