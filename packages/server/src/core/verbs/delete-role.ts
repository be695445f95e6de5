import { DirectoryError } from '../errors.ts'
import { authorize } from '../policy.ts'
import { authorizePermissions } from '../role-rules.ts'
import { settingsOf } from '../tenant-settings.ts'
import type { Verb } from '../verb.ts'

/** Deletes a role that nobody holds. Throws `not_found`, `protected_role` for a built-in one, `role_in_use`. */
export const deleteRole: Verb<{ roleId: string }, null> = async (context, { roleId }) => {
  const { actor, transact } = context
  authorize(actor, 'roles.edit')
  return transact(async (tx) => {
    // Who makes it a default role, or one that a title lends, waits for the same lock.
    const tenant = await tx.catalogue.lockTenant(actor.tenantId)
    if (tenant === null) throw new DirectoryError('unknown_tenant')
    const role = await tx.catalogue.lockRole(actor.tenantId, roleId)
    if (role === null) throw new DirectoryError('not_found', { field: 'id', reason: 'No access role has this id.' })
    if (role.builtIn) throw new DirectoryError('protected_role')
    authorizePermissions(actor, role.permissions)
    const isDefault = settingsOf(tenant).defaultRoles.includes(role.code)
    if (isDefault || (await tx.catalogue.holdersOf(actor.tenantId, roleId)) > 0) {
      throw new DirectoryError('role_in_use')
    }
    await tx.catalogue.deleteRole(actor.tenantId, roleId)
    return { result: null, events: [{ type: 'role.deleted', subjectId: roleId, changes: {}, record: null }] }
  })
}
