import type { PasswordRules, Tenant } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { changesBetween } from '../events.ts'
import { authorize } from '../policy.ts'
import { requireLength } from '../role-rules.ts'
import { requireStorable } from '../validate.ts'
import type { Verb } from '../verb.ts'
import { requireOwnTenant } from './get-tenant.ts'

export interface UpdateTenant {
  readonly tenantId?: string
  readonly changes: TenantChanges
}
export interface TenantChanges {
  readonly name?: string
  readonly passwordRules?: PasswordRules | null
  readonly passwordRotationDays?: number | null
  /** Merged by its first keys; `null` there removes a key. */
  readonly details?: Readonly<Record<string, unknown>>
}
const told = ['name', 'passwordRules', 'passwordRotationDays', 'details'] as const

/** Changes what is given of the actor's tenant. New passwords follow new rules; old ones stay. A repeat changes nothing. */
export const updateTenant: Verb<UpdateTenant, Tenant> = async ({ actor, transact }, { tenantId, changes }) => {
  requireOwnTenant(actor.tenantId, tenantId)
  authorize(actor, 'settings.edit')
  for (const [field, value] of Object.entries(changes)) requireStorable(value, field)
  requireLength('name', changes.name, 1, 200)
  return transact(async (tx, now) => {
    const before = await tx.catalogue.lockTenant(actor.tenantId)
    if (before === null) throw new DirectoryError('unknown_tenant')
    const details = Object.entries({ ...before.details, ...changes.details }).filter(([, value]) => value !== null)
    const wanted: Tenant = { ...before, ...changes, details: Object.fromEntries(details) }
    const differing = changesBetween(before, wanted, told)
    if (Object.keys(differing).length === 0) return { result: before, events: [] }
    const tenant: Tenant = { ...wanted, version: before.version + 1, modifiedAt: now }
    await tx.catalogue.updateTenant(tenant)
    return {
      result: tenant,
      events: [{ type: 'tenant.updated', subjectId: tenant.id, changes: differing, record: tenant }],
    }
  })
}
