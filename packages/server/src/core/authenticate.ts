import type { Catalogue } from './catalogue.ts'
import type { CredentialKind } from './credential.ts'
import { DirectoryError } from './errors.ts'
import {
  type Actor,
  allCapabilities,
  type Capabilities,
  type Capability,
  capabilitiesOfUser,
  kindCapabilities,
  reading,
  scopeCapabilities,
} from './policy.ts'
import type { User } from './user.ts'
import type { Surroundings } from './verb.ts'

/** Where a request comes from, told by the dialect that received it. */
export interface Origin {
  readonly dialect: string
  readonly requestId: string
  readonly address: string | null
}

/** A token as it was presented, and how its dialect checks its form (a signature); asked only for a token not seen lately. */
export interface Presented {
  readonly token: string
  readonly verify: (token: string) => Promise<boolean>
  /** The tenant that the host names; a credential of another one is refused. `null` when it names none. */
  readonly appId: string | null
}

const nothing: Capabilities = new Set()
const readingRights: ReadonlySet<Capability> = new Set(reading)

/** Nobody yet: what a login request is made as. */
export const anonymous = (tenantId: string, origin: Origin): Actor => ({
  ...origin,
  tenantId,
  userId: null,
  credentialId: null,
  capabilities: nothing,
  readOnly: false,
  limited: false,
  ordinaryOnly: false,
  standing: null,
})

/** The operator at the command line. */
export const operator = (tenantId: string): Actor => ({
  dialect: 'command',
  requestId: '-',
  address: null,
  tenantId,
  userId: null,
  credentialId: null,
  capabilities: allCapabilities,
  readOnly: false,
  limited: false,
  ordinaryOnly: false,
  standing: null,
})

/**
 * Who presents this token, with the rights of this moment. Throws `unauthenticated` for a token that is unknown, of
 * another dialect, expired, revoked, or of a user who is gone or deactivated.
 */
export async function authenticate(surroundings: Surroundings, origin: Origin, presented: Presented): Promise<Actor> {
  const { reads, clock, fingerprint } = surroundings
  const { token, verify, appId } = presented
  await reads.round()
  const credential = await reads.credential(fingerprint(token), () => verify(token))
  if (credential === null || credential.dialect !== origin.dialect) throw new DirectoryError('unauthenticated')
  if (credential.expiresAt !== null && credential.expiresAt <= clock()) throw new DirectoryError('unauthenticated')
  const user = credential.userId === null ? null : await reads.user(credential.tenantId, credential.userId)
  const catalogue = await reads.catalogue(credential.tenantId)
  if (catalogue === null) throw new DirectoryError('unauthenticated')
  if (appId !== null && appId !== catalogue.tenant.appId) throw new DirectoryError('wrong_tenant')
  const shared = {
    ...origin,
    tenantId: credential.tenantId,
    credentialId: credential.id,
    // An app's token stands for its user in that app, not for the owner of the account.
    limited: credential.accessRoles !== null || credential.kind === 'user-token',
  }
  const renew = () => authenticate(surroundings, origin, presented)
  if (credential.userId === null) {
    if (credential.scope === null) throw new DirectoryError('unauthenticated')
    return {
      ...shared,
      userId: null,
      capabilities: scopeCapabilities[credential.scope],
      readOnly: false,
      ordinaryOnly: credential.scope === 'auth-only',
      standing: { userRevision: 0, catalogueRevision: catalogue.revision, scope: credential.scope, renew },
    }
  }
  if (user?.active !== true) throw new DirectoryError('unauthenticated')
  return {
    ...shared,
    userId: user.id,
    capabilities: withKind(rightsOf(user, catalogue, credential.accessRoles), credential.kind),
    readOnly: user.readOnly,
    ordinaryOnly: false,
    standing: { userRevision: user.revision, catalogueRevision: catalogue.revision, scope: credential.scope, renew },
  }
}

function withKind(granted: Capabilities, kind: CredentialKind): Capabilities {
  const more = kindCapabilities[kind]
  return more === undefined ? granted : granted.union(new Set(more))
}

/** Worked out once for each state of user and catalogue: both are immutable records. */
const known = new WeakMap<User, { readonly catalogue: Catalogue; readonly rights: Capabilities }>()
function rightsOf(user: User, catalogue: Catalogue, only: readonly string[] | null): Capabilities {
  if (only !== null) return bounded(user, capabilitiesOfUser(user, catalogue, only))
  const last = known.get(user)
  if (last?.catalogue === catalogue) return last.rights
  const rights = bounded(user, capabilitiesOfUser(user, catalogue))
  known.set(user, { catalogue, rights })
  return rights
}

/** A read-only user keeps the rights of reading alone. */
const bounded = (user: User, granted: Capabilities): Capabilities =>
  user.readOnly ? new Set([...granted].filter((right) => readingRights.has(right))) : granted
