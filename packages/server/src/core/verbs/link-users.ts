import { DirectoryError } from '../errors.ts'
import type { EventType } from '../events.ts'
import { authorize } from '../policy.ts'
import type { Blocks } from '../ports.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { noSuchUser } from './update-user.ts'

/** People of one user's call at most. */
const mostAtOnce = 1000
export const mostFriends = 1000

export interface LinkUsers {
  /** Whose list it is: the caller itself, or anybody's with `users.edit`. */
  readonly userId: string
  readonly otherIds: readonly string[]
}

/** Blocks people; gives those who were not blocked before. Throws `invalid_input` for oneself. */
export const blockUsers: Verb<LinkUsers, string[]> = (context, input) =>
  linked(context, input, 'user.blocked', (tx, now) =>
    tx.links.block(context.actor.tenantId, input.userId, input.otherIds, now),
  )

/** Gives those who were blocked. */
export const unblockUsers: Verb<LinkUsers, string[]> = (context, input) =>
  linked(context, input, 'user.unblocked', (tx) =>
    tx.links.unblock(context.actor.tenantId, input.userId, input.otherIds),
  )

/** Makes friends, both ways; gives those who are new. Throws `too_many` where one of them would have over a thousand. */
export const befriendUsers: Verb<LinkUsers, string[]> = (context, input) =>
  linked(context, input, 'user.befriended', async (tx, now) => {
    const { tenantId } = context.actor
    const added = await tx.links.befriend(tenantId, input.userId, input.otherIds, now)
    const most = added.length === 0 ? 0 : await tx.links.mostFriends(tenantId, [input.userId, ...added])
    if (most > mostFriends) throw new DirectoryError('too_many')
    return added
  })

/** Ends friendships, both ways; gives those that were. */
export const unfriendUsers: Verb<LinkUsers, string[]> = (context, input) =>
  linked(context, input, 'user.unfriended', (tx) =>
    tx.links.unfriend(context.actor.tenantId, input.userId, input.otherIds),
  )

type Change = (...of: Parameters<Parameters<VerbContext['transact']>[0]>) => Promise<string[]>

async function linked(
  { actor, transact }: VerbContext,
  { userId, otherIds }: LinkUsers,
  type: EventType,
  change: Change,
): Promise<string[]> {
  if (actor.userId !== userId) authorize(actor, 'users.edit')
  // A bounded key has users.edit for ordinary records, not for who may see whom.
  if (actor.ordinaryOnly || actor.readOnly) throw new DirectoryError('forbidden')
  if (otherIds.includes(userId) || otherIds.length > mostAtOnce)
    throw new DirectoryError('invalid_input', { field: 'ids' })
  return transact(async (tx, now) => {
    // All of them, in one order: whoever links the same people from the other side waits its turn.
    const locked = await tx.users.lock(actor.tenantId, [userId, ...otherIds])
    if (!locked.some(({ id }) => id === userId)) throw noSuchUser(userId)
    const moved = await change(tx, now)
    const changes = { users: { before: null, after: moved } }
    return { result: moved, events: moved.length === 0 ? [] : [{ type, subjectId: userId, changes, record: null }] }
  })
}

/** The blocks between a viewer and these users; the viewer is the caller, or anybody with `users.read-private`. */
export const blocksBetween: Verb<{ viewerId: string; ids: readonly string[] }, ReadonlyMap<string, Blocks>> = async (
  { actor, reads },
  { viewerId, ids },
) => {
  if (actor.userId !== viewerId) authorize(actor, 'users.read-private')
  return reads.blocks(actor.tenantId, viewerId, ids)
}
