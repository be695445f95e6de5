import type { Catalogue } from '../catalogue.ts'
import type { Credential } from '../credential.ts'
import { DirectoryError } from '../errors.ts'
import { userEvent } from '../events.ts'
import { isPasswordDue } from '../password-rules.ts'
import { normaliseEmail, type User } from '../user.ts'
import { requireStorable } from '../validate.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'
import { lockUser } from './update-user.ts'

/** What a dialect makes a token's text from. */
export interface TokenDraft {
  readonly credential: Credential
  readonly user: User
  readonly catalogue: Catalogue
}
/** A dialect's own form of token; different for every draft. */
export type MintToken = (draft: TokenDraft) => Promise<string>

export interface Login {
  readonly handle: { readonly email: string } | { readonly username: string }
  readonly password: string
  /** How long the session lasts, in seconds. */
  readonly lifetime: number
  readonly mint: MintToken
}

export interface LoggedIn {
  readonly token: string
  readonly user: User
  /** The tenant asks for a new password by now. */
  readonly passwordDue: boolean
}

/** Opens a session. Throws `bad_login` alike for an unknown handle and a wrong password, `deactivated` after a right one. */
export const login: Verb<Login, LoggedIn> = async (context, input) => {
  const { actor, reads, passwords, fingerprint, makeId, transact } = context
  const handle = normalised(input.handle)
  requireStorable(Object.values(handle), 'handle')
  const known = await reads.userByHandle(actor.tenantId, handle)
  const hash = known === null ? null : await reads.passwordHash(actor.tenantId, known.id)
  const right = await passwords.verify(hash, input.password)
  if (known === null || !right) throw new DirectoryError('bad_login')
  if (!known.active) throw new DirectoryError('deactivated')
  const catalogue = await catalogueOf(context)

  return transact(async (tx, now) => {
    const before = await lockUser(tx, actor.tenantId, known.id)
    const changed = (await tx.users.passwordHash(actor.tenantId, known.id)) !== hash
    if (changed) throw new DirectoryError('bad_login')
    if (!before.active) throw new DirectoryError('deactivated')
    const user: User = { ...before, lastLoginAt: now, revision: before.revision + 1 }
    const credential: Credential = {
      id: makeId(),
      tenantId: actor.tenantId,
      userId: user.id,
      dialect: actor.dialect,
      kind: 'session',
      name: null,
      hint: null,
      bypassSecondFactor: false,
      scope: null,
      sealed: null,
      details: {},
      createdAt: now,
      accessRoles: null,
      expiresAt: new Date(now.getTime() + input.lifetime * 1000),
    }
    const token = await input.mint({ credential, user, catalogue })
    await tx.users.update(actor.tenantId, before, user)
    await tx.credentials.deleteExpired(actor.tenantId, user.id, now)
    await tx.credentials.insert(credential, fingerprint(token))
    const passwordDue = isPasswordDue(user.passwordModifiedAt, catalogue.tenant.passwordRotationDays, now)
    return { result: { token, user, passwordDue }, events: [userEvent('user.logged-in', before, user)] }
  })
}

const normalised = (handle: Login['handle']): Login['handle'] =>
  'email' in handle ? { email: normaliseEmail(handle.email) } : { username: handle.username.toLowerCase() }
