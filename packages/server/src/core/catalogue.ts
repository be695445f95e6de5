import type { TenantSettings } from './tenant-settings.ts'
import type { User } from './user.ts'

/** One customer of the server: a company, workspace or app in the platforms' words. */
export interface Tenant {
  readonly id: string
  /** Label under the server's domain, and the name that apps send: `[a-z0-9-]`, unique. */
  readonly appId: string
  readonly name: string
  readonly passwordRules: PasswordRules | null
  /** After this many days a password is asked to be renewed; `null`: never. */
  readonly passwordRotationDays: number | null
  /** Facts that platforms keep of a company; the directory only stores them. */
  readonly details: Readonly<Record<string, unknown>>
  /** What was decided otherwise than it is initially; see tenant-settings.ts. */
  readonly settings: Partial<TenantSettings>
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date
}

/** What a new password must have: so many characters at least, in all and of each class, and a strength of 0 to 4. */
export interface PasswordRules {
  readonly minLength: number
  readonly lowerCase: number
  readonly upperCase: number
  readonly numbers: number
  readonly symbols: number
  readonly zxcvbn: number
}

export interface AccessRole {
  readonly id: string
  /** Immutable; of a role that people made, its id. */
  readonly code: string
  readonly name: string
  readonly description: string | null
  /** Permission strings of any platform; policy.ts says what they allow. */
  readonly permissions: readonly string[]
  readonly active: boolean
  readonly builtIn: boolean
  /** Facts that platforms keep of a role; the directory only stores them. */
  readonly details: Readonly<Record<string, unknown>>
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date
}

/** A position people hold; whoever holds it has its roles, properties and extension collections too. */
export interface JobTitle {
  readonly id: string
  /** Immutable, unique in its tenant. */
  readonly code: string
  readonly display: string
  readonly active: boolean
  readonly accessRoles: readonly string[]
  readonly properties: readonly string[]
  readonly allowedExtensions: readonly string[]
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date
}

/** What a tenant's users are read against. One revision names one state of all of it. */
export interface Catalogue {
  readonly revision: number
  readonly tenant: Tenant
  readonly roles: ReadonlyMap<string, AccessRole>
  readonly jobTitles: ReadonlyMap<string, JobTitle>
}

/** The ids of the roles a user has: its own in their order, then those its job title lends, each once. */
export function rolesOf(user: Pick<User, 'accessRoles' | 'job'>, catalogue: Catalogue): string[] {
  return [...new Set([...user.accessRoles, ...rolesLentBy(user.job, catalogue)])]
}

/** The roles that holding a job title lends; none for an inactive or unknown one. */
export function rolesLentBy(job: string | null, catalogue: Catalogue): readonly string[] {
  return activeTitle(job, catalogue)?.accessRoles ?? []
}

function activeTitle(job: string | null, catalogue: Catalogue): JobTitle | undefined {
  const title = job === null ? undefined : catalogue.jobTitles.get(job)
  return title?.active ? title : undefined
}

/** The properties a user has: its own in their order, then those its active job title brings, each once. */
export const propertiesOf = (user: Pick<User, 'properties' | 'job'>, catalogue: Catalogue): readonly string[] => {
  const brought = activeTitle(user.job, catalogue)?.properties ?? []
  return brought.length === 0 ? user.properties : [...new Set([...user.properties, ...brought])]
}

/** A user's extensions with the collections that its active job title brings, empty where nothing was filled in. */
export function extensionsOf(user: Pick<User, 'extensions' | 'job'>, catalogue: Catalogue): User['extensions'] {
  const brought = activeTitle(user.job, catalogue)?.allowedExtensions ?? []
  return brought.length === 0
    ? user.extensions
    : { ...Object.fromEntries(brought.map((code) => [code, {}])), ...user.extensions }
}

/** The permission strings that a list of roles grants together; only active roles count. Sorted, each once. */
export function permissionsOf(roleIds: readonly string[], catalogue: Catalogue): string[] {
  const granted = new Set<string>()
  for (const id of roleIds) {
    const role = catalogue.roles.get(id)
    if (role?.active) for (const permission of role.permissions) granted.add(permission)
  }
  return [...granted].sort()
}

/** The ids of the roles with these codes, in their order; codes that no role has are left out. */
export const roleIdsOf = (codes: readonly string[], { roles }: Pick<Catalogue, 'roles'>): string[] => {
  const byCode = new Map([...roles.values()].map(({ code, id }) => [code, id]))
  return codes.flatMap((code) => byCode.get(code) ?? [])
}
