import { type AccessRole, builtInRoles, type Catalogue, type SeenUsers } from '../../core/index.ts'
import { fullUsers, publicUsers } from './presenter.ts'
import type { RocketChatPermission, RocketChatRole, RoleScope } from './schemas-roles.ts'

/** Roles in rooms; Rollcall has no rooms, but people hold the roles. */
const ofRooms: ReadonlySet<string> = new Set(['owner', 'moderator', 'leader'])

export const scopeOf = ({ code, details }: AccessRole): RoleScope =>
  details.scope === 'Subscriptions' || (details.scope === undefined && ofRooms.has(code)) ? 'Subscriptions' : 'Users'

/** What the platform calls a role: a built-in one has the name that clients know, which is its code. */
export const roleName = ({ builtIn, code, name }: AccessRole): string => (builtIn ? code : name)

/** Core role → Rocket.Chat's, but for when it changed, see `presentChangedRole`. */
export const presentRole = (role: AccessRole): RocketChatRole => ({
  _id: role.code,
  name: roleName(role),
  scope: scopeOf(role),
  description: role.description ?? '',
  protected: role.builtIn,
  mandatory2fa: role.details.mandatory2fa === true,
})

export const presentChangedRole = (role: AccessRole): RocketChatRole => ({
  ...presentRole(role),
  _updatedAt: role.modifiedAt.toISOString(),
})

/** Permissions that are known before anybody grants them. */
const initial: readonly string[] = builtInRoles.flatMap(({ permissions }) => permissions)

export const knownPermissions = (roles: readonly AccessRole[]): ReadonlySet<string> =>
  new Set([...initial, ...roles.flatMap(({ permissions }) => permissions)])

/**
 * Every permission that some role grants, or granted from the start, by name, with the ids of those roles. When a permission
 * lost a role is not kept: all of them changed when the last of the roles did.
 */
export function presentPermissions(roles: readonly AccessRole[]): RocketChatPermission[] {
  const changedAt = new Date(Math.max(0, ...roles.map(({ modifiedAt }) => modifiedAt.getTime()))).toISOString()
  return [...knownPermissions(roles)].sort().map((name) => ({
    _id: name,
    roles: roles.filter(({ permissions }) => permissions.includes(name)).map(({ code }) => code),
    _updatedAt: changedAt,
  }))
}

const holderMembers = ['username', 'name', 'emails', 'avatarETag', 'createdAt', '_updatedAt'] as const
const [full, cut] = [fullUsers(holderMembers), publicUsers(holderMembers)]

/** Each holder of a role, as JSON text. */
export const holderTexts = (seen: SeenUsers & { readonly catalogue: Catalogue }): string[] =>
  seen.view === 'full'
    ? seen.users.map((user) => full.text(user, seen.catalogue))
    : seen.users.map((user) => cut.text(user, seen.catalogue))
