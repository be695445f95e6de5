import { type Catalogue, extensionsOf, propertiesOf, roleIdsOf } from './catalogue.ts'
import { customFieldsCollection, requireCustomValues, withCustomValues } from './custom-fields.ts'
import { DirectoryError } from './errors.ts'
import { sameValue } from './events.ts'
import { renamed } from './names.ts'
import { freeFields, normaliseEmail, type User, type UserChanges } from './user.ts'
import type { ChangedField, FieldChanges } from './user-rules.ts'
import { requireRoom } from './validate.ts'
import { metadataCollection, privateMetadata } from './visibility.ts'

/**
 * The record with what is given of it replaced; what belongs together, such as the date of a deactivation, follows.
 * Throws `invalid_input` where a member that is merged by its keys would become too large.
 */
export function merged(before: User, changes: FieldChanges, { now, catalogue, whole }: Merging): User {
  const { active, password: _secret, ...fields } = changes
  const activity =
    active === undefined || active === before.active
      ? {}
      : {
          active,
          deactivatedAt: active ? null : now,
          inactiveReason: active ? null : before.inactiveReason,
          // Whoever asked to be let in has been.
          registrationReason: active ? null : before.registrationReason,
        }
  const lists = Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, Array.isArray(value) ? [...new Set(value)] : value]),
  )
  const replaced = whole ? <T>(_before: T, given: T) => given : mergedKeys
  const wanted = {
    ...before,
    ...activity,
    ...lists,
    ...(fields.email !== undefined && addressed(before, fields.email, fields.emailVerified)),
    ...(fields.properties !== undefined && { properties: ownOf(before, fields.properties, catalogue) }),
    settings: fields.settings === undefined ? before.settings : replaced(before.settings, fields.settings),
    preferences:
      fields.preferences === undefined ? before.preferences : replaced(before.preferences, fields.preferences),
    extensions:
      fields.extensions === undefined
        ? before.extensions
        : ownExtensions(before, replaced(before.extensions, fields.extensions), catalogue),
  }
  for (const field of freeFields) if (fields[field] !== undefined) requireRoom({ [field]: wanted[field] })
  requireDefined(before, wanted, catalogue)
  return wanted
}

/** The same command without what stands for other fields. Throws `unknown_reference` for the code of no role. */
export function asFields(
  before: Pick<User, 'displayName' | 'givenNames' | 'familyName' | 'secondFamilyName' | 'extensions'>,
  { name, customFields, roleCodes, ...changes }: UserChanges,
  catalogue: Catalogue,
): FieldChanges {
  const extensions =
    customFields === undefined
      ? changes.extensions
      : withCustomValues({ ...before.extensions, ...changes.extensions }, customFields, catalogue.tenant)
  return {
    ...(name !== undefined && renamed(before, name)),
    ...changes,
    ...(extensions !== undefined && { extensions }),
    ...(roleCodes !== undefined && { accessRoles: rolesNamed(roleCodes, catalogue) }),
  }
}

/** The same command where metadata, which is replaced as a whole, keeps the private part that its writer can't read. */
export function keepingPrivate(before: Pick<User, 'extensions'>, changes: UserChanges): UserChanges {
  const sent = changes.extensions?.[metadataCollection]
  if (sent === undefined) return changes
  const { [privateMetadata]: _sent, ...open } = sent
  const kept = before.extensions[metadataCollection]?.[privateMetadata]
  const metadata = kept === undefined ? open : { ...open, [privateMetadata]: kept }
  return { ...changes, extensions: { ...changes.extensions, [metadataCollection]: metadata } }
}

function rolesNamed(codes: readonly string[], catalogue: Catalogue): string[] {
  const known = new Set([...catalogue.roles.values()].map(({ code }) => code))
  const unknown = codes.find((code) => !known.has(code))
  if (unknown !== undefined) {
    throw new DirectoryError('unknown_reference', {
      field: 'accessRoles',
      reason: `No access role has the code ${unknown}.`,
    })
  }
  return roleIdsOf(codes, catalogue)
}

/** An address that was given is nobody's invention any more, and unproven unless the command says so. */
function addressed(before: User, given: string, verified: boolean | undefined): Partial<User> {
  const email = normaliseEmail(given)
  return email === before.email ? { email } : { email, emailGenerated: false, emailVerified: verified ?? false }
}

/** Custom values are looked at only where they change: older definitions may have let in what is there. */
export function requireDefined(before: Pick<User, 'extensions'>, wanted: User, { tenant }: Catalogue): void {
  const [old, now] = [before.extensions[customFieldsCollection], wanted.extensions[customFieldsCollection]]
  if (!sameValue(old, now)) requireCustomValues(before.extensions, wanted.extensions, tenant)
}

interface Merging {
  readonly now: Date
  readonly catalogue: Catalogue
  readonly whole: boolean
}

/** A property that the job title brings is shown with the user's own, but not kept as one of them when it comes back. */
function ownOf(before: User, properties: readonly string[], catalogue: Catalogue): string[] {
  const shown = propertiesOf({ properties: [], job: before.job }, catalogue)
  return [...new Set(properties)].filter((id) => before.properties.includes(id) || !shown.includes(id))
}

/** Likewise a collection that the job title brings, as long as nothing was filled in. */
function ownExtensions(before: User, extensions: User['extensions'], catalogue: Catalogue): User['extensions'] {
  const shown = extensionsOf({ extensions: {}, job: before.job }, catalogue)
  const own = Object.entries(extensions).filter(
    ([code, fields]) =>
      Object.hasOwn(before.extensions, code) || !Object.hasOwn(shown, code) || Object.keys(fields).length > 0,
  )
  return Object.fromEntries(own)
}

function mergedKeys<T>(before: Record<string, T>, changes: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null))
}

/** Which of the changes make a difference. */
export function differences(before: User, wanted: User, changes: FieldChanges): ChangedField[] {
  const { password, ...fields } = changes
  const mentioned = fieldsOf(fields).filter((field) => !sameValue(before[field], wanted[field]))
  return password === undefined ? mentioned : [...mentioned, 'password']
}
const fieldsOf = (fields: Omit<FieldChanges, 'password'>) => Object.keys(fields) as (keyof typeof fields)[]
