import type { AccessRole } from '../catalogue.ts'
import { roleEvent } from '../events.ts'
import { authorize } from '../policy.ts'
import { authorizePermissions, validateRole } from '../role-rules.ts'
import type { Verb } from '../verb.ts'

export interface CreateRole {
  readonly name: string
  readonly description?: string | null
  readonly permissions: readonly string[]
  readonly active?: boolean
}

/** Creates an access role; any permission string is kept, those that the policy knows take effect. */
export const createRole: Verb<CreateRole, AccessRole> = async ({ actor, makeId, transact }, input) => {
  authorize(actor, 'roles.edit')
  validateRole(input)
  authorizePermissions(actor, input.permissions)
  return transact(async (tx, now) => {
    const id = makeId()
    const role: AccessRole = {
      id,
      code: id,
      name: input.name,
      description: input.description ?? null,
      permissions: [...new Set(input.permissions)],
      active: input.active ?? true,
      builtIn: false,
      version: 0,
      createdAt: now,
      modifiedAt: now,
    }
    await tx.catalogue.insertRole(actor.tenantId, role)
    return { result: role, events: [roleEvent(null, role)] }
  })
}
