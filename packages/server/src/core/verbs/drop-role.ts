import { DirectoryError } from '../errors.ts'
import { type DirectoryEvent, userEvent } from '../events.ts'
import { byModification } from '../page.ts'
import { authorize } from '../policy.ts'
import { authorizePermissions } from '../role-rules.ts'
import { settingsOf } from '../tenant-settings.ts'
import type { Verb } from '../verb.ts'
import { deleteRole } from './delete-role.ts'
import { catalogueOf } from './get-user.ts'
import { advanced } from './update-user.ts'

/** Users of one transaction. */
const batch = 100

/** Takes a role from everybody who holds it, a hundred in a transaction, and deletes it. Throws `not_found`, `protected_role`, `role_in_use`. */
export const dropRole: Verb<{ roleId: string }, null> = async (context, { roleId }) => {
  const { actor, reads, transact } = context
  const { tenantId } = actor
  authorize(actor, 'roles.edit')
  authorize(actor, 'roles.assign')
  const { jobTitles, roles, tenant } = await catalogueOf(context)
  const role = roles.get(roleId)
  if (role === undefined) throw new DirectoryError('not_found', { field: 'id', reason: 'No access role has this id.' })
  if (role.builtIn) throw new DirectoryError('protected_role')
  // Whatever would keep the role is asked before anybody loses it, and by `deleteRole` once more.
  authorizePermissions(actor, role.permissions)
  const isLent = [...jobTitles.values()].some(({ accessRoles }) => accessRoles.includes(roleId))
  if (isLent || settingsOf(tenant).defaultRoles.includes(role.code)) throw new DirectoryError('role_in_use')
  for (;;) {
    const query = { order: byModification('asc'), limit: batch, offset: 0, total: false }
    const { items } = await reads.users(tenantId, { ...query, filter: { accessRoles: [roleId] } })
    if (items.length === 0) return deleteRole(context, { roleId })
    const ids = items.map(({ id }) => id)
    await transact(async (tx, now) => {
      const events: DirectoryEvent[] = []
      for (const user of await tx.users.lock(tenantId, ids)) {
        const after = advanced(user, { ...user, accessRoles: user.accessRoles.filter((id) => id !== roleId) }, now)
        await tx.users.update(tenantId, user, after)
        events.push(userEvent('user.updated', user, after))
      }
      return { result: null, events }
    })
    await reads.round()
  }
}
