import type { AccessRole, Actor, CreateUser, Directory, UserChanges, UserReading } from '../../core/index.ts'
import { DirectoryError } from '../../core/index.ts'
import { codeOfRole, defaultRole } from './fields.ts'
import { parseChanges } from './parse.ts'
import { CometChatRefusal } from './refusal.ts'
import type { UserMembers } from './schemas.ts'

/** A user as a creation tells it. */
export interface NewPerson extends UserMembers {
  readonly uid: string
  readonly name: string
  readonly role?: string | null
}

/** Creates a user; its role has to exist. Throws `uid_taken` also where a deactivated user has the uid. */
export async function createPerson(
  directory: Directory,
  actor: Actor,
  { uid: sent, role, ...members }: NewPerson,
  asOf?: CreateUser['asOf'],
): Promise<UserReading> {
  const uid = sent.toLowerCase()
  const roles = await givenRoles(directory, actor, role)
  try {
    return await directory.createUser(actor, {
      uid,
      ...parseChanges(members),
      ...roles,
      ...(asOf !== undefined && { asOf }),
    })
  } catch (error) {
    const taken = error instanceof DirectoryError && error.code === 'value_taken'
    throw taken ? new CometChatRefusal('uid_taken', { value: uid }) : error
  }
}

/** A public key gives nobody a role; that somebody shall have the ordinary one gives none. */
async function givenRoles(
  directory: Directory,
  actor: Actor,
  role: string | null | undefined,
): Promise<Pick<UserChanges, 'accessRoles'>> {
  if (role === undefined) return {}
  if (!actor.ordinaryOnly) {
    return { accessRoles: [roleNamed(role, await directory.everyRole(actor, { right: 'roles.assign' })).id] }
  }
  if (codeOf(role) !== codeOf(null)) throw new CometChatRefusal('no_access')
  return {}
}

/**
 * Changes a user. Its role is the first of its access roles: another one takes that place, and the others stay. A public key
 * may repeat what is there, as the SDK does with whole users.
 */
export const changePerson = (
  directory: Directory,
  actor: Actor,
  userId: string,
  { role, changes }: { readonly role: string | null | undefined; readonly changes: UserChanges },
): Promise<UserReading> =>
  directory.patchUser(actor, {
    userId,
    compute: ({ user, catalogue: { roles } }) => {
      if (role === undefined) return { changes }
      const [first, ...others] = user.accessRoles
      const present = first === undefined ? codeOf(null) : roles.get(first)?.code.toLowerCase()
      if (codeOf(role) === present) return { changes }
      if (actor.ordinaryOnly) throw new CometChatRefusal('no_access')
      const { id } = roleNamed(role, [...roles.values()])
      return { changes: { ...changes, accessRoles: [id, ...others.filter((other) => other !== id)] } }
    },
  })

function roleNamed(role: string | null, roles: readonly AccessRole[]): AccessRole {
  const code = codeOf(role)
  const known = roles.find((candidate) => candidate.code.toLowerCase() === code)
  if (known === undefined) throw new CometChatRefusal('role_not_found', { value: (role ?? '').toLowerCase() })
  return known
}

/** No role stands for the default one. */
const codeOf = (role: string | null): string => codeOfRole(role || defaultRole)
