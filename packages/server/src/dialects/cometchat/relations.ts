import type { AccessRole, Blocks, Directory, PresenceState, UserReading } from '../../core/index.ts'
import type { Caller } from './auth.ts'
import { codeOfRole, defaultRole } from './fields.ts'
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
 * A user as a change has left it: from what that gave, since a second look within the same request may be
 * answered from before it.
 */
export async function savedText(directory: Directory, looking: Looking, saved: UserReading): Promise<string> {
  const { state } = await directory.getPresence(looking.actor, { userId: saved.user.id })
  return textSeenBy(looking, saved, state)
}

/** A user as a creation has left it: nobody has seen it yet. */
export const createdText = (looking: Looking, made: UserReading): string => textSeenBy(looking, made, undefined)

function textSeenBy(
  { actor, viewer }: Looking,
  { user, catalogue }: UserReading,
  presence: PresenceState | undefined,
): string {
  const withoutPrivate = !actor.capabilities.has('users.read-private')
  return userText(user, catalogue, { viewer, presence, tags: true, withoutPrivate })
}

/** Whether the viewer's role shows it its friends alone: its setting `listUsers`. */
export async function seesFriendsOnly(
  directory: Directory,
  { actor, viewer }: Looking,
  roles: readonly AccessRole[],
): Promise<boolean> {
  const restricted = roles.filter(({ details }) => listUsersOf(details.settings) === 'friendsOnly')
  if (viewer === null || restricted.length === 0) return false
  const found = await directory.findUser(actor, { keys: [{ id: viewer.id }] })
  if (found === null || found.view === 'public') return true
  const [own] = found.user.accessRoles
  return restricted.some(({ id, code }) => (own === undefined ? code === codeOfRole(defaultRole) : id === own))
}

const listUsersOf = (settings: unknown): unknown =>
  typeof settings === 'object' && settings !== null && 'listUsers' in settings ? settings.listUsers : undefined
