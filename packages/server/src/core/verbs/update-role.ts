import type { AccessRole } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { roleEvent } from '../events.ts'
import { authorize } from '../policy.ts'
import { authorizePermissions, keepBuiltIn, validateRole } from '../role-rules.ts'
import type { Verb } from '../verb.ts'
import { type CreateRole, requireFreeName } from './create-role.ts'

/**
 * Changes what is given of an access role; of `details` likewise, where `null` takes one away. Its holders' rights follow at
 * once. A repeat changes nothing.
 */
export const updateRole: Verb<{ roleId: string; changes: Partial<Omit<CreateRole, 'code'>> }, AccessRole> = async (
  context,
  input,
) => {
  const { actor, transact } = context
  authorize(actor, 'roles.edit')
  validateRole(input.changes)
  return transact(async (tx, now) => {
    const before = await tx.catalogue.lockRole(actor.tenantId, input.roleId)
    if (before === null)
      throw new DirectoryError('not_found', { field: 'id', reason: `No access role has the id ${input.roleId}.` })
    const { permissions = before.permissions, uniqueName, details: facts, ...changes } = input.changes
    const { name = before.name } = changes
    if (uniqueName === true && name.toLowerCase() !== before.name.toLowerCase()) {
      await requireFreeName(tx, actor.tenantId, name)
    }
    const details = Object.fromEntries(
      Object.entries({ ...before.details, ...facts }).filter(([, value]) => value !== null),
    )
    const wanted: AccessRole = { ...before, ...changes, details, permissions: [...new Set(permissions)] }
    const event = roleEvent(before, wanted)
    if (Object.keys(event.changes).length === 0) return { result: before, events: [] }
    if (event.changes.permissions || event.changes.active) {
      authorizePermissions(actor, [...before.permissions, ...wanted.permissions])
    }
    keepBuiltIn(before, wanted)
    const role: AccessRole = { ...wanted, version: before.version + 1, modifiedAt: now }
    await tx.catalogue.updateRole(actor.tenantId, role)
    return { result: role, events: [roleEvent(before, role)] }
  })
}
