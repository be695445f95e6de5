import buildStringify from 'fast-json-stringify'
import {
  type Blocks,
  type Catalogue,
  DirectoryError,
  type FoundUser,
  type MemberUser,
  metadataCollection,
  type PresenceState,
  privateMetadata,
  type SeenUsers,
  type User,
} from '../../core/index.ts'
import { RenderedUsers } from '../_kit/rendered-users.ts'
import type { Named } from './auth.ts'
import { roleOfCode } from './fields.ts'
import { UserRecord } from './schemas.ts'

/** Whole seconds since 1970 in UTC, rounded down. */
export const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/**
 * Core user → what of a CometChat user does not move by itself; presence and what depends on the viewer are beside it.
 *
 * Absent and empty values are left out, never `null`. `updatedAt` is absent on a record that nobody has changed. Throws
 * nothing, for any stored user.
 */
function presentRecord(
  user: MemberUser,
  { roles }: Catalogue,
  metadata: Readonly<Record<string, unknown>>,
): UserRecord {
  const [code = 'default'] = user.accessRoles.flatMap((id) => roles.get(id)?.code ?? [])
  const avatar = user.avatar?.original ?? ''
  return {
    uid: user.uid,
    name: user.shownName === '' ? user.uid : user.shownName,
    ...(user.link !== null && user.link !== '' && { link: user.link }),
    ...(avatar !== '' && { avatar }),
    ...(user.statusText !== null && user.statusText !== '' && { statusMessage: user.statusText }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    role: roleOfCode(code),
    createdAt: seconds(user.createdAt),
    ...(user.version > 1 && { updatedAt: seconds(user.modifiedAt) }),
    ...(user.deactivatedAt !== null && { deactivatedAt: seconds(user.deactivatedAt) }),
  }
}

const stringifyRecord = buildStringify(UserRecord)
const metadataOf = (user: MemberUser) => user.extensions[metadataCollection] ?? {}

/** For keys by themselves: private metadata included. */
const keyUsers = new RenderedUsers<User>((user, catalogue) =>
  stringifyRecord(presentRecord(user, catalogue, metadataOf(user))),
)
/** For an app's users, themselves included. */
const memberUsers = new RenderedUsers<MemberUser>((user, catalogue) => {
  const { [privateMetadata]: _private, ...metadata } = metadataOf(user)
  return stringifyRecord(presentRecord(user, catalogue, metadata))
})

/** What stands beside a user's record in one reply. */
export interface Beside {
  /** Whose eyes it is for; `null` for a key by itself. */
  readonly viewer: Pick<Named, 'id' | 'uid'> | null
  /** Of whoever was never here: none. */
  readonly presence?: PresenceState | null | undefined
  /** Between the viewer and this user. */
  readonly blocks?: Blocks | undefined
  /** Lists show tags where they were asked for. */
  readonly tags: boolean
  /** For whoever changes a user without being allowed to read what is private. */
  readonly withoutPrivate?: boolean
}

/** A user as JSON text: everything of it for a key, what members may see for the others. */
export const userText = (user: User, catalogue: Catalogue, beside: Beside): string =>
  joined(
    beside.viewer === null && beside.withoutPrivate !== true
      ? keyUsers.text(user, catalogue)
      : memberUsers.text(user, catalogue),
    besideText(user, beside),
  )

/** A user that was found, likewise. Throws `forbidden` where only the public part may be seen. */
export function foundText(found: FoundUser, beside: Omit<Beside, 'presence'>): string {
  const { catalogue, presence } = found
  if (found.view === 'full') return userText(found.user, catalogue, { ...beside, presence })
  if (found.view === 'public') throw new DirectoryError('forbidden')
  return joined(memberUsers.text(found.user, catalogue), besideText(found.user, { ...beside, presence }))
}

/** Renders what a long page will need, with other requests in between. */
export async function renderAhead(seen: SeenUsers, catalogue: Catalogue, viewer: Beside['viewer']): Promise<void> {
  if (seen.view === 'full' && viewer === null) await keyUsers.ahead(seen.users, catalogue)
  else if (seen.view !== 'public') await memberUsers.ahead(seen.users, catalogue)
}

/** The users of a page, likewise; `blocks` are those between the viewer and them, by id. */
export function seenTexts(
  seen: SeenUsers,
  catalogue: Catalogue,
  { blocks, ...beside }: Omit<Beside, 'presence' | 'blocks'> & { readonly blocks?: ReadonlyMap<string, Blocks> },
): string[] {
  const besideOf = (id: string): Beside => ({ ...beside, presence: seen.presences.get(id), blocks: blocks?.get(id) })
  if (seen.view === 'full') return seen.users.map((user) => userText(user, catalogue, besideOf(user.id)))
  if (seen.view === 'public') throw new DirectoryError('forbidden')
  return seen.users.map((user) => joined(memberUsers.text(user, catalogue), besideText(user, besideOf(user.id))))
}

/** What moves by itself and what the viewer is to the user. */
function besideText(user: MemberUser, { viewer, presence, blocks, tags }: Beside): string {
  const here = presence?.status ?? 'offline'
  const active = Math.max(presence?.lastSeenAt?.getTime() ?? 0, user.lastLoginAt?.getTime() ?? 0)
  return JSON.stringify({
    status: here === 'offline' ? 'offline' : 'available',
    ...(active > 0 && { lastActiveAt: Math.floor(active / 1000) }),
    ...(tags && user.tags.length > 0 && { tags: user.tags }),
    ...(blocks !== undefined && presentBlocks(blocks)),
    ...(viewer !== null && viewer.id !== user.id && { conversationId: conversationId(viewer.uid, user.uid) }),
  })
}

const presentBlocks = ({ byViewer, byOther }: Blocks) => ({
  ...(byViewer !== null && {
    blockedByMe: true,
    blockedByMeAt: seconds(byViewer),
    blockedAt: seconds(byViewer),
  }),
  ...(byOther !== null && { hasBlockedMe: true, hasBlockedMeAt: seconds(byOther) }),
})

const conversationId = (one: string, other: string): string => [one, other].sort().join('_user_')

/** Two JSON objects' members in one. */
export const joined = (one: string, other: string): string =>
  other === '{}' ? one : one === '{}' ? other : `${one.slice(0, -1)},${other.slice(1)}`

/** `{data}` around JSON text. */
export const dataText = (text: string): string => `{"data":${text}}`
/** JSON texts as one list. */
export const listText = (texts: readonly string[]): string => `[${texts.join(',')}]`
/** What a list says of itself; the cursor stands both beside the meta and in it, since the platform's samples have it in either place. */
export const aboutText = (pagination: object, cursor: object | null): string => {
  const both = cursor === null ? {} : { cursor }
  return JSON.stringify({ meta: { pagination, ...both }, ...both })
}
/** JSON texts as a list, with what it says of itself. */
export const listedText = (texts: readonly string[], about: string): string =>
  joined(`{"data":${listText(texts)}}`, about)

/** The name of somebody's row in an answer: as it was sent, but for what the SDK would take for a token. */
export const rowName = (uid: string): string => (uid === 'authToken' ? uid.toLowerCase() : uid)
