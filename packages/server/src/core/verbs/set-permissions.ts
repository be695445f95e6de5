import type { AccessRole } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { roleEvent } from '../events.ts'
import { authorize } from '../policy.ts'
import { authorizePermissions, keepBuiltIn, validateRole } from '../role-rules.ts'
import type { Verb } from '../verb.ts'
import { everyRole } from './every-role.ts'
import { catalogueOf } from './get-user.ts'

/** Which roles grant a permission: these, and no others. */
export interface PermissionHolders {
  readonly permission: string
  readonly roleIds: readonly string[]
}

/** Says of each of these permissions which roles grant it, all or nothing, and gives all roles then. A repeat changes nothing. */
export const setPermissions: Verb<readonly PermissionHolders[], readonly AccessRole[]> = async (context, wanted) => {
  const { actor, reads, transact } = context
  authorize(actor, 'roles.edit')
  const { roles } = await catalogueOf(context)
  for (const { roleIds } of wanted) {
    const unknown = roleIds.find((id) => !roles.has(id))
    if (unknown !== undefined) throw new DirectoryError('unknown_reference', { field: 'roles' })
  }
  await transact(async (tx, now) => {
    const events = []
    // In one order, so that two of these never wait for each other in a circle.
    for (const id of [...roles.keys()].sort()) {
      if (wanted.every((one) => one.roleIds.includes(id) === roles.get(id)?.permissions.includes(one.permission)))
        continue
      const before = await tx.catalogue.lockRole(actor.tenantId, id)
      if (before === null) continue
      const permissions = new Set(before.permissions)
      for (const { permission, roleIds } of wanted) {
        if (roleIds.includes(id)) permissions.add(permission)
        else permissions.delete(permission)
      }
      const moved = [...permissions.symmetricDifference(new Set(before.permissions))]
      if (moved.length === 0) continue
      authorizePermissions(actor, moved)
      const after: AccessRole = {
        ...before,
        permissions: [...permissions],
        version: before.version + 1,
        modifiedAt: now,
      }
      validateRole({ permissions: after.permissions })
      keepBuiltIn(before, after)
      await tx.catalogue.updateRole(actor.tenantId, after)
      events.push(roleEvent(before, after))
    }
    return { result: null, events }
  })
  // What was read so far is as it was before.
  await reads.round()
  return everyRole(context, { right: null })
}
