import { adminRoleCode } from './built-in-roles.ts'
import { type Catalogue, permissionsOf } from './catalogue.ts'
import { DirectoryError } from './errors.ts'
import { fold, userKeywords } from './keywords.ts'
import { blockedUsernames, shownNameOf } from './names.ts'
import { type Actor, authorize, type Capability, capabilitiesOf, isAdministrator, requireReach } from './policy.ts'
import type { Tx } from './ports.ts'
import { settingsOf, type TenantSetting } from './tenant-settings.ts'
import {
  type ChangeableField,
  relationFields,
  type User,
  type UserChanges,
  userFields,
  type WriteRule,
} from './user.ts'

/** The right that each rule of the field catalogue asks for. */
const rightFor: Record<WriteRule, Capability | null> = {
  server: null,
  create: 'users.create',
  edit: 'users.edit',
  self: 'users.edit',
  roles: 'roles.assign',
  kind: 'users.set-kind',
  active: 'users.set-active',
}
const editingRights: readonly Capability[] = [
  'users.edit',
  'users.set-password',
  'users.set-active',
  'users.set-kind',
  'roles.assign',
]

/** Throws unless the actor may change something of this user: nobody probes values of records closed to them. */
export function authorizeEditing(actor: Actor, userId: string): void {
  if (actor.userId === userId || editingRights.some((right) => actor.capabilities.has(right))) return
  authorize(actor, 'users.edit')
}

/** A command as its fields: names, custom fields and role codes have become the fields they stand for. */
export type FieldChanges = Omit<UserChanges, 'name' | 'customFields' | 'roleCodes'>
export type ChangedField = keyof FieldChanges

/** What people may change of themselves beyond the fields of rule `self`, where they do it as owners of an account. */
const accountFields: ReadonlySet<ChangedField> = new Set<ChangedField>([
  ...(['username', 'email', 'extensions', 'link', 'tags'] as const),
])

/** The setting that lets people change a field of themselves; all others follow `ownProfile`. */
const switches: { readonly [F in ChangeableField | 'password']?: TenantSetting } = {
  username: 'ownUsername',
  email: 'ownEmail',
  displayName: 'ownName',
  givenNames: 'ownName',
  familyName: 'ownName',
  secondFamilyName: 'ownName',
  statusText: 'ownStatusText',
  password: 'ownPassword',
}

/** Whose fields are to be set; `owner`: by somebody who changes the own account, and proved to be it where that is asked. */
export interface FieldSubject {
  readonly userId: string
  readonly owner: boolean
}

/** What a public key leaves alone even of ordinary users: their ways in, and what shows on other people's records. */
const closedToBounded: ReadonlySet<string> = new Set<ChangedField>([
  'email',
  'emailVerified',
  'password',
  'readOnly',
  ...relationFields,
])

/** Throws `forbidden` where a bounded actor sets one of the fields that it has to leave alone. */
export function requireOpenFields(actor: Actor, fields: Iterable<string>): void {
  if (!actor.ordinaryOnly) return
  for (const field of fields) {
    if (!closedToBounded.has(field)) continue
    throw new DirectoryError('forbidden', { field, reason: 'This credential leaves this field alone.' })
  }
}

/** Throws unless the actor may set each of these fields of this user. */
export function authorizeFields(
  actor: Actor,
  { userId, owner }: FieldSubject,
  fields: readonly ChangedField[],
  { tenant }: Catalogue,
): void {
  const settings = settingsOf(tenant)
  requireOpenFields(actor, fields)
  for (const field of fields) {
    const setting = field === 'active' ? null : (switches[field] ?? 'ownProfile')
    const allowed = setting === null || settings[setting] === true
    const self = actor.userId === userId && !actor.readOnly
    const own = self && allowed
    const rule = field === 'password' || (owner && accountFields.has(field)) ? 'self' : userFields[field].write
    if (field === 'password' && actor.userId === userId && (allowed || actor.readOnly)) {
      if (!actor.limited) continue
      throw new DirectoryError('forbidden', { field, reason: 'A credential limited to some roles may not change it.' })
    }
    if (rule === 'self' && own) continue
    if (owner && self) throw new DirectoryError('switched_off', { field })
    const right = field === 'password' ? 'users.set-password' : field === 'active' ? 'users.set-active' : rightFor[rule]
    if (right === null || !actor.capabilities.has(right)) {
      throw new DirectoryError('forbidden', {
        field,
        ...(right !== null && { right }),
        reason: right === null ? 'Nobody may change this.' : `Changing this needs the right ${right}.`,
      })
    }
  }
}

