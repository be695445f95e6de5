import { roleIdsOf } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { type DirectoryEvent, userEvent } from '../events.ts'
import { byModification } from '../page.ts'
import { authorize, isAdministrator } from '../policy.ts'
import type { User } from '../user.ts'
import { keepAnAdministrator } from '../user-rules.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'
import { advanced, endActivity } from './update-user.ts'

export interface DeactivateIdle {
  /** The role's code. */
  readonly role: string
  /** So long nobody of them has logged in. */
  readonly days: number
}

/** Users of one transaction. */
const batch = 100
export const idleReason = 'idle_too_long'

/**
 * Deactivates the active holders of a role who have not logged in since a moment (or were created before it and never did),
 * a hundred in a transaction, and gives how many. The last administrator and the caller stay active, and so do all
 * administrators where the caller could not make one.
 */
export const deactivateIdle: Verb<DeactivateIdle, number> = async (context, { role, days }) => {
  const { actor, clock, reads, transact } = context
  authorize(actor, 'users.set-active')
  const catalogue = await catalogueOf(context)
  const accessRoles = roleIdsOf([role], catalogue)
  if (accessRoles.length === 0) {
    throw new DirectoryError('unknown_reference', {
      field: 'accessRoles',
      reason: `No access role has the code ${role}.`,
    })
  }
  const since = new Date(Math.max(0, clock().getTime() - days * 86_400_000))
  const { tenantId } = actor
  const passedBy = new Set<string>(actor.userId === null ? [] : [actor.userId])
  let count = 0
  for (;;) {
    const { items } = await reads.users(tenantId, {
      filter: { accessRoles, active: true, where: idleSince(since) },
      order: byModification('asc'),
      limit: batch,
      offset: 0,
      total: false,
      without: [...passedBy],
    })
    if (items.length === 0) return count
    const gone = await transact(async (tx, now) => {
      const events: DirectoryEvent[] = []
      for (const user of await tx.users.lock(
        tenantId,
        items.map(({ id }) => id),
      )) {
        if (!user.active || !isIdle(user, since)) continue
        if (isAdministrator(user, catalogue) && !actor.capabilities.has('roles.assign-admin')) continue
        const after = advanced(user, { ...user, active: false, deactivatedAt: now, inactiveReason: idleReason }, now)
        try {
          await keepAnAdministrator(tx, tenantId, catalogue, user, after)
        } catch (error) {
          if (error instanceof DirectoryError && error.code === 'last_admin') continue
          throw error
        }
        await tx.users.update(tenantId, user, after)
        await endActivity(tx, tenantId, user.id, now)
        events.push(userEvent('user.deactivated', user, after))
      }
      return { result: new Set(events.map(({ subjectId }) => subjectId)), events }
    })
    count += gone.size
    // Whoever is deactivated is found no more; only the others have to be left out of the next look.
    for (const { id } of items) if (!gone.has(id)) passedBy.add(id)
  }
}

const isIdle = ({ lastLoginAt, createdAt }: User, since: Date): boolean => (lastLoginAt ?? createdAt) < since

const idleSince = (since: Date) => {
  const earlier = (field: 'lastLoginAt' | 'createdAt') =>
    ({ at: { field, path: [] }, test: { op: 'less', value: since } }) as const
  const never = { not: { at: { field: 'lastLoginAt', path: [] }, test: { op: 'exists' } } } as const
  return { any: [earlier('lastLoginAt'), { all: [never, earlier('createdAt')] }] }
}
