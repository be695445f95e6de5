import type { Catalogue } from '../catalogue.ts'
import type { Condition } from '../condition.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { requireView } from '../visibility.ts'
import { browseUsers, type SeenUsers } from './browse-users.ts'

/** Between two moments of the directory; `fromId` goes on behind a user of an earlier call. */
export interface ChangesAsked {
  readonly after: string
  /** The present moment when absent. */
  readonly until?: string
  readonly fromId: string | null
  readonly limit: number
  /** Which of them; of the others nothing is told, not even that they are no longer among these. */
  readonly where?: Condition | undefined
}

/** Users as they are now whose changes became visible between two moments, in id order, and how to go on. */
export type ChangedUsersPage = SeenUsers & {
  readonly catalogue: Catalogue
  readonly until: string
  /** The last id that was looked at while there are more. */
  readonly nextId: string | null
}

/** So many stretches without anybody who meets the condition are passed over in one call. */
const mostEmpty = 50

/**
 * What has changed since a moment: without gaps, whatever is written meanwhile. Erased users are left out. A page may be
 * empty though there are more, where a condition passes over very many.
 */
export const changedUsers: Verb<ChangesAsked, ChangedUsersPage> = async (context, { until, ...asked }) => {
  const { actor, reads } = context
  requireView(actor)
  const end = until ?? (await reads.moment())
  let page = await stretch(context, { ...asked, until: end })
  for (let passed = 1; page.nextId !== null && page.users.length === 0 && passed < mostEmpty; passed += 1) {
    page = await stretch(context, { ...asked, until: end, fromId: page.nextId })
  }
  return page
}

async function stretch(
  context: VerbContext,
  { after, until, fromId, limit, where }: ChangesAsked & { readonly until: string },
): Promise<ChangedUsersPage> {
  const { actor, reads } = context
  const { ids, more } = await reads.changedUsers(actor.tenantId, { after, until, fromId }, limit)
  const among: Condition = { at: { field: 'id', path: [] }, test: { op: 'in', values: ids } }
  const page = await browseUsers(context, {
    where: where === undefined ? among : { all: [among, where] },
    order: [{ field: 'id', path: [], direction: 'asc' }],
    limit: Math.max(ids.length, 1),
    offset: 0,
    total: false,
  })
  return { ...page, until, nextId: more ? (ids.at(-1) ?? null) : null }
}

/** A name of the present moment, for a later `changedUsers`. */
export const presentMoment: Verb<null, string> = ({ reads }) => reads.moment()
