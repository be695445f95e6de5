import type { Catalogue } from '../catalogue.ts'
import { asFields, requireDefined } from '../changed-user.ts'
import { draftUser } from '../draft-user.ts'
import { DirectoryError } from '../errors.ts'
import { masked, userEvent } from '../events.ts'
import { usernameCandidates } from '../names.ts'
import { requirePassword } from '../password-rules.ts'
import { authorize, requireReach } from '../policy.ts'
import { type NewUser, normaliseEmail, type User } from '../user.ts'
import {
  authorizeRoles,
  relateChanged,
  requireFreeUsername,
  requireOpenFields,
  requireRoles,
  withDerived,
} from '../user-rules.ts'
import { validateUserFields } from '../validate.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { catalogueOf, type UserReading } from './get-user.ts'

/**
 * Creates a user. Without roles it gets the tenant's ordinary one; giving any needs the right to assign them. `welcome`
 * without a password: a mail with one is owed to the user from then on, see send-welcome.ts. `randomPassword`: it has one
 * that nobody knows, in place of what was given.
 */
export const createUser: Verb<CreateUser, UserReading> = async (context, input) => {
  authorize(context.actor, 'users.create')
  return addUser(context, input)
}

export type CreateUser = NewUser & {
  readonly welcome?: boolean
  readonly randomPassword?: boolean
  /** Of records that come from elsewhere: when they began and ended, and when their people were last seen. Needs `settings.edit`. */
  readonly asOf?: { readonly createdAt?: Date; readonly deactivatedAt?: Date; readonly lastSeenAt?: Date }
}

const nobody = { displayName: '', givenNames: '', familyName: '', secondFamilyName: '', extensions: {} }

/** Under this many ids in a row that are uids of others somebody is guessing them. */
const mostTries = 20

/** Adds a user for whoever may; what needs a right of its own is asked for here. */
export async function addUser(context: VerbContext, input: CreateUser): Promise<UserReading> {
  const { actor, passwords, transact } = context
  const { welcome, randomPassword, asOf } = input
  const catalogue = await catalogueOf(context)
  const password = randomPassword === true ? passwords.make(catalogue.tenant.passwordRules) : input.password
  const { command, drafted, redraft } = draftCreation(context, catalogue, input)
  if (randomPassword !== true && password !== undefined) {
    await requirePassword(password, catalogue.tenant.passwordRules, drafted, passwords.strength)
  }
  const passwordHash = password === undefined ? null : await passwords.hash(password)

  const added = (draft: User) =>
    transact(async (tx, now) => {
      const { tenantId } = actor
      const dated = datedUser(draft, { now, asOf, withPassword: passwordHash !== null })
      const related = dated.bosses.length + dated.peers.length + dated.subordinates.length > 0
      if (related) await tx.users.lockHierarchy(tenantId)
      const usernames = command.username === undefined ? usernameCandidates(dated.email, dated.id) : [command.username]
      const created = await tx.users.insert(tenantId, dated, usernames)
      if (related) await relateChanged(tx, tenantId, null, created)
      if (asOf?.lastSeenAt !== undefined) {
        const presence = { status: 'offline', statusDefault: null, lastSeenAt: asOf.lastSeenAt } as const
        await tx.presence.set(tenantId, created.id, presence, now)
      }
      if (passwordHash !== null) await tx.users.setPasswordHash(tenantId, created.id, passwordHash)
      if (welcome === true && passwordHash === null) await tx.mails.owe(tenantId, created.id, now)
      const secrets = passwordHash === null ? {} : { password: { before: null, after: masked } }
      return { result: created, events: [userEvent('user.created', null, created, secrets)] }
    })
  // Somebody may have been given, as its own uid, the very id that this one would have had.
  for (let draft = drafted, tries = 1; ; tries += 1) {
    try {
      return { user: await added(draft), catalogue }
    } catch (error) {
      const isTaken = error instanceof DirectoryError && error.code === 'value_taken' && error.detail.field === 'uid'
      if (!isTaken || command.uid !== undefined || tries >= mostTries) throw error
      draft = redraft()
    }
  }
}

/**
 * A creation's record as far as its transaction does not decide it, and that record with another id. Throws for what is
 * outside the rules, or needs a right that the actor has not. The password is the caller's to look at.
 */
export function draftCreation(
  { actor, clock, makeId }: Pick<VerbContext, 'actor' | 'clock' | 'makeId'>,
  catalogue: Catalogue,
  { welcome, randomPassword, asOf, ...given }: CreateUser,
) {
  const { uid, registrationReason, ...changes } = given
  const input: NewUser = {
    ...asFields(nobody, changes, catalogue),
    ...(uid !== undefined && { uid }),
    ...(registrationReason !== undefined && { registrationReason }),
  }
  const command = input.email === undefined ? input : { ...input, email: normaliseEmail(input.email) }
  validateUserFields(command)
  requireFreeUsername(command.username)
  if (asOf !== undefined) authorize(actor, 'settings.edit')
  const redraft = () => draftUser(command, { id: makeId(), membershipId: makeId(), at: clock(), catalogue })
  const drafted = redraft()
  requireDefined(nobody, drafted, catalogue)
  requireRoles(drafted.accessRoles, catalogue)
  // A new record may have an address; nobody has proved it.
  const { email: _address, ...others } = input
  requireOpenFields(actor, [
    ...Object.keys(others),
    ...(welcome === true || randomPassword === true ? ['password'] : []),
  ])
  requireReach(actor, drafted, catalogue)
  if (command.accessRoles !== undefined || drafted.job !== null) {
    authorizeRoles(
      actor,
      catalogue,
      { accessRoles: [], job: null },
      { ...drafted, accessRoles: command.accessRoles ?? [] },
    )
  }
  if (drafted.kind !== 'human' || drafted.botId !== null) authorize(actor, 'users.set-kind')
  if (!drafted.active) authorize(actor, 'users.set-active')
  return { command, drafted, redraft }
}

/** A draft with the times of the transaction that writes it, or of where it comes from. */
export const datedUser = (
  draft: User,
  { now, asOf, withPassword }: { now: Date; asOf: CreateUser['asOf']; withPassword: boolean },
): User =>
  withDerived({
    ...draft,
    createdAt: asOf?.createdAt ?? now,
    modifiedAt: now,
    deactivatedAt: draft.active ? null : (asOf?.deactivatedAt ?? now),
    passwordModifiedAt: withPassword ? now : null,
  })
