import type { Catalogue } from '../catalogue.ts'
import type { Verb } from '../verb.ts'
import { requireView } from '../visibility.ts'
import { browseUsers, type SeenUsers } from './browse-users.ts'

/** Between two moments of the directory; `fromId` goes on behind a user of an earlier call. */
export interface ChangesAsked {
  readonly after: string
  /** The present moment when absent. */
  readonly until?: string
  readonly fromId: string | null
  readonly limit: number
}

/** Users as they are now whose changes became visible between two moments, in id order, and how to go on. */
export type ChangedUsersPage = SeenUsers & {
  readonly catalogue: Catalogue
  readonly until: string
  /** The last id that was looked at while there are more. */
  readonly nextId: string | null
}

/** What has changed since a moment: without gaps, whatever is written meanwhile. Erased users are left out. */
export const changedUsers: Verb<ChangesAsked, ChangedUsersPage> = async (context, { after, until, fromId, limit }) => {
  const { actor, reads } = context
  requireView(actor)
  const end = until ?? (await reads.moment())
  const { ids, more } = await reads.changedUsers(actor.tenantId, { after, until: end, fromId }, limit)
  const where = { at: { field: 'id', path: [] }, test: { op: 'in', values: ids } } as const
  const order = [{ field: 'id', path: [], direction: 'asc' }] as const
  const page = await browseUsers(context, { where, order, limit: Math.max(ids.length, 1), offset: 0, total: false })
  return { ...page, until: end, nextId: more ? (ids.at(-1) ?? null) : null }
}

/** A name of the present moment, for a later `changedUsers`. */
export const presentMoment: Verb<null, string> = ({ reads }) => reads.moment()
