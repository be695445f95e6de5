import type { Catalogue } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { type ImportCommand, withPartsOf } from '../import-row.ts'
import { usernameCandidates } from '../names.ts'
import { type Actor, authorize } from '../policy.ts'
import { type NewUser, type RelationField, relationFields, type User } from '../user.ts'
import { authorizeEditing, authorizeFields } from '../user-rules.ts'
import type { VerbContext } from '../verb.ts'
import { draftCreation } from './create-user.ts'
import type { ImportItem } from './import-users.ts'
import { wantedUser } from './update-user.ts'

interface Planned {
  readonly item: ImportItem
  /** The row's hierarchy by ids: lists all of whose names are somebody's. */
  readonly relations: { readonly [F in RelationField]?: string[] }
  /** The other lists. */
  readonly left: readonly RelationField[]
}
export type Creation = Planned & { readonly draft: User }
export type Change = Planned & { readonly before: User }

/** What rows come to: users to make, users to change, and rows that need nothing more. */
export interface ImportPlan {
  creations: Creation[]
  changes: Change[]
  readonly unchanged: Change[]
  readonly failed: { readonly item: ImportItem; readonly error: unknown }[]
  /** Rows about users of rows before them: to be looked at once those are written. */
  readonly later: ImportItem[]
}

/**
 * Compares rows with who is there: one statement for all of them, one for the usernames of new users, one for the names in
 * hierarchies. It takes no lock: what is to be changed is compared once more when it is locked.
 */
export async function planned(
  context: VerbContext,
  catalogue: Catalogue,
  items: readonly ImportItem[],
  namesMayFollow: boolean,
): Promise<ImportPlan> {
  const { actor } = context
  const plan: ImportPlan = { creations: [], changes: [], unchanged: [], failed: [], later: [] }
  const attempt = <T>(item: ImportItem, work: () => T): T | null => {
    try {
      return work()
    } catch (error) {
      plan.failed.push({ item, error })
      return null
    }
  }
  const people = await peopleOf(context, items)
  const present: { item: ImportItem; before: User }[] = []
  const fresh: { item: ImportItem; draft: User }[] = []
  const spokenFor = new Set<string>()
  for (const item of items) {
    const { uid, email } = item.command
    const before = people.personOf(item.command)
    const keys = [uid, email, before?.id].filter((key) => key !== undefined)
    if (keys.some((key) => spokenFor.has(key))) {
      plan.later.push(item)
      continue
    }
    for (const key of keys) spokenFor.add(key)
    if (people.isTaken(item.command)) {
      plan.failed.push({ item, error: new DirectoryError('value_taken', { field: 'email' }) })
    } else if (before === null) {
      const draft = attempt(item, () => draftOf(context, catalogue, item.command))
      if (draft !== null) fresh.push({ item, draft })
    } else {
      present.push({ item, before })
    }
  }

  const named = await withUsernames(context, fresh, (item, error) => plan.failed.push({ item, error }))
  const idOf = await idsByName(context, items, named)
  const related = (item: ImportItem, id: string) =>
    attempt(item, () => relationsOf(item.command, id, idOf, namesMayFollow))
  for (const { item, draft } of named) {
    const relations = related(item, draft.id)
    if (relations !== null) plan.creations.push({ item, draft: { ...draft, ...relations.relations }, ...relations })
  }
  for (const { item, before } of present) {
    const relations = related(item, before.id)
    if (relations === null) continue
    const change = { item, before, ...relations }
    if (await keepsPassword(context, item, before.id)) item.password = undefined
    const differing = attempt(item, () => changeOf(actor, catalogue, change, context.clock()).differing)
    if (differing === null) continue
    const list = differing.length === 0 ? plan.unchanged : plan.changes
    list.push(change)
  }
  return plan
}

/** Who is there of the users that rows are about: found by uid, else by address. */
async function peopleOf({ actor, reads }: VerbContext, items: readonly ImportItem[]) {
  const uids = items.flatMap(({ command: { uid } }) => uid ?? [])
  const emails = items.flatMap(({ command: { email } }) => email ?? [])
  const people = await reads.usersByHandles(actor.tenantId, { uids, emails })
  const byUid = new Map(people.map((user) => [user.uid, user]))
  const byEmail = new Map(people.map((user) => [user.email, user]))
  return {
    personOf: ({ uid, email }: ImportCommand): User | null =>
      (uid === undefined ? byEmail.get(email ?? '') : byUid.get(uid)) ?? null,
    /** An address that is another's. */
    isTaken: ({ uid, email }: ImportCommand): boolean =>
      uid !== undefined && email !== undefined && (byEmail.get(email)?.uid ?? uid) !== uid,
  }
}

