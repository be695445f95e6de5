import type { Blocks, Directory, UserReading } from '../../core/index.ts'
import type { Caller } from './auth.ts'
import { userText } from './presenter.ts'

type Looking = Pick<Caller, 'actor' | 'viewer'>
const none: ReadonlyMap<string, Blocks> = new Map()

/** The blocks between the viewer and these users, by id; none where nobody looks. */
export const blocksWith = async (
  directory: Directory,
  { actor, viewer }: Looking,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Blocks>> =>
  viewer === null || ids.length === 0 ? none : directory.blocksBetween(actor, { viewerId: viewer.id, ids })

/**
 * A user as a creation or a change has left it: from what that gave, since a second look within the same request may be
 * answered from before it.
 */
export async function savedText(
  directory: Directory,
  { actor, viewer }: Looking,
  { user, catalogue }: UserReading,
): Promise<string> {
  const { state } = await directory.getPresence(actor, { userId: user.id })
  return userText(user, catalogue, { viewer, presence: state, tags: true })
}
