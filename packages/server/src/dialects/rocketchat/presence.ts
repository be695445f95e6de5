import type { Actor, Directory, PresenceState } from '../../core/index.ts'

/** Whether one user is here, as far as the actor may know; `undefined` of whoever is offline. */
export async function presenceOf(
  directory: Directory,
  actor: Actor,
  userId: string,
): Promise<PresenceState | undefined> {
  if (!actor.capabilities.has('users.list-public')) return undefined
  const { presences } = await directory.listPresent(actor, { ids: [userId] })
  return presences.get(userId)
}
