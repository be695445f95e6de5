import type { AccessRole } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { roleEvent } from '../events.ts'
import { authorize } from '../policy.ts'
import type { Tx } from '../ports.ts'
import { authorizePermissions, validateRole } from '../role-rules.ts'
import type { Verb } from '../verb.ts'

export interface CreateRole {
  /** Of platforms whose roles are named by whoever makes them; the id when absent. Throws `value_taken` where it is another's. */
  readonly code?: string
  readonly name: string
  readonly description?: string | null
  readonly permissions: readonly string[]
  readonly active?: boolean
  readonly details?: Readonly<Record<string, unknown>>
  /** Throws `value_taken` where a role has this name or code already; otherwise names may repeat. */
  readonly uniqueName?: boolean
}

/** Creates an access role; any permission string is kept, those that the policy knows take effect. */
export const createRole: Verb<CreateRole, AccessRole> = async ({ actor, makeId, transact }, input) => {
  authorize(actor, 'roles.edit')
  validateRole(input)
  authorizePermissions(actor, input.permissions)
  requireCode(input.code)
  return transact(async (tx, now) => {
    if (input.uniqueName === true) await requireFreeName(tx, actor.tenantId, input.name)
    const id = makeId()
    const role: AccessRole = {
      id,
      code: input.code ?? id,
      name: input.name,
      description: input.description ?? null,
      permissions: [...new Set(input.permissions)],
      active: input.active ?? true,
      builtIn: false,
      details: input.details ?? {},
      version: 0,
      createdAt: now,
      modifiedAt: now,
    }
    await tx.catalogue.insertRole(actor.tenantId, role)
    return { result: role, events: [roleEvent(null, role)] }
  })
}

/** Makers of roles under names of their own wait for each other. */
export async function requireFreeName(tx: Tx, tenantId: string, name: string): Promise<void> {
  await tx.catalogue.lockTenant(tenantId)
  if (await tx.catalogue.hasRoleNamed(tenantId, name)) throw new DirectoryError('value_taken', { field: 'name' })
}

const codeForm = /^[a-z0-9_-]{1,100}$/
function requireCode(code: string | undefined): void {
  if (code === undefined || codeForm.test(code)) return
  throw new DirectoryError('invalid_input', { field: 'code', reason: 'must be 1 to 100 of a-z 0-9 - _' })
}