function draftOf(context: VerbContext, catalogue: Catalogue, command: ImportCommand): User {
  const { actor } = context
  authorize(actor, 'users.create')
  const { createdAt, deactivatedAt } = command
  const asOf =
    createdAt === undefined && deactivatedAt === undefined
      ? undefined
      : {
          ...(createdAt !== undefined && { createdAt }),
          ...(deactivatedAt !== undefined && { deactivatedAt }),
        }
  const given = withPartsOf(command, null)
  return draftCreation(context, catalogue, asOf === undefined ? given : { ...given, asOf }).drafted
}

/** Gives each new user a username that is free, and fails those whose own one is not. */
async function withUsernames<T extends { readonly item: ImportItem; readonly draft: User }>(
  { actor, reads }: VerbContext,
  fresh: readonly T[],
  refuse: (item: ImportItem, error: DirectoryError) => void,
): Promise<T[]> {
  const candidates = fresh.map(({ draft }) =>
    draft.username === '' ? usernameCandidates(draft.email, draft.id) : [draft.username],
  )
  const asked = candidates.flat().map((name) => name.toLowerCase())
  const taken = new Set(asked.length === 0 ? [] : await reads.usernamesTaken(actor.tenantId, asked))
  return fresh.flatMap((entry, at) => {
    const username = candidates[at]?.find((name) => !taken.has(name.toLowerCase()))
    if (username === undefined) {
      refuse(entry.item, new DirectoryError('value_taken', { field: 'username' }))
      return []
    }
    taken.add(username.toLowerCase())
    return [{ ...entry, draft: { ...entry.draft, username } }]
  })
}

/** The ids behind all names in the rows' hierarchies: of the directory's users, and of the new ones. */
async function idsByName(
  { actor, reads }: VerbContext,
  items: readonly ImportItem[],
  fresh: readonly { readonly draft: User }[],
): Promise<(name: string) => string | undefined> {
  const names = new Set<string>()
  for (const { command } of items) {
    for (const field of relationFields) for (const name of command.relations[field] ?? []) names.add(name)
  }
  if (names.size === 0) return () => undefined
  const known = await reads.userIdsByNames(actor.tenantId, [...names])
  const own = new Map(fresh.flatMap(({ draft }) => [[draft.uid, draft.id] as const, [draft.email, draft.id] as const]))
  return (name) => known.get(name) ?? own.get(name)
}

function relationsOf(
  { relations: named }: ImportCommand,
  userId: string,
  idOf: (name: string) => string | undefined,
  namesMayFollow: boolean,
): Pick<Planned, 'relations' | 'left'> {
  const relations: { [F in RelationField]?: string[] } = {}
  const left: RelationField[] = []
  for (const field of relationFields) {
    const names = named[field]
    if (names === undefined) continue
    const ids: string[] = []
    for (const name of names) {
      const id = idOf(name)
      if (id === userId) throw new DirectoryError('invalid_input', { field, reason: 'must not name the user itself' })
      if (id !== undefined) ids.push(id)
      else if (!namesMayFollow) {
        throw new DirectoryError('unknown_reference', { field, reason: `No user has the uid, address or id ${name}.` })
      }
    }
    if (ids.length === names.length) relations[field] = [...new Set(ids)]
    else left.push(field)
  }
  return { relations, left }
}

async function keepsPassword({ actor, reads, passwords }: VerbContext, item: ImportItem, userId: string) {
  if (item.password === undefined || item.passwordHash !== null) return false
  const hash = await reads.passwordHash(actor.tenantId, userId)
  return hash !== null && (await passwords.verify(hash, item.password))
}

/**
 * What a row makes of a user. Throws where it may not, and `read_only_field` where it differs in what is settled when a user
 * is made, or deactivated.
 */
export function changeOf(
  actor: Actor,
  catalogue: Catalogue,
  { item, before, relations }: Pick<Change, 'item' | 'before' | 'relations'>,
  now: Date,
) {
  const { command, password } = item
  const { uid: _uid, registrationReason, ...given }: NewUser = withPartsOf(command, before)
  authorizeEditing(actor, before.id)
  if (password !== undefined) authorizeFields(actor, { userId: before.id, owner: false }, ['password'], catalogue)
  if (registrationReason !== undefined && registrationReason !== before.registrationReason)
    throw settled('registrationReason')
  const { createdAt, deactivatedAt } = command
  if (createdAt !== undefined && createdAt.getTime() !== before.createdAt.getTime()) throw settled('createdAt')
  const changes = { ...given, ...relations, ...(password !== undefined && { password }) }
  const { wanted, differing } = wantedUser(actor, before, changes, { now, catalogue, whole: true, owner: false })
  if (deactivatedAt === undefined || wanted.active) return { wanted, differing }
  if (before.active) return { wanted: { ...wanted, deactivatedAt }, differing }
  if (deactivatedAt.getTime() !== before.deactivatedAt?.getTime()) throw settled('deactivatedAt')
  return { wanted, differing }
}

const settled = (field: string) => new DirectoryError('read_only_field', { field })
