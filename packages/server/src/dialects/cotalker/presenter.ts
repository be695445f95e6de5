import buildStringify from 'fast-json-stringify'
import {
  type Catalogue,
  extensionsOf,
  type Presence,
  type PresenceState,
  type PresentUser,
  permissionsOf,
  propertiesOf,
  rolesOf,
  type User,
  type UserReading,
} from '../../core/index.ts'
import { KeptBodies } from '../_kit/kept-bodies.ts'
import { RenderedUsers } from '../_kit/rendered-users.ts'
import { type COTUser, COTUserDetails, COTUserRecord, OwnCompany, ShortUser } from './schemas.ts'

/**
 * Core user → COTUser, but for its presence.
 *
 * Absent values are left out, never `null`. Dates are ISO 8601 in UTC with milliseconds. Throws nothing, for any stored
 * user.
 */
export function presentRecord(user: User, catalogue: Catalogue): COTUserRecord {
  return {
    _id: user.id,
    name: {
      displayName: user.displayName,
      names: user.givenNames,
      lastName: user.familyName,
      secondLastName: user.secondFamilyName,
    },
    properties: [...propertiesOf(user, catalogue)],
    accessRoles: [...user.accessRoles],
    isActive: user.active,
    termsConditions: user.termsConditions,
    search: [...user.keywords],
    email: user.email,
    companies: [
      {
        hierarchy: { boss: [...user.bosses], peers: [...user.peers], subordinate: [...user.subordinates] },
        _id: user.membershipId,
        companyId: catalogue.tenant.id,
      },
    ],
    createdAt: user.createdAt.toISOString(),
    modifiedAt: user.modifiedAt.toISOString(),
    ...(user.phone !== null && { phone: user.phone }),
    ...(user.jobTitle !== null && { jobTitle: user.jobTitle }),
    ...(user.job !== null && { job: user.job }),
    ...(user.botId !== null && { bot: user.botId }),
    ...(user.kind === 'bot' && { system: 'bot' }),
    ...(user.avatar !== null && { avatar: user.avatar }),
    ...(Object.keys(user.settings).length > 0 && { settings: user.settings }),
    ...(user.readOnly && { isReadOnly: true }),
    extensions: extensionsOf(user, catalogue),
  }
}

type Here = PresenceState | null | undefined

/** `lastRequestDate` of somebody who was never seen is the creation. */
const presentHere = ({ createdAt }: User, presence: Here) => ({
  isOnline: presence !== null && presence !== undefined && presence.status !== 'offline',
  lastRequestDate: (presence?.lastSeenAt ?? createdAt).toISOString(),
})

/** Core user → COTUser. */
export const presentUser = ({ user, catalogue, presence }: PresentUser): COTUser => ({
  ...presentRecord(user, catalogue),
  ...presentHere(user, presence),
})

/** A user's rights as they are now, which come from its roles and its job title's. */
function presentDetails(user: User, catalogue: Catalogue) {
  const allAccessRoles = rolesOf(user, catalogue)
  return { permissionsV2: permissionsOf(allAccessRoles, catalogue), allAccessRoles }
}

const stringifyRecord = buildStringify(COTUserRecord)
const stringifyShort = buildStringify(ShortUser)
const stringifyDetails = buildStringify(COTUserDetails)
const stringifyCompany = buildStringify(OwnCompany)

/** Two JSON objects' members in one. */
export const joined = (one: string, other: string): string => `${one.slice(0, -1)},${other.slice(1)}`

const recordText = (user: User, catalogue: Catalogue): string => stringifyRecord(presentRecord(user, catalogue))
/** A user in a list, after a creation or a change. */
export const users = new RenderedUsers(recordText)
/** A user read by its id. */
export const detailedUsers = new RenderedUsers((user, catalogue) =>
  joined(recordText(user, catalogue), stringifyDetails(presentDetails(user, catalogue))),
)
/** The caller itself, with its company. */
export const ownUsers = new RenderedUsers((user, catalogue) => {
  const { id, name, appId } = catalogue.tenant
  const company = { company: { _id: id, displayName: name, subdomain: appId } }
  return joined(detailedUsers.text(user, catalogue), stringifyCompany(company))
})

/** A user's text with its presence, which changes by itself: it is never part of a text that is kept. */
export const present = (texts: RenderedUsers, { user, catalogue }: UserReading, presence: Here): string =>
  joined(texts.text(user, catalogue), JSON.stringify(presentHere(user, presence)))

/** The whole reply with one user, by what it shows of it. */
const [ownBodies, detailedBodies] = [new KeptBodies<User>(), new KeptBodies<User>()]
const bodyOf =
  (bodies: KeptBodies<User>, texts: RenderedUsers) =>
  (reading: PresentUser, debug: string | null): string | Buffer => {
    const { user, catalogue, presence } = reading
    const render = () => presentData(present(texts, reading, presence), debug)
    return debug === null ? bodies.body(user, [catalogue, presence], render) : render()
  }
export const ownBody = bodyOf(ownBodies, ownUsers)
export const detailedBody = bodyOf(detailedBodies, detailedUsers)

/** What `find` gives of a user unless all fields were asked for. */
export const shortUsers = new RenderedUsers((user, catalogue) => stringifyShort(presentRecord(user, catalogue)))

/** Whether somebody is online, as JSON text. */
export const presentActivity = ({ at, online, lastSeenAt }: Presence): string =>
  JSON.stringify({
    date: at.toISOString(),
    connectionStatus: { online, ...(lastSeenAt !== null && { lastOnline: lastSeenAt.toISOString() }) },
  })

/** A record without an envelope. */
export const presentBare = (text: string, debug: string | null): string =>
  debug === null ? text : joined(text, `{"debug":${debug}}`)

/** `{data}`; `debug`, when asked for, is JSON text. */
export const presentData = (text: string, debug: string | null): string =>
  debug === null ? `{"data":${text}}` : `{"data":${text},"debug":${debug}}`

/** The record's own members, and the same record as `data`. */
export const presentChanged = (text: string, debug: string | null): string => joined(text, presentData(text, debug))

/** A list under each of these names, with its total under both that clients read. */
export function presentList(
  names: readonly string[],
  texts: readonly string[],
  total: number | null,
  debug: string | null,
) {
  const list = `[${texts.join(',')}]`
  const members = names.map((name) => `"${name}":${list}`)
  if (total !== null) members.push(`"count":${total}`, `"counter":${total}`)
  return presentData(`{${members.join(',')}}`, debug)
}
