import { type AccessRole, type Directory, DirectoryError, type User } from '../../core/index.ts'
import { parseInstant } from '../_kit/time.ts'
import { RocketChatRefusal } from './errors.ts'
import { knownPermissions, roleName, scopeOf } from './presenter-roles.ts'
import type { CreateRoleBody, UpdatePermissionsBody, UpdateRoleBody } from './schemas-roles.ts'

/** The role that a request means: by its code, by core's id, else the oldest of that name. */
export const roleMeant = (roles: readonly AccessRole[], key: string): AccessRole | undefined =>
  roles.find(({ code }) => code === key) ??
  roles.find(({ id }) => id === key) ??
  roles.find((role) => roleName(role) === key)

/** Throws the refusal where there is no such role. */
export function requireRole(
  roles: readonly AccessRole[],
  key: string | undefined,
  refusal: 'role_not_found' | 'invalid_role',
): AccessRole {
  if (key === undefined) throw new RocketChatRefusal('invalid_role_properties')
  const role = roleMeant(roles, key)
  if (role === undefined) throw new RocketChatRefusal(refusal)
  return role
}

/** `roleId` wins. */
export const keyOfRole = ({ roleId, roleName: name }: { roleId?: string; roleName?: string }) => roleId ?? name

type Change = { readonly changes: { readonly accessRoles: string[] } }

/** Throws the refusal `user_already_in_role`. */
export function withRole({ accessRoles }: Pick<User, 'accessRoles'>, { id }: AccessRole): Change {
  if (accessRoles.includes(id)) throw new RocketChatRefusal('user_already_in_role')
  return { changes: { accessRoles: [...accessRoles, id] } }
}

/** Throws the refusal `user_not_in_role`, of a role that only the job title lends as well. */
export function withoutRole({ accessRoles }: Pick<User, 'accessRoles'>, { id }: AccessRole): Change {
  if (!accessRoles.includes(id)) throw new RocketChatRefusal('user_not_in_role')
  return { changes: { accessRoles: accessRoles.filter((held) => held !== id) } }
}

/** Holders of a role that are given where all are asked for. */
export const mostHolders = 10_000

/** Permissions come later, by permissions.update. */
export const parseNewRole = (body: CreateRoleBody) => ({
  name: body.name,
  description: body.description ?? '',
  permissions: [],
  details: { scope: body.scope ?? 'Users', mandatory2fa: body.mandatory2fa ?? false },
  uniqueName: true,
})

/** Throws `protected_role` for another name or scope of a built-in one. */
export function parseRoleChanges(role: AccessRole, { name, scope, description, mandatory2fa }: UpdateRoleBody) {
  const renamed = name !== undefined && name !== roleName(role)
  if (role.builtIn && (renamed || (scope !== undefined && scope !== scopeOf(role)))) {
    throw new DirectoryError('protected_role')
  }
  return {
    ...(renamed && { name, uniqueName: true }),
    ...(description !== undefined && { description }),
    details: {
      ...role.details,
      ...(scope !== undefined && { scope }),
      ...(mandatory2fa !== undefined && { mandatory2fa }),
    },
  }
}

/** Throws the refusal where the text is no moment. */
export function parseSince(text: string, refusal: 'sync_date_invalid' | 'date_invalid'): Date {
  const since = parseInstant(text)
  if (since === null) throw new RocketChatRefusal(refusal, { field: 'updatedSince' })
  return since
}

/** Throws `invalid_permission` for one that nobody knows, `permission_role_invalid` for an unknown role. */
export function parsePermissions(
  { permissions }: UpdatePermissionsBody,
  roles: readonly AccessRole[],
): Parameters<Directory['setPermissions']>[1] {
  const known = knownPermissions(roles)
  if (permissions.some(({ _id }) => !known.has(_id))) throw new RocketChatRefusal('invalid_permission')
  const idOf = new Map(roles.map(({ code, id }) => [code, id]))
  return permissions.map(({ _id: permission, roles: codes }) => ({
    permission,
    roleIds: codes.map((code) => {
      const id = idOf.get(code)
      if (id === undefined) throw new RocketChatRefusal('permission_role_invalid')
      return id
    }),
  }))
}
