import { type AccessRole, type CreateRole, DirectoryError } from '../../core/index.ts'
import { codeOfRole, roleOfCode } from './fields.ts'
import { seconds } from './presenter.ts'
import { CometChatRefusal } from './refusal.ts'
import type { ClearableOfRole, CreateRoleBody, RoleSettings, UpdateRoleBody } from './schemas-roles.ts'
import { objectOf } from './validation.ts'

type Free = { readonly [M in 'metadata' | 'settings']?: UpdateRoleBody[M] | undefined }

/** Of a role, as it is kept: under `details`, each absent where nothing was set. */
const detailsOf = ({ metadata, settings }: Free) => {
  const { listUsers, sendMessagesTo } = settings ?? {}
  const chosen: RoleSettings = { ...(listUsers && { listUsers }), ...(sendMessagesTo && { sendMessagesTo }) }
  return {
    ...(metadata !== undefined && { metadata: filled(objectOf(metadata)) }),
    ...(settings !== undefined && { settings: filled(chosen) }),
  }
}
const filled = (object: object | null): object | null =>
  object === null || Object.keys(object).length === 0 ? null : object

/** Made here, a role permits nothing: it tells an app's people apart. */
export const parseNewRole = ({ role, name, description, ...body }: CreateRoleBody): CreateRole => ({
  code: codeOfRole(role),
  name: name.trim(),
  description: description || null,
  permissions: [],
  details: Object.fromEntries(Object.entries(detailsOf(body)).filter(([, value]) => value !== null)),
})

/** What is absent stays; `null` and empty values clear; `unset` does by name. */
export function parseRoleChanges({ name, description, metadata, settings, unset = [] }: UpdateRoleBody) {
  const told = <T>(member: ClearableOfRole, value: T | undefined) => (unset.includes(member) ? null : value)
  const text = told('description', description)
  const details = detailsOf({ metadata: told('metadata', metadata), settings: told('settings', settings) })
  return {
    ...(name !== undefined && { name: name.trim() }),
    ...(text !== undefined && { description: text || null }),
    ...(Object.keys(details).length > 0 && { details }),
  }
}

/** The role of a path, in any letter case. Throws `role_not_found`. */
export function requireRole(roles: readonly AccessRole[], named: string): AccessRole {
  const code = codeOfRole(named)
  const role = roles.find((one) => one.code === code)
  if (role === undefined) throw new CometChatRefusal('role_not_found', { value: named.toLowerCase() })
  return role
}

/** What of its users' lists a role has decided; nothing where it has not. */
export function roleSettings({ details: { settings } }: AccessRole): RoleSettings {
  const kept: Readonly<Record<string, unknown>> = { ...(isObject(settings) && settings) }
  const chosen = (name: keyof RoleSettings) => {
    const value = kept[name]
    return value === 'all' || value === 'friendsOnly' ? { [name]: value } : {}
  }
  return { ...chosen('listUsers'), ...chosen('sendMessagesTo') }
}

/** Core role → CometChat's. Absent and empty values are left out. */
export function presentRole(role: AccessRole) {
  const { code, name, description, details, version, createdAt, modifiedAt } = role
  const [metadata, settings] = [details.metadata, roleSettings(role)]
  return {
    role: roleOfCode(code),
    name: name === '' ? roleOfCode(code) : name,
    ...(description !== null && description !== '' && { description }),
    ...(isObject(metadata) && filled(metadata) !== null && { metadata: { ...metadata } }),
    ...(filled(settings) !== null && { settings }),
    createdAt: seconds(createdAt),
    ...(version > 0 && { updatedAt: seconds(modifiedAt) }),
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Newest first; those of one moment by their ids. */
export const newestFirst = (roles: readonly AccessRole[]): AccessRole[] =>
  roles.toSorted(
    (one, other) =>
      other.createdAt.getTime() - one.createdAt.getTime() || (roleOfCode(one.code) < roleOfCode(other.code) ? -1 : 1),
  )

/** `role` in messages and paths is the id, in lower case. Throws `role_taken`. */
export async function namingTaken<T>(role: string, made: Promise<T>): Promise<T> {
  try {
    return await made
  } catch (error) {
    const isTaken = error instanceof DirectoryError && error.code === 'value_taken' && error.detail.field === 'code'
    throw isTaken ? new CometChatRefusal('role_taken', { value: role.toLowerCase() }) : error
  }
}
