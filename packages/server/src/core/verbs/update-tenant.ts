import { type Catalogue, type PasswordRules, roleIdsOf, type Tenant } from '../catalogue.ts'
import { customFieldsIn } from '../custom-fields.ts'
import { DirectoryError } from '../errors.ts'
import { changesBetween } from '../events.ts'
import { type Actor, authorize } from '../policy.ts'
import { requireLength } from '../role-rules.ts'
import { settingsOf, type TenantSettings, validateSettings } from '../tenant-settings.ts'
import { authorizeRoles } from '../user-rules.ts'
import { requireStorable } from '../validate.ts'
import type { Verb } from '../verb.ts'
import { requireOwnTenant } from './get-tenant.ts'
import { catalogueOf } from './get-user.ts'

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
  readonly settings?: Partial<TenantSettings>
}
const told = ['name', 'passwordRules', 'passwordRotationDays', 'details', 'settings'] as const

/** Changes what is given of the actor's tenant. New passwords follow new rules; old ones stay. A repeat changes nothing. */
export const updateTenant: Verb<UpdateTenant, Tenant> = async (context, { tenantId, changes }) => {
  const { actor, transact } = context
  requireOwnTenant(actor.tenantId, tenantId)
  authorize(actor, 'settings.edit')
  for (const [field, value] of Object.entries(changes)) requireStorable(value, field)
  requireLength('name', changes.name, 1, 200)
  validateSettings(changes.settings ?? {})
  if (changes.settings?.customFields !== undefined) customFieldsIn(changes.settings.customFields)
  const catalogue = await catalogueOf(context)
  return transact(async (tx, now) => {
    const before = await tx.catalogue.lockTenant(actor.tenantId)
    if (before === null) throw new DirectoryError('unknown_tenant')
    const details = Object.entries({ ...before.details, ...changes.details }).filter(([, value]) => value !== null)
    const settings = { ...before.settings, ...changes.settings }
    const wanted: Tenant = { ...before, ...changes, details: Object.fromEntries(details), settings }
    authorizeDefaultRoles(actor, catalogue, before, wanted)
    const differing = changesBetween(before, wanted, told)
    if (Object.keys(differing).length === 0) return { result: before, events: [] }
    // A role that was deleted meanwhile is none: whoever deletes one holds the tenant as this does.
    for (const id of roleIdsOf(changes.settings?.defaultRoles ?? [], catalogue)) {
      if ((await tx.catalogue.lockRole(actor.tenantId, id)) === null) {
        throw new DirectoryError('unknown_reference', {
          field: 'defaultRoles',
          reason: `No access role has the id ${id}.`,
        })
      }
    }
    const tenant: Tenant = { ...wanted, version: before.version + 1, modifiedAt: now }
    await tx.catalogue.updateTenant(tenant)
    return {
      result: tenant,
      events: [{ type: 'tenant.updated', subjectId: tenant.id, changes: differing, record: tenant }],
    }
  })
}

/** What everybody will get takes the right to give it to somebody. Throws `unknown_reference` for a code that no role has. */
function authorizeDefaultRoles(actor: Actor, catalogue: Catalogue, before: Tenant, wanted: Tenant): void {
  const [old, now] = [settingsOf(before).defaultRoles, settingsOf(wanted).defaultRoles]
  if (old.join() === now.join()) return
  const unknown = now.find((code) => roleIdsOf([code], catalogue).length === 0)
  if (unknown !== undefined) {
    throw new DirectoryError('unknown_reference', {
      field: 'defaultRoles',
      reason: `No access role has the code ${unknown}.`,
    })
  }
  const rolesOf = (codes: readonly string[]) => ({ accessRoles: roleIdsOf(codes, catalogue), job: null })
  authorizeRoles(actor, catalogue, rolesOf(old), rolesOf(now))
}
