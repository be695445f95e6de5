import { adminRoleCode, builtInRoles } from '../built-in-roles.ts'
import type { AccessRole, Catalogue, Tenant } from '../catalogue.ts'
import { draftUser } from '../draft-user.ts'
import { DirectoryError } from '../errors.ts'
import { credentialEvent, masked, userEvent } from '../events.ts'
import { usernameCandidates } from '../names.ts'
import { authorize } from '../policy.ts'
import { requireLength } from '../role-rules.ts'
import { normaliseEmail, type User } from '../user.ts'
import { withDerived } from '../user-rules.ts'
import { validateUserFields } from '../validate.ts'
import type { Verb } from '../verb.ts'
import { insertKey } from './keys.ts'

export interface CreateTenant {
  /** 1 to 63 of `a-z 0-9 -`: a host name's label. */
  readonly appId: string
  readonly name: string
  readonly admin: { readonly email: string; readonly username?: string; readonly password: string }
  /** A first key that may do anything, of a platform that has keys. */
  readonly key?: { readonly dialect: string; readonly name: string; readonly value: string }
}
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Creates the actor's tenant, with the built-in roles and its first administrator. */
export const createTenant: Verb<CreateTenant, { tenant: Tenant; admin: User }> = async (context, input) => {
  const { actor, makeId, passwords, transact } = context
  authorize(actor, 'settings.edit')
  if (!label.test(input.appId)) {
    throw new DirectoryError('invalid_input', {
      field: 'appId',
      reason: 'must be 1 to 63 of a-z 0-9 -, as in a host name',
    })
  }
  requireLength('name', input.name, 1, 200)
  const { password, ...handles } = input.admin
  const admin = { ...handles, email: normaliseEmail(handles.email) }
  validateUserFields(admin)
  const passwordHash = await passwords.hash(password)

  return transact(async (tx, now) => {
    const tenant: Tenant = {
      id: actor.tenantId,
      appId: input.appId,
      name: input.name,
      passwordRules: null,
      passwordRotationDays: null,
      details: {},
      settings: {},
      version: 0,
      createdAt: now,
      modifiedAt: now,
    }
    const roles = builtInRoles.map((role): AccessRole => {
      const id = makeId()
      return { ...role, id, active: true, builtIn: true, details: {}, version: 0, createdAt: now, modifiedAt: now }
    })
    const catalogue: Catalogue = {
      revision: 0,
      tenant,
      roles: new Map(roles.map((role) => [role.id, role])),
      jobTitles: new Map(),
    }
    const accessRoles = roles.flatMap(({ code, id }) => (code === adminRoleCode ? [id] : []))
    await tx.catalogue.insertTenant(tenant)
    for (const role of roles) await tx.catalogue.insertRole(tenant.id, role)
    const drafted = draftUser({ ...admin, accessRoles }, { id: makeId(), membershipId: makeId(), at: now, catalogue })
    const dated = withDerived({ ...drafted, displayName: 'Administrator', passwordModifiedAt: now })
    const usernames = admin.username === undefined ? usernameCandidates(dated.email, dated.id) : [admin.username]
    const created = await tx.users.insert(tenant.id, dated, usernames)
    await tx.users.setPasswordHash(tenant.id, created.id, passwordHash)
    const key =
      input.key === undefined ? null : await insertKey(context, tx, { ...input.key, scope: 'full-access' }, now)
    const events = [
      { type: 'tenant.created', subjectId: tenant.id, changes: {}, record: tenant } as const,
      userEvent('user.created', null, created, { password: { before: null, after: masked } }),
      ...(key === null ? [] : [credentialEvent('credential.created', key)]),
    ]
    return { result: { tenant, admin: created }, events }
  })
}
