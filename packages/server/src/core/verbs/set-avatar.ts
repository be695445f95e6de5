import { DirectoryError } from '../errors.ts'
import { userEvent } from '../events.ts'
import { authorize } from '../policy.ts'
import type { AvatarImage, Handle } from '../ports.ts'
import { settingsOf } from '../tenant-settings.ts'
import type { User } from '../user.ts'
import type { Verb } from '../verb.ts'
import { userBy } from './find-user.ts'
import { catalogueOf } from './get-user.ts'
import { advanced, lockUser } from './update-user.ts'

/**
 * Sets a user's picture, or with `null` removes it, a link to one as well: one's own where the tenant lets people, others'
 * with `users.set-avatar`.
 */
export const setAvatar: Verb<{ userId: string; avatar: AvatarImage | null }, null> = async (context, input) => {
  const { actor, fingerprint, transact } = context
  const { tenant } = await catalogueOf(context)
  const own = actor.userId === input.userId && !actor.readOnly
  if (own && !settingsOf(tenant).ownAvatar) throw new DirectoryError('switched_off', { field: 'ownAvatar' })
  if (!own) authorize(actor, 'users.set-avatar')
  const avatarEtag = input.avatar === null ? null : fingerprint(input.avatar.image.toString('base64')).slice(0, 20)
  return transact(async (tx, now) => {
    const before = await lockUser(tx, actor.tenantId, input.userId)
    const avatar = input.avatar === null ? null : before.avatar
    if (before.avatarEtag === avatarEtag && before.avatar === avatar) return { result: null, events: [] }
    const after: User = advanced(before, { ...before, avatar, avatarEtag }, now)
    await tx.users.update(actor.tenantId, before, after)
    await tx.users.setAvatar(actor.tenantId, input.userId, input.avatar)
    return { result: null, events: [userEvent('user.updated', before, after)] }
  })
}

/** What everybody may see of a person without saying who they are: the picture, or what one can be made of. */
export const getAvatar: Verb<
  Extract<Handle, { username: string }> | { readonly id: string },
  { etag: string | null; uploaded: AvatarImage | null; link: string | null } | null
> = async (context, of) => {
  const { actor, reads } = context
  const user = await userBy(context, of)
  if (user === null) return null
  const uploaded = user.avatarEtag === null ? null : await reads.avatar(actor.tenantId, user.id)
  return { etag: user.avatarEtag, uploaded, link: user.avatar?.original || null }
}
