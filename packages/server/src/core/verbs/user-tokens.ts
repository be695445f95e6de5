import { rolesOf } from '../catalogue.ts'
import type { Credential } from '../credential.ts'
import { DirectoryError } from '../errors.ts'
import { credentialEvent } from '../events.ts'
import { authorize, capabilitiesOfUser } from '../policy.ts'
import type { Tx } from '../ports.ts'
import { authorizeAccessTo } from '../user-rules.ts'
import { requireStorable } from '../validate.ts'
import type { Outcome, Verb, VerbContext } from '../verb.ts'
import { catalogueOf } from './get-user.ts'
import { requireKeeper } from './keys.ts'
import { lockUser } from './update-user.ts'

/** A token that an app issued for one of its users, with its value. */
export interface UserToken {
  readonly credential: Credential
  readonly value: string
}

/** So many of a user's tokens stay valid: the newest. */
const mostTokens = 100

/** Issues a token of a user, for its app to hand out. `value` must be new and unguessable. Throws `not_found`, `deactivated`. */
export const issueUserToken: Verb<
  { userId: string; value: string; details?: Readonly<Record<string, unknown>> },
  UserToken
> = async (context, { userId, value, details = {} }) => {
  const { actor, fingerprint, makeId, sealer, transact } = context
  authorize(actor, 'tokens.issue')
  requireStorable(details, 'details')
  const catalogue = await catalogueOf(context)
  return transact(async (tx, now) => {
    const user = await lockUser(tx, actor.tenantId, userId)
    authorizeAccessTo(actor, user, catalogue)
    if (!user.active) throw new DirectoryError('deactivated')
    const reach = capabilitiesOfUser(user, catalogue)
    // Nobody acts with rights that it does not have itself by issuing a token for them; a bounded key reaches ordinary users.
    if (!actor.ordinaryOnly && !reach.isSubsetOf(actor.capabilities)) authorize(actor, 'roles.assign-admin')
    const credential: Credential = {
      id: makeId(),
      tenantId: actor.tenantId,
      userId,
      dialect: actor.dialect,
      kind: 'user-token',
      name: null,
      hint: null,
      bypassSecondFactor: false,
      scope: null,
      sealed: sealer.seal(value),
      details,
      createdAt: now,
      // What a public key has issued does not grow with its user: anybody may have it.
      accessRoles: actor.ordinaryOnly ? rolesOf(user, catalogue) : null,
      expiresAt: null,
    }
    await tx.credentials.insert(credential, fingerprint(value))
    await tx.credentials.deleteOldest(
      actor.tenantId,
      userId,
      { kinds: ['user-token'], dialect: actor.dialect },
      mostTokens,
    )
    return { result: { credential, value }, events: [credentialEvent('credential.created', credential)] }
  })
}

/** A user's tokens with their values, newest first. */
export const listUserTokens: Verb<{ userId: string }, UserToken[]> = async ({ actor, reads, sealer }, { userId }) => {
  requireKeeper(actor)
  const credentials = await reads.credentials(actor.tenantId, { userId, dialect: actor.dialect })
  return credentials
    .filter(({ kind }) => kind === 'user-token')
    .reverse()
    .flatMap((credential) => {
      const value = credential.sealed === null ? null : sealer.open(credential.sealed)
      return value === null ? [] : [{ credential, value }]
    })
}

/** A token by its value, and the facts to keep with it. */
export interface TokenDetails {
  readonly value: string
  readonly details: Readonly<Record<string, unknown>>
}

/** Keeps facts with a token: one of any user for whoever may, or the one that the request came with. Throws `not_found`. */
export const describeUserToken: Verb<TokenDetails & { userId: string }, UserToken> = async (context, input) =>
  context.transact(describeToken(context, input))

/** As `describeUserToken`, for a transaction that does more; what can't be stored is refused at once. */
export function describeToken(
  context: VerbContext,
  { userId, value, details }: TokenDetails & { userId: string },
): (tx: Tx) => Promise<Outcome<UserToken>> {
  const { actor } = context
  requireStorable(details, 'details')
  return async (tx) => {
    const before = await lockToken(context, tx, userId, value)
    if (before.id !== actor.credentialId) requireKeeper(actor)
    const credential: Credential = { ...before, details: { ...before.details, ...details } }
    await tx.credentials.update(credential)
    return { result: { credential, value }, events: [credentialEvent('credential.updated', credential, before)] }
  }
}

/** Ends a token of a user. Throws `not_found`. */
export const deleteUserToken: Verb<{ userId: string; value: string }, null> = async (context, { userId, value }) => {
  requireKeeper(context.actor)
  return context.transact(async (tx) => {
    const credential = await lockToken(context, tx, userId, value)
    await tx.credentials.delete(credential.tenantId, credential.id)
    return { result: null, events: [credentialEvent('credential.revoked', credential)] }
  })
}

/** Ends all tokens of a user, and gives how many. */
export const flushUserTokens: Verb<{ userId: string }, number> = async ({ actor, transact }, { userId }) => {
  requireKeeper(actor)
  return transact(async (tx) => {
    await lockUser(tx, actor.tenantId, userId)
    const ended = await tx.credentials.deleteOf(actor.tenantId, userId, {
      kinds: ['user-token'],
      dialect: actor.dialect,
    })
    const changes = { tokens: { before: ended, after: 0 } }
    const event = { type: 'user.logged-out', subjectId: userId, changes, record: null } as const
    return { result: ended, events: ended === 0 ? [] : [event] }
  })
}

async function lockToken(
  { actor, fingerprint }: VerbContext,
  tx: Tx,
  userId: string,
  value: string,
): Promise<Credential> {
  const credential = await tx.credentials.lockByFingerprint(actor.tenantId, fingerprint(value))
  if (credential?.kind !== 'user-token' || credential.userId !== userId || credential.dialect !== actor.dialect) {
    throw new DirectoryError('not_found', { field: 'token', reason: 'The user has no such token.' })
  }
  return credential
}
