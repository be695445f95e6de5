import { type Catalogue, extensionsOf, propertiesOf } from './catalogue.ts'
import { sameValue } from './events.ts'
import { freeFields, normaliseEmail, type User, type UserChanges } from './user.ts'
import { requireRoom } from './validate.ts'

/**
 * The record with what is given of it replaced; what belongs together, such as the date of a deactivation, follows.
 * Throws `invalid_input` where a member that is merged by its keys would become too large.
 */
export function merged(before: User, changes: UserChanges, { now, catalogue, whole }: Merging): User {
  const { active, password: _secret, ...fields } = changes
  const activity =
    active === undefined || active === before.active
      ? {}
      : { active, deactivatedAt: active ? null : now, inactiveReason: active ? null : before.inactiveReason }
  const lists = Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, Array.isArray(value) ? [...new Set(value)] : value]),
  )
  const replaced = whole ? <T>(_before: T, given: T) => given : mergedKeys
  const wanted = {
    ...before,
    ...activity,
    ...lists,
    ...(fields.email !== undefined && { email: normaliseEmail(fields.email) }),
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
  return wanted
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
export function differences(before: User, wanted: User, changes: UserChanges): (keyof UserChanges)[] {
  const { password, ...fields } = changes
  const mentioned = fieldsOf(fields).filter((field) => !sameValue(before[field], wanted[field]))
  return password === undefined ? mentioned : [...mentioned, 'password']
}
const fieldsOf = (fields: Omit<UserChanges, 'password'>) => Object.keys(fields) as (keyof typeof fields)[]
