import { type Catalogue, permissionsOf, roleIdsOf, rolesOf } from './catalogue.ts'
import type { CredentialKind, KeyScope } from './credential.ts'
import { DirectoryError } from './errors.ts'
import type { User } from './user.ts'

/** Every right that core asks for, whatever platform's words granted it. */
export const capabilities = [
  'users.list-public',
  'users.list-members',
  'users.search',
  'users.read-private',
  'users.create',
  'users.edit',
  'users.set-password',
  'users.set-active',
  'users.set-kind',
  'users.delete',
  'users.set-avatar',
  'users.logout',
  'roles.read',
  'roles.assign',
  'roles.assign-admin',
  'roles.edit',
  'job-titles.read',
  'job-titles.edit',
  'tokens.issue',
  'tokens.own',
  'settings.read',
  'settings.edit',
  'webhooks.read',
  'webhooks.edit',
  'server.info',
] as const
export type Capability = (typeof capabilities)[number]
export type Capabilities = ReadonlySet<Capability>

const everything: readonly Capability[] = capabilities
/** What each scope of a key grants; whom an `auth-only` key may touch is bounded besides, see `requireReach`. */
export const scopeCapabilities: Record<KeyScope, Capabilities> = {
  'full-access': new Set(capabilities),
  'auth-only': new Set<Capability>(['users.create', 'users.edit', 'tokens.issue']),
}

/** What a credential grants by its kind, whoever's it is: an app's users see each other. */
export const kindCapabilities: { readonly [K in CredentialKind]?: readonly Capability[] } = {
  'user-token': ['users.list-members'],
}

/** The rights of reading: all that a read-only user keeps. */
export const reading: readonly Capability[] = [
  'users.list-public',
  'users.search',
  'users.read-private',
  'roles.read',
  'job-titles.read',
  'settings.read',
  'webhooks.read',
  'server.info',
]
const usersRead: readonly Capability[] = ['users.list-public', 'users.search', 'users.read-private', 'job-titles.read']
const usersWrite: readonly Capability[] = [
  ...usersRead,
  'users.create',
  'users.edit',
  'users.set-password',
  'users.set-active',
  'users.set-avatar',
]
const titlesWrite: readonly Capability[] = ['job-titles.read', 'job-titles.edit']

/**
 * What each permission string grants. Cotalker spells users' permissions in the singular and the plural; a `write`
 * includes the matching `read`. Who may assign roles there may assign any, the administrator's included.
 */
const grants: Readonly<Record<string, readonly Capability[]>> = {
  'admin-*-read': reading,
  'admin-*-write': everything,
  'web-admin-read': reading,
  'web-admin-write': everything,
  'admin-user-read': usersRead,
  'admin-users-read': usersRead,
  'admin-user-write': usersWrite,
  'admin-users-write': usersWrite,
  'admin-accesscontrol-read': ['roles.read'],
  'admin-accesscontrol-write': ['roles.read', 'roles.assign', 'roles.assign-admin', 'roles.edit'],
  'admin-jobtitles-read': ['job-titles.read'],
  'admin-jobtitles-write': titlesWrite,
  'admin-company-read': ['job-titles.read', 'settings.read'],
  'admin-company-write': [...titlesWrite, 'settings.read', 'settings.edit'],
  'admin-apitokens-write': ['tokens.issue'],
  'view-d-room': ['users.list-public'],
  'view-outside-room': ['users.search'],
  'view-full-other-user-info': ['users.list-public', 'users.read-private'],
  'create-user': ['users.create'],
  'edit-other-user-info': ['users.edit'],
  'edit-other-user-password': ['users.set-password'],
  'edit-other-user-active-status': ['users.set-active'],
  'manage-moderation-actions': ['users.set-active'],
  'edit-other-user-avatar': ['users.set-avatar'],
  'logout-other-user': ['users.logout'],
  'create-personal-access-tokens': ['tokens.own'],
  'get-server-info': ['server.info'],
  'delete-user': ['users.delete'],
  'assign-roles': ['roles.assign'],
  'assign-admin-role': ['roles.assign-admin'],
  'access-permissions': ['roles.read', 'roles.edit', 'roles.assign'],
  'user-generate-access-token': ['tokens.issue'],
  'view-privileged-setting': ['settings.read'],
  'edit-privileged-setting': ['settings.read', 'settings.edit'],
}

export const allCapabilities: Capabilities = new Set(everything)

/** The rights that permission strings grant together; a string that nobody knows grants nothing here. */
export const capabilitiesOf = (permissions: Iterable<string>): Capabilities =>
  new Set(
    [...permissions].flatMap((permission) => (Object.hasOwn(grants, permission) ? (grants[permission] ?? []) : [])),
  )

/** The rights of a user, by its own roles and those of its job title; `only` leaves no role but these. */
export function capabilitiesOfUser(
  user: Pick<User, 'accessRoles' | 'job'>,
  catalogue: Catalogue,
  only: readonly string[] | null = null,
): Capabilities {
  const roles = rolesOf(user, catalogue)
  return capabilitiesOf(permissionsOf(only === null ? roles : roles.filter((id) => only.includes(id)), catalogue))
}

/** Whoever may make administrators is one; only such people may touch an administrator's ways in. */
export const isAdministrator = (user: Pick<User, 'accessRoles' | 'job'>, catalogue: Catalogue): boolean =>
  capabilitiesOfUser(user, catalogue).has('roles.assign-admin')

/** Who sends a request, by what credential, with which rights. */
export interface Actor {
  /** It may touch nobody who has more rights than an ordinary user. */
  readonly ordinaryOnly: boolean
  readonly tenantId: string
  /** `null` for the command line. */
  readonly userId: string | null
  readonly credentialId: string | null
  /** The wire protocol that the request came by, or `command`. */
  readonly dialect: string
  readonly capabilities: Capabilities
  /** The acting user may change nothing but its own password. */
  readonly readOnly: boolean
  /** The credential has only some of its user's roles: it must not open the way to the others. */
  readonly limited: boolean
  readonly requestId: string
  readonly address: string | null
  /** What its rights were worked out from, and how to do that again; `null` for whoever has no credential. */
  readonly standing: Standing | null
}

/** The revisions of the acting user and of its tenant's catalogue, and a key's scope: while they are the same, so are the rights. */
export interface Basis {
  readonly userRevision: number
  readonly catalogueRevision: number
  readonly scope: KeyScope | null
}

export interface Standing extends Basis {
  /** The actor as of now, with the token that was presented. Throws `unauthenticated`. */
  readonly renew: () => Promise<Actor>
}

/** Throws `forbidden` unless the actor has the right. */
export function authorize(actor: Actor, capability: Capability): void {
  if (!actor.capabilities.has(capability))
    throw new DirectoryError('forbidden', { right: capability, reason: `This needs the right ${capability}.` })
}

/** The rights of an ordinary user: those of the built-in role `user`. */
export const ordinaryCapabilities = (catalogue: Catalogue): Capabilities =>
  capabilitiesOf(permissionsOf(roleIdsOf(['user'], catalogue), catalogue))

/** Throws `forbidden` where a bounded actor reaches for somebody with more rights than an ordinary user has. */
export function requireReach(actor: Actor, subject: Pick<User, 'accessRoles' | 'job'>, catalogue: Catalogue): void {
  if (!actor.ordinaryOnly) return
  if (capabilitiesOfUser(subject, catalogue).isSubsetOf(ordinaryCapabilities(catalogue))) return
  throw new DirectoryError('forbidden', { reason: 'This credential reaches ordinary users only.' })
}
