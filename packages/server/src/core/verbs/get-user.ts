import type { Catalogue } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { authorize } from '../policy.ts'
import type { PresenceState } from '../ports.ts'
import type { User } from '../user.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { ownPart } from '../visibility.ts'

/** A user and what its record is read against. */
export interface UserReading {
  readonly user: User
  readonly catalogue: Catalogue
}

/** The same with whether the user is here; `null` for who was never here. */
export interface PresentUser extends UserReading {
  readonly presence: PresenceState | null
}

/** One user by id: oneself, or anyone with `users.read-private`. Throws `forbidden` before it says whether one exists. */
export const getUser: Verb<{ userId: string }, PresentUser> = async (context, { userId }) => {
  const { actor, reads } = context
  if (actor.userId !== userId) authorize(actor, 'users.read-private')
  const user = await reads.user(actor.tenantId, userId)
  if (user === null) throw new DirectoryError('not_found', { field: 'id', reason: `No user has the id ${userId}.` })
  return {
    user: ownPart(actor, user),
    catalogue: await catalogueOf(context),
    presence: await presenceOf(context, userId),
  }
}

/** The caller's own record, without asking whether it is here. Throws `forbidden` for whoever is nobody. */
export const getSelf: Verb<null, UserReading> = async (context) => {
  const { actor, reads } = context
  const user = actor.userId === null ? null : await reads.user(actor.tenantId, actor.userId)
  if (user === null) throw new DirectoryError('forbidden')
  return { user: ownPart(actor, user), catalogue: await catalogueOf(context) }
}

/** Whether somebody is here; `null` for who was never. */
export const presenceOf = async (
  { actor, reads }: Pick<VerbContext, 'actor' | 'reads'>,
  id: string,
): Promise<PresenceState | null> => (await reads.presences(actor.tenantId, [{ id }])).get(id) ?? null

/** The actor's tenant with its roles and job titles. */
export async function catalogueOf({ actor, reads }: Pick<VerbContext, 'actor' | 'reads'>): Promise<Catalogue> {
  const catalogue = await reads.catalogue(actor.tenantId)
  if (catalogue === null) throw new DirectoryError('unknown_tenant')
  return catalogue
}
