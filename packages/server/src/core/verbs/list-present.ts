import type { Catalogue } from '../catalogue.ts'
import { byModification } from '../page.ts'
import { authorize } from '../policy.ts'
import type { PresenceState } from '../ports.ts'
import type { User } from '../user.ts'
import { requireStorable } from '../validate.ts'
import type { Verb } from '../verb.ts'
import { type PublicUser, publicPart } from '../visibility.ts'
import { catalogueOf } from './get-user.ts'

export interface ListPresent {
  /** Only these users; otherwise all. */
  readonly ids?: readonly string[]
  /** Who came or went after this moment, but for the actor, rather than who is here now: heeded for ten minutes. */
  readonly changedAfter?: Date
}

export interface PresentUsers {
  readonly view: 'public'
  readonly users: readonly PublicUser[]
  readonly presences: ReadonlyMap<string, PresenceState>
  readonly catalogue: Catalogue
  /** Whether these are all who are here. */
  readonly complete: boolean
}

/** More are not told at once. */
const most = 10_000
/** How long whoever went is remembered, in milliseconds; the store keeps them a little longer. */
const memory = 600_000

/** Who is here, in the public part of their records. */
export const listPresent: Verb<ListPresent, PresentUsers> = async (context, { ids: asked, changedAfter }) => {
  const { actor, clock, reads } = context
  authorize(actor, 'users.list-public')
  requireStorable(asked, 'ids')
  const catalogue = await catalogueOf(context)
  const isRecent = changedAfter !== undefined && clock().getTime() - changedAfter.getTime() < memory
  const since = asked === undefined && isRecent ? changedAfter : null
  const ids = asked ?? (await reads.present(actor.tenantId, since, most))
  const presences = await reads.presences(
    actor.tenantId,
    ids.map((id) => ({ id })),
  )
  const isHere = (id: string) => (presences.get(id)?.status ?? 'offline') !== 'offline'
  const wanted = ids.filter((id) => (since === null ? isHere(id) : id !== actor.userId))
  const query = { filter: { ids: wanted }, order: byModification('desc'), limit: most, offset: 0, total: false }
  const { items } = wanted.length === 0 ? { items: [] as readonly User[] } : await reads.users(actor.tenantId, query)
  const users = items.map((user) => publicPart(user, catalogue))
  return { view: 'public', users, presences, catalogue, complete: asked === undefined && since === null }
}
