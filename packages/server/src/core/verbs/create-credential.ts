import type { Credential, CredentialKind } from '../credential.ts'
import { DirectoryError } from '../errors.ts'
import { credentialEvent } from '../events.ts'
import { authorize, capabilitiesOfUser } from '../policy.ts'
import { authorizeAccessTo, requireRoles } from '../user-rules.ts'
import { requireStorable } from '../validate.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'
import type { MintToken } from './login.ts'
import { lockUser } from './update-user.ts'

export interface CreateCredential {
  readonly userId: string
  readonly dialect: string
  readonly kind: CredentialKind
  readonly name: string
  /** A moment, or so many seconds from now. */
  readonly expiresAt: Date | { readonly seconds: number } | null
  /** The only roles of the user that it may use; all when absent. */
  readonly accessRoles?: readonly string[]
  readonly mint: MintToken
}

/** So many characters of a personal token are kept, for its owner to recognise it among others. */
export const hintLength = 6

/**
 * Issues a credential of a user; its token is given once and can't be read again. Throws `value_taken` where the user has a
 * personal token of this name, `deactivated` for the session of somebody who is.
 */
export const createCredential: Verb<CreateCredential, { token: string; credential: Credential }> = async (
  context,
  input,
) => {
  const { actor, fingerprint, makeId, transact } = context
  authorize(actor, 'tokens.issue')
  requireStorable(input.name, 'name')
  const catalogue = await catalogueOf(context)
  requireRoles(input.accessRoles ?? [], catalogue)
  return transact(async (tx, now) => {
    const { expiresAt: end } = input
    const expiresAt = end === null || end instanceof Date ? end : new Date(now.getTime() + end.seconds * 1000)
    if (expiresAt !== null && expiresAt <= now) {
      throw new DirectoryError('invalid_input', { field: 'expiresAt', reason: 'must be in the future' })
    }
    const user = await lockUser(tx, actor.tenantId, input.userId)
    authorizeAccessTo(actor, user, catalogue)
    if (input.kind === 'session' && !user.active) throw new DirectoryError('deactivated')
    // Nobody acts with rights that it does not have itself by issuing a token for them.
    const reach = capabilitiesOfUser(user, catalogue, input.accessRoles ?? null)
    if (!reach.isSubsetOf(actor.capabilities)) authorize(actor, 'roles.assign-admin')
    const drafted: Credential = {
      id: makeId(),
      tenantId: actor.tenantId,
      userId: user.id,
      dialect: input.dialect,
      kind: input.kind,
      name: input.name,
      hint: null,
      bypassSecondFactor: false,
      scope: null,
      sealed: null,
      details: {},
      createdAt: now,
      accessRoles: input.accessRoles === undefined ? null : [...new Set(input.accessRoles)],
      expiresAt,
    }
    const token = await input.mint({ credential: drafted, user, catalogue })
    const hint = input.kind === 'personal-token' ? token.slice(-hintLength) : null
    const credential = { ...drafted, hint }
    await tx.credentials.insert(credential, fingerprint(token))
    return { result: { token, credential }, events: [credentialEvent('credential.created', credential)] }
  })
}
