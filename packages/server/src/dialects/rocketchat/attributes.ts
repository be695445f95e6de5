import { type Actor, type Catalogue, customFieldsCollection, mayRead } from '../../core/index.ts'

/** What a list of users may hold of each beside the defaults: top-level names of a Rocket.Chat user. */
const onRequest = ['nickname', 'bio', 'statusText', 'reason', 'customFields'] as const
/** Seen only by whoever may see everything about others. */
const privateOnRequest = [
  'avatarOrigin',
  'createdAt',
  'inactiveReason',
  'language',
  'phone',
  'requirePasswordChange',
  'requirePasswordChangeReason',
  'settings',
  'statusConnection',
  'statusDefault',
  '_updatedAt',
] as const
const everyonesDefaults = [
  '_id',
  'username',
  'name',
  'nameInsensitive',
  'status',
  'active',
  'type',
  'avatarETag',
  'utcOffset',
] as const
const privateDefaults = ['emails', 'roles', 'lastLogin'] as const

export type Attribute =
  | (typeof everyonesDefaults)[number]
  | (typeof privateDefaults)[number]
  | (typeof onRequest)[number]
  | (typeof privateOnRequest)[number]

const attributes: ReadonlyMap<string, Attribute> = new Map(
  [...everyonesDefaults, ...privateDefaults, ...onRequest, ...privateOnRequest].map((name) => [name, name]),
)
/** The attribute of this name, if users have it. */
export const attributeNamed = (name: string): Attribute | undefined => attributes.get(name)

/** Nobody sees these, whoever asks. */
const nobodys: ReadonlySet<string> = new Set(['joinCode', 'members', 'importIds', 'e2e', 'services', 'inviteToken'])
const privates: ReadonlySet<string> = new Set([...privateDefaults, ...privateOnRequest])

/** Who reads users, and which roles and custom fields there are. */
export interface Reader {
  readonly actor: Actor
  readonly catalogue: Catalogue
}

export const seesEverything = ({ actor }: Pick<Reader, 'actor'>): boolean =>
  actor.capabilities.has('users.read-private')

/** The first step of a dotted path, and the rest. */
export function stepsOf(path: string): readonly [string, string] {
  const dot = path.indexOf('.')
  return dot === -1 ? [path, ''] : [path.slice(0, dot), path.slice(dot + 1)]
}

/** Where core keeps a custom field. */
export const customFieldPath = (name: string) =>
  ({ field: 'extensions', path: [customFieldsCollection, name] }) as const

/**
 * Whether a dotted path leads to what the reader may not see: such names are passed over in silence, wherever they stand
 * (Rocket.Chat's lists of forbidden fields, and every custom field that is not public).
 */
export function isHidden(path: string, reader: Reader): boolean {
  const [head, below] = stepsOf(path)
  if (nobodys.has(path) || nobodys.has(head)) return true
  if (seesEverything(reader)) return false
  if (privates.has(head)) return true
  const [name] = stepsOf(below)
  return head === 'customFields' && below !== '' && !mayRead(reader.actor, customFieldPath(name), reader.catalogue)
}

export const defaultAttributes = (reader: Pick<Reader, 'actor'>): readonly Attribute[] =>
  seesEverything(reader) ? [...everyonesDefaults, ...privateDefaults] : everyonesDefaults
