import type { Catalogue } from '../catalogue.ts'
import { asFields, differences, keepingPrivate, merged } from '../changed-user.ts'
import { DirectoryError } from '../errors.ts'
import { type DirectoryEvent, type EventType, masked, userEvent } from '../events.ts'
import { requirePassword } from '../password-rules.ts'
import { type Actor, authorize, requireReach } from '../policy.ts'
import type { Status, Tx } from '../ports.ts'
import { settingsOf } from '../tenant-settings.ts'
import { normaliseEmail, relationFields, type User, type UserChanges } from '../user.ts'
import {
  authorizeAccessTo,
  authorizeEditing,
  authorizeFields,
  authorizeRoles,
  type ChangedField,
  keepAnAdministrator,
  relateChanged,
  requireFreeUsername,
  requireRoles,
  withDerived,
} from '../user-rules.ts'
import { validateUserFields } from '../validate.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { ownPart } from '../visibility.ts'
import { catalogueOf, type UserReading } from './get-user.ts'

export interface UpdateUser {
  readonly userId: string
  /** `settings`, `preferences` and `extensions` are merged by their first keys; `null` there removes a key. */
  readonly changes: UserChanges
  /** What the caller's platform can't change: throws `read_only_field` where it differs from what is stored. */
  readonly fixed?: { readonly email?: string }
  /** Replaces `settings`, `preferences` and `extensions` as a whole instead of merging them. */
  readonly whole?: boolean
  /** Sets a password that nobody knows, in place of what is given. */
  readonly randomPassword?: boolean
  /** Whether the user is here, as `setPresence` sets it. */
  readonly status?: Status
  /** Throws `stale_record` when the record is in another revision by now. */
  readonly expectedRevision?: number
}

/**
 * Changes what differs from the stored record, all or nothing; the rights asked for are those of the fields that differ.
 * Deactivating ends the user's sessions; API tokens are refused until it is back. A new password ends all sessions but
 * the caller's own. A repeat changes nothing.
 */
export const updateUser: Verb<UpdateUser, UserReading> = (context, input) =>
  changeUser(context, input, { owner: false })

/** As `updateUser`; an `owner` changes the own account, see user-rules.ts. What is done `beside` is so in the same step. */
export async function changeUser(
  context: VerbContext,
  input: UpdateUser,
  { owner, beside }: { owner: boolean; beside?: (tx: Tx) => Promise<readonly DirectoryEvent[]> },
): Promise<UserReading> {
  const { actor, passwords, transact } = context
  const { userId, changes: given, fixed = {}, whole = false, randomPassword = false, status, expectedRevision } = input
  const { name, customFields: _values, roleCodes: _codes, ...plain } = given
  authorizeEditing(actor, userId)
  validateUserFields({ ...plain, ...(name !== undefined && { displayName: name }) })
  const catalogue = await catalogueOf(context)
  const { passwordRules } = catalogue.tenant
  if (status !== undefined) {
    if (actor.userId !== userId) authorize(actor, 'users.edit')
    authorizeStatus(actor, status, catalogue)
  }
  const changes = randomPassword ? { ...given, password: passwords.make(passwordRules) } : given
  if (changes.password !== undefined) {
    authorizeFields(actor, { userId, owner }, ['password'], catalogue)
    const stored = await storedUser(context, userId)
    if (!randomPassword) await requirePassword(changes.password, passwordRules, stored, passwords.strength)
  }
  const passwordHash = changes.password === undefined ? null : await passwords.hash(changes.password)

  const user = await transact(async (tx, now) => {
    const { tenantId } = actor
    const related = relationFields.some((field) => changes[field] !== undefined)
    if (related) await tx.users.lockHierarchy(tenantId)
    const before = await lockUser(tx, tenantId, userId)
    if (expectedRevision !== undefined && expectedRevision !== before.revision) throw new DirectoryError('stale_record')
    if (fixed.email !== undefined && normaliseEmail(fixed.email) !== before.email) {
      throw new DirectoryError('read_only_field', { field: 'email' })
    }
    const { wanted, differing } = wantedUser(actor, before, changes, { now, catalogue, whole, owner })
    if (status !== undefined) await setStatus(tx, tenantId, wanted, status, now)
    const others = (await beside?.(tx)) ?? []
    if (differing.length === 0 && passwordHash === null) return { result: before, events: others }

    const after = advanced(before, passwordHash === null ? wanted : { ...wanted, passwordModifiedAt: now }, now)
    await tx.users.update(tenantId, before, after)
    if (related) await relateChanged(tx, tenantId, before, after)
    const event = await followChange(tx, actor, { before, after, passwordHash, catalogue, now })
    return { result: after, events: [event, ...others] }
  })
  return { user: ownPart(actor, user), catalogue }
}

