import type { AccessRole, JobTitle } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { type DirectoryEvent, jobTitleEvent, loadedUserEvent, roleEvent } from '../events.ts'
import type { User } from '../user.ts'
import { relateChanged } from '../user-rules.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/** Complete records with ids and times of their own, taken as they are: whoever calls vouches for them. */
export interface LoadUsers {
  readonly roles?: readonly AccessRole[]
  readonly jobTitles?: readonly JobTitle[]
  /** Hierarchies name users of the same load or of the directory; both sides of a relation say so. */
  readonly users: readonly User[]
  /** Who has blocked whom and when, of users of the same load or of the directory; told where the one who blocks is new. */
  readonly blocks?: readonly { readonly userId: string; readonly blockedId: string; readonly at: Date }[]
  /** Some of `users`, who get this password. */
  readonly logins?: { readonly password: string; readonly userIds: readonly string[] }
}

/**
 * Loads records in one transaction; those whose id is there already stay as they are. Gives the number of new users.
 * For the command line only. Throws `value_taken` where somebody else has an address, a handle or a title's code.
 */
export const loadUsers: Verb<LoadUsers, number> = async (context, input) => {
  const { actor, passwords, transact } = context
  const { roles = [], jobTitles = [], users, blocks = [], logins } = input
  if (actor.dialect !== 'command') throw new DirectoryError('forbidden')
  const catalogue = await catalogueOf(context)
  const newRoles = roles.filter(({ id }) => !catalogue.roles.has(id))
  const newTitles = jobTitles.filter(({ id }) => !catalogue.jobTitles.has(id))
  const passwordHash = logins === undefined ? null : await passwords.hash(logins.password)
  const enabled = new Set(logins?.userIds)
  const related = users.some((user) => user.bosses.length + user.peers.length + user.subordinates.length > 0)

  return transact(async (tx, now) => {
    const { tenantId } = actor
    for (const role of newRoles) await tx.catalogue.insertRole(tenantId, role)
    for (const title of newTitles) await tx.catalogue.insertJobTitle(tenantId, title)
    if (related) await tx.users.lockHierarchy(tenantId)
    const written = await tx.users.insertMany(
      tenantId,
      users.map((user) => (enabled.has(user.id) ? { ...user, passwordModifiedAt: now } : user)),
    )
    if (related) for (const user of written) await relateChanged(tx, tenantId, null, user)
    if (passwordHash !== null) {
      for (const { id } of written) if (enabled.has(id)) await tx.users.setPasswordHash(tenantId, id, passwordHash)
    }
    const newcomers = new Set(written.map(({ id }) => id))
    const newBlocks = blocks.filter(({ userId }) => newcomers.has(userId))
    for (const { userId, blockedId, at } of newBlocks) await tx.links.block(tenantId, userId, [blockedId], at)
    const events = [
      ...newRoles.map((role) => roleEvent(null, role)),
      ...newTitles.map((title) => jobTitleEvent(null, title)),
      ...written.map((user) => loadedUserEvent(user, enabled.has(user.id))),
      ...newBlocks.map(({ userId, blockedId }) => blockEvent(userId, [blockedId])),
    ]
    return { result: written.length, events }
  })
}

const blockEvent = (userId: string, ids: readonly string[]): DirectoryEvent => ({
  type: 'user.blocked',
  subjectId: userId,
  changes: { users: { before: null, after: ids } },
  record: null,
})
