import type { Catalogue } from '../catalogue.ts'
import { byModification } from '../page.ts'
import { authorize } from '../policy.ts'
import type { PresenceState } from '../ports.ts'
import type { User } from '../user.ts'
import type { Verb } from '../verb.ts'
import { type PublicUser, publicPart } from '../visibility.ts'
import { catalogueOf } from './get-user.ts'

export interface ListPresent {
  /** Only these users; otherwise all. */
  readonly ids?: readonly string[]
  /** Whose presence changed after this moment, rather than who is here now. */
  readonly changedAfter?: Date
}

/** More are not told at once. */
const most = 10_000

/** Who is here, in the public part of their records. */
export const listPresent: Verb<
  ListPresent,
  { users: readonly PublicUser[]; presences: ReadonlyMap<string, PresenceState>; catalogue: Catalogue }
> = async (context, { ids: asked, changedAfter }) => {
  const { actor, reads } = context
  authorize(actor, 'users.list-public')
  const catalogue = await catalogueOf(context)
  const ids = asked ?? (await reads.present(actor.tenantId, changedAfter ?? null, most))
  const presences = await reads.presences(actor.tenantId, ids)
  const wanted = changedAfter === undefined ? ids.filter((id) => presences.has(id)) : ids
  const query = { filter: { ids: wanted }, order: byModification('desc'), limit: most, offset: 0, total: false }
  const { items } = wanted.length === 0 ? { items: [] as readonly User[] } : await reads.users(actor.tenantId, query)
  return { users: items.map((user) => publicPart(user, catalogue)), presences, catalogue }
}