/** The record that a change asks for, and what of it differs from the stored one. Throws for what the actor may not change. */
export function wantedUser(
  actor: Actor,
  before: User,
  changes: UserChanges,
  { now, catalogue, whole, owner }: { now: Date; catalogue: Catalogue; whole: boolean; owner: boolean },
): { wanted: User; differing: readonly ChangedField[] } {
  const readsAll = !owner && actor.capabilities.has('users.read-private')
  const fields = asFields(before, readsAll ? changes : keepingPrivate(before, changes), catalogue)
  validateUserFields(fields)
  const wanted = merged(before, fields, { now, catalogue, whole: whole && changes.customFields === undefined })
  const differing = differences(before, wanted, fields)
  if (differing.includes('username')) requireFreeUsername(wanted.username)
  authorizeDifferences(actor, { before, wanted, owner }, differing, catalogue)
  return { wanted, differing }
}

/** What follows from a change that has been written: sessions that end, a mail that is owed no more. Gives its event. */
export async function followChange(
  tx: Tx,
  actor: Actor,
  { before, after, passwordHash, catalogue, now }: WrittenChange,
): Promise<DirectoryEvent> {
  const { tenantId } = actor
  await keepAnAdministrator(tx, tenantId, catalogue, before, after)
  if (passwordHash !== null) {
    await tx.users.setPasswordHash(tenantId, after.id, passwordHash)
    await tx.mails.settle(tenantId, after.id)
    const spare = actor.userId === after.id ? actor.credentialId : null
    await tx.credentials.deleteOf(tenantId, after.id, { kinds: ['session'], spare })
  }
  if (before.active && !after.active) await endActivity(tx, tenantId, after.id, now)
  const secrets = passwordHash === null ? {} : { password: { before: masked, after: masked } }
  return userEvent(eventType(before, after), before, after, secrets)
}

interface WrittenChange {
  readonly before: User
  readonly after: User
  /** `null` where the password stays. */
  readonly passwordHash: string | null
  readonly catalogue: Catalogue
  readonly now: Date
}

/** Throws `forbidden` for whoever may change nothing, `switched_off` where nobody is to be here and appear offline. */
export function authorizeStatus(actor: Actor, status: Status, { tenant }: Catalogue): void {
  if (actor.readOnly || actor.ordinaryOnly) throw new DirectoryError('forbidden')
  if (status === 'offline' && !settingsOf(tenant).invisibility) {
    throw new DirectoryError('switched_off', { field: 'invisibility' })
  }
}

/** Throws `deactivated` for somebody who can't be here; that such a person is offline may be said. */
export async function setStatus(tx: Tx, tenantId: string, user: User, status: Status, now: Date): Promise<void> {
  if (user.active) await tx.presence.set(tenantId, user.id, { status, statusDefault: status, lastSeenAt: now }, now)
  else if (status !== 'offline') throw new DirectoryError('deactivated')
}

/** A user as it is stored. Throws `not_found`; rights are the caller's to ask for. */
export async function storedUser({ actor, reads }: VerbContext, userId: string): Promise<User> {
  const user = canBeKept(userId) ? await reads.user(actor.tenantId, userId) : null
  if (user === null) throw noSuchUser(userId)
  return user
}

/** Whether the store can be asked for this text at all. */
const canBeKept = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

export const noSuchUser = (userId: string) =>
  new DirectoryError('not_found', { field: 'id', reason: `No user has the id ${userId}.` })

/** The user's row, held until the transaction ends. */
export async function lockUser(tx: Tx, tenantId: string, userId: string): Promise<User> {
  const [user] = canBeKept(userId) ? await tx.users.lock(tenantId, [userId]) : []
  if (user === undefined) throw noSuchUser(userId)
  return user
}

/** The record with a new revision and a modification time later than any before it. */
export const advanced = (before: User, after: User, now: Date): User =>
  withDerived({
    ...after,
    version: before.version + 1,
    revision: before.revision + 1,
    modifiedAt: new Date(Math.max(now.getTime(), before.modifiedAt.getTime() + 1)),
  })

/** What ends when somebody is deactivated: sessions, personal tokens and being here. API tokens are refused meanwhile. */
export async function endActivity(tx: Tx, tenantId: string, userId: string, now: Date): Promise<void> {
  await tx.credentials.deleteOf(tenantId, userId, { kinds: ['session', 'personal-token'] })
  await tx.presence.clear(tenantId, userId, now)
}

/** What somebody comes in by, or is kept out by. */
const waysIn: ReadonlySet<ChangedField> = new Set<ChangedField>([
  'email',
  'emailVerified',
  'username',
  'password',
  'requirePasswordChange',
  'active',
  'readOnly',
])

function authorizeDifferences(
  actor: Actor,
  { before, wanted, owner }: { before: User; wanted: User; owner: boolean },
  differing: readonly ChangedField[],
  catalogue: Catalogue,
): void {
  requireReach(actor, before, catalogue)
  const fields = differing.filter((field) => field !== 'password')
  authorizeFields(actor, { userId: before.id, owner }, fields, catalogue)
  if (differing.includes('accessRoles'))
    requireRoles(
      wanted.accessRoles.filter((id) => !before.accessRoles.includes(id)),
      catalogue,
    )
  authorizeRoles(actor, catalogue, before, wanted)
  if (differing.some((field) => waysIn.has(field))) authorizeAccessTo(actor, before, catalogue)
}

function eventType(before: User, after: User): EventType {
  if (before.active === after.active) return 'user.updated'
  return after.active ? 'user.reactivated' : 'user.deactivated'
}