/** Throws unless the actor may give and take what differs between two sets of roles, some of them lent by a title. */
export function authorizeRoles(actor: Actor, catalogue: Catalogue, before: RoleHolder | null, after: RoleHolder): void {
  const own = [before?.accessRoles ?? [], after.accessRoles] as const
  // An inactive title lends nothing yet: who switches it on again must not be the first to notice its holders.
  const rolesOf = (job: string | null) => (job === null ? [] : (catalogue.jobTitles.get(job)?.accessRoles ?? []))
  const lent = [rolesOf(before?.job ?? null), rolesOf(after.job)] as const
  const moved = [...difference(...own), ...difference(...lent)]
  if (moved.length === 0) return
  authorize(actor, 'roles.assign')
  const administers = capabilitiesOf(permissionsOf(moved, catalogue)).has('roles.assign-admin')
  if (administers) authorize(actor, 'roles.assign-admin')
}
type RoleHolder = Pick<User, 'accessRoles' | 'job'>

const difference = (one: readonly string[], other: readonly string[]): string[] => [
  ...one.filter((item) => !other.includes(item)),
  ...other.filter((item) => !one.includes(item)),
]

/** An administrator's ways in (password, handles, tokens, activity) are set only by the person and by who may make administrators. */
export function authorizeAccessTo(actor: Actor, subject: User, catalogue: Catalogue): void {
  requireReach(actor, subject, catalogue)
  if (actor.userId !== subject.id && isAdministrator(subject, catalogue)) authorize(actor, 'roles.assign-admin')
}

/** Throws unless every role is one of the tenant's. */
export function requireRoles(roleIds: readonly string[], catalogue: Catalogue, field = 'accessRoles'): void {
  const unknown = roleIds.find((id) => !catalogue.roles.has(id))
  if (unknown !== undefined) {
    throw new DirectoryError('unknown_reference', { field, reason: `No access role has the id ${unknown}.` })
  }
}

/**
 * Throws when this change would leave the tenant without an administrator who is active and not read-only; others'
 * removals wait for it.
 */
export async function keepAnAdministrator(
  tx: Tx,
  tenantId: string,
  catalogue: Catalogue,
  before: User,
  after: User | null,
) {
  const adminRole = [...catalogue.roles.values()].find((role) => role.code === adminRoleCode)
  if (adminRole === undefined) return
  // A read-only administrator could not even undo that.
  const administers = (user: User | null) =>
    user?.active === true && !user.readOnly && user.accessRoles.includes(adminRole.id)
  if (!administers(before) || administers(after)) return
  if ((await tx.users.lockOtherHolders(tenantId, adminRole.id, before.id)) === 0) throw new DirectoryError('last_admin')
}

/** In code points: an index entry has a bounded size. */
const longestFolded = 200
function foldedName(user: User): string {
  const folded = fold(shownNameOf(user))
  return folded.length <= longestFolded ? folded : Array.from(folded).slice(0, longestFolded).join('')
}

/** Throws `value_blocked` for a handle that platforms keep for themselves. */
export function requireFreeUsername(username: string | undefined): void {
  if (username !== undefined && blockedUsernames.has(username.toLowerCase())) {
    throw new DirectoryError('value_blocked', { field: 'username' })
  }
}

/** The fields that follow from others, made anew. */
export const withDerived = (user: User): User => ({
  ...user,
  shownName: shownNameOf(user),
  foldedName: foldedName(user),
  keywords: userKeywords(user),
})

/** Writes the hierarchy lists that differ; to be called under `lockHierarchy`. */
export async function relateChanged(tx: Tx, tenantId: string, before: User | null, after: User): Promise<void> {
  for (const field of relationFields) {
    const ids = after[field]
    if (ids.includes(after.id))
      throw new DirectoryError('invalid_input', { field, reason: 'must not name the user itself' })
    const present = before?.[field] ?? []
    if (ids.length !== present.length || ids.some((id, at) => id !== present[at])) {
      await tx.users.relate(tenantId, after.id, field, ids)
    }
  }
}
