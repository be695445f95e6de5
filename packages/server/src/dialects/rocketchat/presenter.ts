import buildStringify from 'fast-json-stringify'
import { type Catalogue, customValuesOf, type PresenceState, type PublicUser, type User } from '../../core/index.ts'
import { RenderedUsers } from '../_kit/rendered-users.ts'
import { OwnDetails, RocketChatUser, type UserMember } from './schemas.ts'

const types = { human: 'user', bot: 'bot', app: 'app' } as const

/**
 * Core user → what everybody sees of it; but for presence, see `withPresence`.
 *
 * Absent values are left out, never `null`. Throws nothing, for any stored user.
 */
export function presentPublic(user: PublicUser): RocketChatUser {
  const customFields = customValuesOf(user)
  return {
    _id: user.id,
    username: user.username,
    ...(user.shownName !== '' && { name: user.shownName }),
    nameInsensitive: user.shownName.toLowerCase(),
    type: types[user.kind],
    active: user.active,
    ...(user.nickname !== null && { nickname: user.nickname }),
    ...(user.bio !== null && { bio: user.bio }),
    ...(user.statusText !== null && { statusText: user.statusText }),
    ...(user.utcOffset !== null && { utcOffset: user.utcOffset }),
    ...(user.avatarEtag !== null && { avatarETag: user.avatarEtag }),
    ...(user.registrationReason !== null && { reason: user.registrationReason }),
    ...(Object.keys(customFields).length > 0 && { customFields }),
  }
}

/** Core user → every member of it that some reply shows; dates are ISO 8601 in UTC with milliseconds. */
export function presentFull(user: User, { roles }: Pick<Catalogue, 'roles'>): RocketChatUser {
  const origin = user.avatarEtag !== null ? 'upload' : user.avatar !== null ? 'url' : null
  return {
    ...presentPublic(user),
    ...(!user.emailGenerated && { emails: [{ address: user.email, verified: user.emailVerified }] }),
    // Ids that no role has any more are left out.
    roles: user.accessRoles.flatMap((id) => roles.get(id)?.code ?? []),
    ...(user.phone !== null && { phone: user.phone }),
    ...(user.language !== null && { language: user.language }),
    ...(origin !== null && { avatarOrigin: origin }),
    ...(user.inactiveReason !== null && { inactiveReason: user.inactiveReason }),
    ...(user.importIds.length > 0 && { importIds: [...user.importIds] }),
    ...(user.requirePasswordChange && { requirePasswordChange: true }),
    ...(user.requirePasswordChangeReason !== null && { requirePasswordChangeReason: user.requirePasswordChangeReason }),
    settings: Object.keys(user.preferences).length === 0 ? {} : { preferences: user.preferences },
    createdAt: user.createdAt.toISOString(),
    ...(user.lastLoginAt !== null && { lastLogin: user.lastLoginAt.toISOString() }),
    _updatedAt: user.modifiedAt.toISOString(),
  }
}

/** The members of these names, in the order of the record. */
export const picked = (user: RocketChatUser, names: ReadonlySet<string>): RocketChatUser => {
  const { _id, username } = user
  const chosen = Object.fromEntries(Object.entries(user).filter(([name]) => names.has(name)))
  return { _id, username, ...chosen }
}

const stringifyUser = buildStringify(RocketChatUser)
const stringifyOwn = buildStringify(OwnDetails)

/** What users.list shows by default, to everybody and to whoever may read private values. */
export const listedPublic = [
  'username',
  'name',
  'nameInsensitive',
  'type',
  'active',
  'avatarETag',
  'utcOffset',
] as const
export const listedFull = [...listedPublic, 'emails', 'roles', 'lastLogin'] as const satisfies readonly UserMember[]
const shownInfo: readonly UserMember[] = [
  ...['name', 'nickname', 'bio', 'type', 'active', 'statusText', 'utcOffset', 'avatarETag', 'reason'],
  ...['customFields', 'emails', 'phone', 'roles', 'importIds', 'requirePasswordChange'],
  ...['requirePasswordChangeReason', 'createdAt', 'lastLogin'],
] as const
const shownMe: readonly UserMember[] = [
  ...['name', 'nickname', 'bio', 'active', 'statusText', 'utcOffset', 'avatarETag', 'avatarOrigin', 'emails', 'roles'],
  ...['language', 'customFields', 'requirePasswordChange', 'requirePasswordChangeReason', '_updatedAt'],
] as const
const hiddenSaved = new Set<string>(['nameInsensitive', 'avatarOrigin', 'inactiveReason', 'importIds'])

