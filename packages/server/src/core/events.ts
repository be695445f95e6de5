import { Equal } from 'typebox/value'
import type { AccessRole, JobTitle, Tenant } from './catalogue.ts'
import type { Credential } from './credential.ts'
import { relationFields, rowFields, type User } from './user.ts'
import type { WebhookRecord } from './webhook.ts'

/** What happened, in the past tense. The audit log, and whoever follows the directory, read these words. */
export const eventTypes = [
  'user.created',
  'user.updated',
  'user.deactivated',
  'user.reactivated',
  'user.deleted',
  'user.logged-in',
  'user.logged-out',
  'user.blocked',
  'user.unblocked',
  'user.befriended',
  'user.unfriended',
  'role.created',
  'role.updated',
  'role.deleted',
  'job-title.created',
  'job-title.updated',
  'credential.created',
  'credential.updated',
  'credential.revoked',
  'tenant.created',
  'tenant.updated',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
] as const
export type EventType = (typeof eventTypes)[number]

/** The value before and after; a secret is told as having changed, never as a value. */
export interface Change {
  readonly before: unknown
  readonly after: unknown
}

/** One change of the directory, written in the transaction that made it. */
export interface DirectoryEvent {
  readonly type: EventType
  /** The user, role, job title, credential, tenant or webhook that changed. */
  readonly subjectId: string
  readonly changes: Readonly<Record<string, Change>>
  /** The whole record after the change, without secrets; `null` when none is left. */
  readonly record: User | AccessRole | JobTitle | Credential | Tenant | WebhookRecord | null
}

/** Stands for a secret in events. */
export const masked = '[REDACTED]'

/** Whether two field values are the same to every reader. */
export const sameValue = (one: unknown, other: unknown): boolean =>
  one instanceof Date && other instanceof Date ? one.getTime() === other.getTime() : Equal(one, other)

/** The fields that differ, with both values. */
export function changesBetween<T extends object, K extends keyof T & string>(
  before: T | null,
  after: T | null,
  fields: readonly K[],
): Record<string, Change> {
  const changes: Record<string, Change> = {}
  for (const field of fields) {
    const change = { before: before?.[field] ?? null, after: after?.[field] ?? null }
    if (!sameValue(change.before, change.after)) changes[field] = change
  }
  return changes
}

/** Fields whose change says nothing by itself: they follow from the others. */
const derived: ReadonlySet<string> = new Set([
  'modifiedAt',
  'version',
  'revision',
  'keywords',
  'shownName',
  'foldedName',
])
const toldFields = (['active', ...rowFields, ...relationFields] as const).filter((field) => !derived.has(field))

/** `extra` holds what is no field of the record: a password that was set, as `masked`. */
export const userEvent = (
  type: EventType,
  before: User | null,
  after: User,
  extra: Readonly<Record<string, Change>> = {},
): DirectoryEvent => ({
  type,
  subjectId: after.id,
  changes: { ...changesBetween(before, after, toldFields), ...extra },
  record: after,
})

/**
 * Of users who come by the thousand. The record is the change: to tell every field once more made an event's writing take
 * twice as long.
 */
export const loadedUserEvent = (user: User, withPassword: boolean): DirectoryEvent => ({
  type: 'user.created',
  subjectId: user.id,
  changes: withPassword ? { password: { before: null, after: masked } } : {},
  record: user,
})

const roleFields = ['code', 'name', 'description', 'permissions', 'active', 'builtIn', 'details'] as const
export const roleEvent = (before: AccessRole | null, after: AccessRole): DirectoryEvent => ({
  type: before === null ? 'role.created' : 'role.updated',
  subjectId: after.id,
  changes: changesBetween(before, after, roleFields),
  record: after,
})

const titleFields = ['code', 'display', 'active', 'accessRoles', 'properties', 'allowedExtensions'] as const
export const jobTitleEvent = (before: JobTitle | null, after: JobTitle): DirectoryEvent => ({
  type: before === null ? 'job-title.created' : 'job-title.updated',
  subjectId: after.id,
  changes: changesBetween(before, after, titleFields),
  record: after,
})

/** Without the sealed token: an event is no place for a secret, encrypted or not. */
export const credentialEvent = (
  type: EventType,
  credential: Credential,
  before: Credential | null = null,
): DirectoryEvent => ({
  type,
  subjectId: credential.id,
  changes: before === null ? {} : changesBetween(before, credential, ['name', 'scope', 'details']),
  record: { ...credential, sealed: null },
})
