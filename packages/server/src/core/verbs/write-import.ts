import type { RelationList } from '../bulk-ports.ts'
import type { Catalogue } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { type DirectoryEvent, loadedUserEvent } from '../events.ts'
import { relationFields, type User } from '../user.ts'
import type { VerbContext } from '../verb.ts'
import { datedUser } from './create-user.ts'
import type { ImportOutcome } from './import-users.ts'
import { type Change, type Creation, changeOf, type ImportPlan } from './plan-import.ts'
import { advanced, followChange, noSuchUser } from './update-user.ts'

/** Writes a plan in one transaction, with an event for each user. Throws where the database, or one row, refuses it. */
export function written(
  context: VerbContext,
  catalogue: Catalogue,
  { creations, changes }: Pick<ImportPlan, 'creations' | 'changes'>,
): Promise<[place: number, ImportOutcome][]> {
  const { actor, transact } = context
  const { tenantId } = actor
  // Whoever is new and has nobody beside it needs no lock: with it the batches of a file would wait for each other.
  const isRelated =
    creations.some(({ draft }) => relationFields.some((field) => draft[field].length > 0)) ||
    changes.some(({ relations }) => Object.keys(relations).length > 0)

  return transact(async (tx, now) => {
    if (isRelated) await tx.users.lockHierarchy(tenantId)
    const locked = await lockAll(tx.users.lock, tenantId, changes)
    const updates = changes.flatMap((change) => {
      const before = locked.get(change.before.id)
      if (before === undefined) throw noSuchUser(change.before.id)
      const { wanted, differing } = changeOf(actor, catalogue, { ...change, before }, now)
      if (differing.length === 0) return []
      const { passwordHash } = change.item
      const dated = passwordHash === null ? wanted : { ...wanted, passwordModifiedAt: now }
      return [{ change, before, after: advanced(before, dated, now), passwordHash }]
    })
    const made = creations.map((creation) => newUser(creation, now))
    const inserted = await tx.users.insertMany(tenantId, made)
    if (inserted.length < made.length) throw new DirectoryError('value_taken', { field: 'id' })
    await tx.users.updateMany(tenantId, updates)
    const lists = [
      ...made.flatMap((user) => listsOf(null, user)),
      ...updates.flatMap(({ before, after }) => listsOf(before, after)),
    ]
    if (lists.length > 0) await tx.users.relateMany(tenantId, lists)

    const events: DirectoryEvent[] = []
    for (const [at, user] of made.entries()) {
      const passwordHash = creations[at]?.item.passwordHash ?? null
      if (passwordHash !== null) await tx.users.setPasswordHash(tenantId, user.id, passwordHash)
      events.push(loadedUserEvent(user, passwordHash !== null))
    }
    for (const { before, after, passwordHash } of updates) {
      events.push(await followChange(tx, actor, { before, after, passwordHash, catalogue, now }))
    }
    const moved = new Set(updates.map(({ after }) => after.id))
    return { result: outcomesOf(creations, changes, moved), events }
  })
}

const newUser = ({ item, draft }: Creation, now: Date): User => {
  const { createdAt, deactivatedAt } = item.command
  const asOf = { ...(createdAt !== undefined && { createdAt }), ...(deactivatedAt !== undefined && { deactivatedAt }) }
  return datedUser(draft, { now, asOf, withPassword: item.passwordHash !== null })
}

async function lockAll(
  lock: (tenantId: string, ids: readonly string[]) => Promise<User[]>,
  tenantId: string,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, User>> {
  if (changes.length === 0) return new Map()
  const users = await lock(
    tenantId,
    changes.map(({ before }) => before.id),
  )
  return new Map(users.map((user) => [user.id, user]))
}

const listsOf = (before: User | null, after: User): RelationList[] =>
  relationFields.flatMap((field) => {
    const [old, ids] = [before?.[field] ?? [], after[field]]
    const same = old.length === ids.length && ids.every((id, at) => id === old[at])
    return same ? [] : [{ userId: after.id, field, ids }]
  })

const outcomesOf = (
  creations: readonly Creation[],
  changes: readonly Change[],
  moved: ReadonlySet<string>,
): [number, ImportOutcome][] => [
  ...creations.map(({ item, draft, left }): [number, ImportOutcome] => [
    item.place,
    { status: 'created', uid: draft.uid, left },
  ]),
  ...changes.map(({ item, before, left }): [number, ImportOutcome] => [
    item.place,
    { status: moved.has(before.id) ? 'changed' : 'unchanged', uid: before.uid, left },
  ]),
]
