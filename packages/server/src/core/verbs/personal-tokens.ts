import type { Credential } from '../credential.ts'
import { DirectoryError } from '../errors.ts'
import { credentialEvent } from '../events.ts'
import { type Actor, authorize } from '../policy.ts'
import { requireLength } from '../role-rules.ts'
import { requireStorable } from '../validate.ts'
import type { Verb } from '../verb.ts'
import { hintLength } from './create-credential.ts'
import { catalogueOf } from './get-user.ts'
import type { MintToken } from './login.ts'
import { lockUser } from './update-user.ts'

export interface IssuePersonalToken {
  /** Unique among the caller's tokens of its dialect. */
  readonly name: string
  readonly bypassSecondFactor?: boolean
  /** Takes the place of the token of this name, which ends; `not_found` where there is none. */
  readonly replace?: boolean
  readonly mint: MintToken
}

/** Makes a token for the caller's own scripts; it is given once, never expires, and has all of its user's rights. */
export const issuePersonalToken: Verb<IssuePersonalToken, { token: string }> = async (context, input) => {
  const { actor, fingerprint, makeId, transact } = context
  const userId = ownerOf(actor)
  requireStorable(input.name, 'name')
  requireLength('name', input.name, 1, 200)
  const catalogue = await catalogueOf(context)
  return transact(async (tx, now) => {
    const { tenantId, dialect } = actor
    const user = await lockUser(tx, tenantId, userId)
    const old = await tx.credentials.lockNamed(tenantId, userId, dialect, input.name)
    if (input.replace === true && old === null) throw noSuchToken()
    if (input.replace !== true && old !== null) throw new DirectoryError('value_taken', { field: 'name' })
    const drafted: Credential = {
      id: makeId(),
      tenantId,
      userId,
      dialect,
      kind: 'personal-token',
      name: input.name,
      hint: null,
      bypassSecondFactor: input.bypassSecondFactor ?? old?.bypassSecondFactor ?? false,
      scope: null,
      sealed: null,
      details: {},
      createdAt: now,
      accessRoles: null,
      expiresAt: null,
    }
    const token = await input.mint({ credential: drafted, user, catalogue })
    const credential = { ...drafted, hint: token.slice(-hintLength) }
    if (old !== null) await tx.credentials.delete(tenantId, old.id)
    await tx.credentials.insert(credential, fingerprint(token))
    const ended = old === null ? [] : [credentialEvent('credential.revoked', old)]
    return { result: { token }, events: [...ended, credentialEvent('credential.created', credential)] }
  })
}

/** Ends one of the caller's own tokens. Throws `not_found`. */
export const removePersonalToken: Verb<{ name: string }, null> = async ({ actor, transact }, { name }) => {
  const userId = ownerOf(actor)
  requireStorable(name, 'name')
  return transact(async (tx) => {
    const credential = await tx.credentials.lockNamed(actor.tenantId, userId, actor.dialect, name)
    if (credential === null) throw noSuchToken()
    await tx.credentials.delete(actor.tenantId, credential.id)
    return { result: null, events: [credentialEvent('credential.revoked', credential)] }
  })
}

/** The caller's own tokens of its dialect, oldest first, without their values. */
export const listPersonalTokens: Verb<null, Credential[]> = async ({ actor, reads }) => {
  const userId = ownerOf(actor)
  const credentials = await reads.credentials(actor.tenantId, { userId, dialect: actor.dialect })
  return credentials.filter(({ kind }) => kind === 'personal-token')
}

const noSuchToken = () => new DirectoryError('not_found', { field: 'name', reason: 'No token has this name.' })

function ownerOf(actor: Actor): string {
  authorize(actor, 'tokens.own')
  // A credential limited to some roles must not open the way to the others.
  if (actor.userId === null || actor.limited) throw new DirectoryError('forbidden', { right: 'tokens.own' })
  return actor.userId
}
