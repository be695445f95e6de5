import type { Catalogue } from '../catalogue.ts'
import { byModification } from '../page.ts'
import type { Handle, PresenceState } from '../ports.ts'
import { normaliseEmail, type User } from '../user.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { ownPart, requireView, type SeenUser, seenAs, viewOf } from '../visibility.ts'
import { catalogueOf, presenceOf } from './get-user.ts'

/** What names one user; any case of a username or an address. */
export type UserKey =
  | { readonly id: string }
  | { readonly username: string }
  | { readonly email: string }
  | { readonly importId: string }
  | { readonly uid: string }

export type FoundUser = SeenUser & {
  readonly catalogue: Catalogue
  readonly isSelf: boolean
  /** `null` for who was never here. */
  readonly presence: PresenceState | null
}

/**
 * The user that the first fitting key names, as the actor may see it: oneself and, with `users.read-private`, anybody whole;
 * with `users.list-public` the public part. `null` for nobody; others' addresses and import ids lead to nobody without
 * `users.read-private`. Throws `forbidden` for whoever may see nobody else.
 */
export const findUser: Verb<{ keys: readonly UserKey[] }, FoundUser | null> = async (context, { keys }) => {
  const { actor } = context
  const catalogue = await catalogueOf(context)
  const view = viewOf(actor)
  for (const key of keys) {
    const user = await userBy(context, key)
    if (user === null) continue
    const isSelf = user.id === actor.userId
    if (isSelf)
      return {
        view: 'full',
        user: ownPart(actor, user),
        catalogue,
        isSelf,
        presence: await presenceOf(context, user.id),
      }
    if (view !== 'full' && ('email' in key || 'importId' in key)) continue
    const seen = seenAs(requireView(actor), user, catalogue)
    return { ...seen, catalogue, isSelf, presence: await presenceOf(context, user.id) }
  }
  requireView(actor)
  return null
}

/** Rights are the caller's to ask for. */
export async function userBy({ actor, reads }: VerbContext, key: UserKey): Promise<User | null> {
  const { tenantId } = actor
  if (Object.values(key).some((text) => text.includes('\0') || !text.isWellFormed())) return null
  if ('id' in key) return reads.user(tenantId, key.id)
  if ('importId' in key) {
    const where = { at: { field: 'importIds', path: [] }, test: { op: 'in', values: [key.importId] } } as const
    const query = { filter: { where }, order: byModification('desc'), limit: 1, offset: 0, total: false }
    return (await reads.users(tenantId, query)).items[0] ?? null
  }
  return reads.userByHandle(tenantId, handleOf(key))
}

function handleOf(key: Exclude<UserKey, { id: string } | { importId: string }>): Handle {
  if ('email' in key) return { email: normaliseEmail(key.email) }
  return 'uid' in key ? { uid: key.uid.toLowerCase() } : { username: key.username.toLowerCase() }
}