/** Users of whom these members are shown; presence is beside them, see `withPresence`. */
export const fullUsers = (names: readonly UserMember[]): RenderedUsers => {
  const set = new Set<string>(names)
  return new RenderedUsers((user, catalogue) => stringifyUser(picked(presentFull(user, catalogue), set)))
}
export const publicUsers = (names: readonly UserMember[]): RenderedUsers<PublicUser> => {
  const set = new Set<string>(names)
  return new RenderedUsers<PublicUser>((user) => stringifyUser(picked(presentPublic(user), set)))
}

/** users.list by default. */
export const listedUsers = fullUsers(listedFull)
export const publiclyListedUsers = publicUsers(listedPublic)
const infoMembers = fullUsers(shownInfo)
const publicInfoMembers = publicUsers(shownInfo)
/** users.info: for oneself and for whoever may read private values, and for the others. */
export const infoUsers = new RenderedUsers((user, catalogue) =>
  joined(infoMembers.text(user, catalogue), '{"canViewAllInfo":true}'),
)
export const publicInfoUsers = new RenderedUsers<PublicUser>((user, catalogue) =>
  joined(publicInfoMembers.text(user, catalogue), '{"canViewAllInfo":false}'),
)
/** What creations and changes answer. */
export const savedUsers = new RenderedUsers((user, catalogue) => {
  const full = presentFull(user, catalogue)
  const names = Object.keys(full).filter((name) => !hiddenSaved.has(name))
  return stringifyUser(picked(full, new Set(names)))
})
const ownUsers = new RenderedUsers((user, catalogue) => {
  const { email, emailGenerated, emailVerified, passwordModifiedAt } = user
  const own = stringifyOwn({
    ...(emailVerified && !emailGenerated && { email }),
    services: {
      ...(passwordModifiedAt !== null && { password: { exists: true } }),
      totp: { enabled: false },
      email2fa: { enabled: false },
    },
    isOAuthUser: false,
  })
  const full = presentFull(user, catalogue)
  const settings = JSON.stringify({ profile: {}, preferences: user.preferences })
  return joined(joined(stringifyUser(picked(full, new Set(shownMe))), own), `{"settings":${settings}}`)
})

/** The caller itself, as `me` gives it; `site` is what links begin with. */
export const ownText = (user: User, catalogue: Catalogue, presence: PresenceState | undefined, site: string): string =>
  joined(
    withPresence(ownUsers.text(user, catalogue), presence, true),
    JSON.stringify({ avatarUrl: `${site}/avatar/${encodeURIComponent(user.username)}` }),
  )

/** Two JSON objects' members in one. */
export const joined = (one: string, other: string): string =>
  other === '{}' ? one : one === '{}' ? other : `${one.slice(0, -1)},${other.slice(1)}`

/** A user's text with its presence: who has none is offline. `whole` adds what only oneself and the privileged see. */
export function withPresence(text: string, presence: PresenceState | undefined, whole = false): string {
  // Who has gone, and chose nothing, is told like somebody who was never here.
  if (presence === undefined || (presence.status === 'offline' && presence.statusDefault === null))
    return joined(text, offline)
  const { status, statusDefault } = presence
  return joined(
    text,
    JSON.stringify({
      status,
      ...(whole && { statusConnection: status }),
      ...(whole && statusDefault !== null && { statusDefault }),
    }),
  )
}
const offline = '{"status":"offline"}'
