import { type User, userFields } from './user.ts'
import type { ToldEvent } from './webhook.ts'

const dateFields: ReadonlySet<string> = new Set([
  'deactivatedAt',
  'passwordModifiedAt',
  'lastLoginAt',
  'createdAt',
  'modifiedAt',
])

const revived = (record: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).map(([field, value]) => [
      field,
      dateFields.has(field) && typeof value === 'string' ? new Date(value) : value,
    ]),
  )

const isUser = (record: object): record is User =>
  'id' in record && 'membershipId' in record && 'createdAt' in record && record.createdAt instanceof Date

/**
 * The user of an event before and after it, as the event tells them; `null` where it tells of no user, or of one who has
 * been erased since. Before its creation there is none. What follows from other fields (keywords, modification) is as it is after.
 */
export function toldUser({
  record,
  changes,
}: ToldEvent): { readonly before: User | null; readonly after: User } | null {
  if (typeof record !== 'object' || record === null) return null
  const after = revived(record)
  const old = Object.entries(changes ?? {}).filter(([field]) => Object.hasOwn(userFields, field))
  const before = { ...after, ...revived(Object.fromEntries(old.map(([field, change]) => [field, change.before]))) }
  return isUser(after) ? { before: isUser(before) ? before : null, after } : null
}
