import { adminRoleCode } from './built-in-roles.ts'
import type { AccessRole } from './catalogue.ts'
import { DirectoryError } from './errors.ts'
import { type Actor, allCapabilities, authorize, capabilitiesOf } from './policy.ts'
import { requireStorable } from './validate.ts'

const longestName = 200
const mostPermissions = 1000

/** Throws `invalid_input` for what no role may hold. */
export function validateRole(role: Partial<Pick<AccessRole, 'name' | 'description' | 'permissions'>>): void {
  for (const [field, value] of Object.entries(role)) requireStorable(value, field)
  requireLength('name', role.name, 1, longestName)
  requireLength('description', role.description ?? undefined, 0, 2000)
  if ((role.permissions?.length ?? 0) > mostPermissions) {
    throw new DirectoryError('invalid_input', {
      field: 'permissions',
      reason: `must not have more than ${mostPermissions} items`,
    })
  }
  for (const permission of role.permissions ?? []) requireLength('permissions', permission, 1, longestName)
}

/** Throws `invalid_input` naming the field unless the text, when there is one, has this many characters. */
export function requireLength(field: string, value: string | undefined, least: number, most: number): void {
  if (value === undefined || (value.length >= least && value.length <= most)) return
  throw new DirectoryError('invalid_input', { field, reason: `must have ${least} to ${most} characters` })
}

/** Throws unless the actor may hand out these rights: what it lacks itself takes the right to make administrators. */
export function authorizePermissions(actor: Actor, moved: readonly string[]): void {
  const beyond = [...capabilitiesOf(moved)].filter((capability) => !actor.capabilities.has(capability))
  if (beyond.length > 0) authorize(actor, 'roles.assign-admin')
}

/** Throws `protected_role` where a built-in role would lose what others rely on. */
export function keepBuiltIn(before: AccessRole, after: AccessRole): void {
  if (!before.builtIn) return
  if (!after.active)
    throw new DirectoryError('protected_role', { field: 'active', reason: 'A built-in role stays active.' })
  if (before.code === adminRoleCode && capabilitiesOf(after.permissions).size < allCapabilities.size) {
    throw new DirectoryError('protected_role', {
      field: 'permissions',
      reason: 'The administrator role must keep admin-*-write.',
    })
  }
}
