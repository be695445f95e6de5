import { metadataCollection, type User, type UserChanges } from '../../core/index.ts'
import type { UserMembers } from './schemas.ts'
import { objectOf } from './validation.ts'

/** Members that a request can take away by name. */
export const clearable = ['avatar', 'link', 'metadata', 'statusMessage', 'tags'] as const
type Clearable = (typeof clearable)[number]

/**
 * A user's members → the directory's changes. What is absent stays; `null` and empty values clear; `unset` does by name.
 * Metadata is replaced as a whole.
 */
export function parseChanges(
  { name, avatar, link, statusMessage, metadata, tags }: UserMembers,
  unset: readonly Clearable[] = [],
): UserChanges {
  const given = <T>(member: Clearable, value: T | undefined, cleared: T): { value: T } | undefined => {
    if (unset.includes(member)) return { value: cleared }
    return value === undefined ? undefined : { value }
  }
  const [picture, page] = [given('avatar', avatar, null), given('link', link, null)]
  const [message, free] = [given('statusMessage', statusMessage, null), given('metadata', metadata, null)]
  const labels = given('tags', tags, null)
  return {
    ...(name !== undefined && { name: name.trim() }),
    ...(picture && { avatar: avatarOf(picture.value) }),
    ...(page && { link: page.value || null }),
    ...(message && { statusText: message.value || null }),
    ...(free && { extensions: metadataOf(free.value) }),
    ...(labels && { tags: labels.value ?? [] }),
  }
}

function avatarOf(url: string | null): User['avatar'] {
  return url === null || url === '' ? null : { small: url, square: url, original: url }
}

/** The collection with nothing in it stands for none. */
const metadataOf = (sent: string | object | null): User['extensions'] => ({
  [metadataCollection]: { ...objectOf(sent) },
})
