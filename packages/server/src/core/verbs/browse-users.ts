import type { Catalogue } from '../catalogue.ts'
import type { Condition } from '../condition.ts'
import { DirectoryError } from '../errors.ts'
import type { PageRequest, SortKey } from '../page.ts'
import { authorize } from '../policy.ts'
import type { PresenceState } from '../ports.ts'
import { settingsOf } from '../tenant-settings.ts'
import type { User } from '../user.ts'
import { requireStorable } from '../validate.ts'
import type { Verb, VerbContext } from '../verb.ts'
import {
  type MemberUser,
  memberParts,
  type PublicUser,
  publicParts,
  requireReadable,
  requireView,
} from '../visibility.ts'
import { catalogueOf } from './get-user.ts'

export interface BrowseUsers {
  readonly where?: Condition | undefined
  readonly order: readonly SortKey[]
}

/** Users as the actor may see them: all whole, or all in the same part. */
export type SeenUsers = (
  | { readonly view: 'full'; readonly users: readonly User[] }
  | { readonly view: 'member'; readonly users: readonly MemberUser[] }
  | { readonly view: 'public'; readonly users: readonly PublicUser[] }
) & {
  readonly presences: ReadonlyMap<string, PresenceState>
}

/**
 * A page of everybody, as the actor may see them: with `users.read-private` whole, with `users.list-public` the public part.
 * Throws `forbidden` for a condition or an order on what the actor may not read.
 */
export const browseUsers: Verb<
  BrowseUsers & PageRequest,
  SeenUsers & { readonly total: number | null; readonly catalogue: Catalogue }
> = async (context, { where, order, limit, offset, total }) => {
  const { actor, reads } = context
  const catalogue = await admitted(context, { where, order })
  const page = await reads.users(actor.tenantId, { filter: { where }, order, limit, offset, total })
  const presences = await reads.presences(actor.tenantId, page.items)
  return { ...seen(context, page.items, catalogue), presences, total: page.total, catalogue }
}

/** Everybody from an offset on, in batches of one state of the directory; under the same rules. */
export const everyUser: Verb<
  BrowseUsers & { readonly offset: number },
  { readonly batches: AsyncIterable<SeenUsers>; readonly catalogue: Catalogue }
> = async (context, { where, order, offset }) => {
  const catalogue = await admitted(context, { where, order })
  return { batches: seenBatches(context, { where, order, offset }, catalogue), catalogue }
}

async function* seenBatches(
  context: VerbContext,
  { where, order, offset }: BrowseUsers & { offset: number },
  catalogue: Catalogue,
): AsyncIterable<SeenUsers> {
  const { actor, reads } = context
  const batches = reads.everyUser(actor.tenantId, { filter: { where }, order, offset }, actor.userId ?? '-')
  for await (const { users, presences } of batches) {
    yield { ...seen(context, users, catalogue), presences }
  }
}

async function admitted(context: VerbContext, asked: BrowseUsers): Promise<Catalogue> {
  const { actor } = context
  requireView(actor)
  const catalogue = await catalogueOf(context)
  if (settingsOf(catalogue.tenant).listingNeedsSearch) authorize(actor, 'users.search')
  requireAskable([asked.where, asked.order])
  requireReadable(actor, asked, catalogue)
  return catalogue
}

/** Throws `invalid_input` without a field: conditions are a dialect's making, the caller knows nothing of their parts. */
function requireAskable(asked: unknown): void {
  try {
    requireStorable(asked, 'where')
  } catch (error) {
    const reason = error instanceof DirectoryError ? error.detail.reason : undefined
    throw reason === undefined ? error : new DirectoryError('invalid_input', { reason })
  }
}

/** Whole, or in the same part: all alike; of the same list the same one. */
export function seen({ actor }: VerbContext, users: readonly User[], catalogue: Catalogue) {
  const view = requireView(actor)
  if (view === 'full') return { view, users } as const
  if (view === 'member') return { view, users: memberParts(users, catalogue) } as const
  return { view, users: publicParts(users, catalogue) } as const
}
