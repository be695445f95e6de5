import type { Catalogue, PresenceState, PublicUser, SeenUsers, User } from '../../core/index.ts'
import type { RenderedUsers } from '../_kit/rendered-users.ts'
import type { Reader } from './attributes.ts'
import { defaultProjection, type Projection, showsCustomField } from './parse-fields.ts'
import {
  fullUsers,
  listedFull,
  listedPublic,
  listedUsers,
  presentFull,
  presentPublic,
  publiclyListedUsers,
  publicUsers,
  withPresence,
} from './presenter.ts'
import type { RocketChatUser } from './schemas.ts'

/** Each user of a list, as JSON text. */
export type PresentSeen = (seen: SeenUsers, catalogue: Catalogue) => string[]

type Present<Seen extends PublicUser> = (
  user: Seen,
  catalogue: Catalogue,
  presence: PresenceState | undefined,
) => string

/** The same presenter for either view. */
const inView =
  (full: Present<User>, open: Present<PublicUser>): PresentSeen =>
  (seen, catalogue) =>
    seen.view === 'full'
      ? seen.users.map((user) => full(user, catalogue, seen.presences.get(user.id)))
      : seen.users.map((user) => open(user, catalogue, seen.presences.get(user.id)))

/** Texts that were rendered once, with the presence of this moment. */
const remembered = (full: RenderedUsers, open: RenderedUsers<PublicUser>): PresentSeen =>
  inView(
    (user, catalogue, presence) => withPresence(full.text(user, catalogue), presence),
    (user, catalogue, presence) => withPresence(open.text(user, catalogue), presence),
  )

const presentDefaults = remembered(listedUsers, publiclyListedUsers)

/** users.list, by the projection that was asked for. */
export const presentListed = (projection: Projection, reader: Reader): PresentSeen =>
  projection === defaultProjection(reader)
    ? presentDefaults
    : inView(
        (user, catalogue, presence) => projected(presentFull(user, catalogue), presence, projection),
        (user, _catalogue, presence) => projected(presentPublic(user), presence, projection),
      )

function projected(user: RocketChatUser, presence: PresenceState | undefined, projection: Projection): string {
  const attributes: ReadonlySet<string> = projection.attributes
  const { status, statusDefault } = presence ?? { status: 'offline', statusDefault: null }
  const here = { status, statusConnection: status, ...(statusDefault !== null && { statusDefault }) }
  const customFields = Object.entries(user.customFields ?? {}).filter(([name]) => showsCustomField(projection, name))
  const shown = Object.entries({ ...user, ...here }).filter(
    ([name]) => name === '_id' || (name !== 'customFields' && attributes.has(name)),
  )
  return JSON.stringify({
    ...Object.fromEntries(shown),
    ...(customFields.length > 0 && { customFields: Object.fromEntries(customFields) }),
  })
}

/** users.listByStatus. */
export const presentByStatus = remembered(
  fullUsers([...listedFull, 'reason']),
  publicUsers([...listedPublic, 'reason']),
)

/** The people directory, which says nothing of who is here. */
const directoryMembers = ['name', 'nickname', 'bio'] as const
const [directoryUsers, publicDirectoryUsers] = [
  fullUsers([...directoryMembers, 'createdAt', 'emails']),
  publicUsers(directoryMembers),
]
export const presentDirectory = inView(
  (user, catalogue) => directoryUsers.text(user, catalogue),
  (user, catalogue) => publicDirectoryUsers.text(user, catalogue),
)

/** What is offered while somebody types: the same to everybody. */
const offeredUsers = publicUsers(['name', 'nickname', 'avatarETag'])
const spottedUsers = publicUsers(['name'])
const presentUsers = publicUsers(['name', 'utcOffset', 'statusText', 'avatarETag'])
const inAnyView = (users: RenderedUsers<PublicUser>): PresentSeen => {
  const present: Present<PublicUser> = (user, catalogue, presence) =>
    withPresence(users.text(user, catalogue), presence)
  return inView(present, present)
}
export const presentOffered = inAnyView(offeredUsers)
export const presentSpotted = inAnyView(spottedUsers)

/** users.presence. */
export const presentHere = inAnyView(presentUsers)

/** JSON texts as one. */
export const listText = (texts: readonly string[]): string => `[${texts.join(',')}]`
