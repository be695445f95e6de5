import type { Catalogue } from './catalogue.ts'
import { type Condition, type FieldPath, fieldsAsked, linksAsked } from './condition.ts'
import { customFieldsCollection, customFieldsOf, customValuesOf } from './custom-fields.ts'
import { DirectoryError } from './errors.ts'
import type { SortKey } from './page.ts'
import { type Actor, authorize } from './policy.ts'
import type { User, UserField } from './user.ts'

/** What everybody who may see people at all sees of them; of `extensions` only the public custom fields. */
export const publicFields = [
  'id',
  'username',
  'shownName',
  'foldedName',
  'nickname',
  'bio',
  'kind',
  'active',
  'statusText',
  'utcOffset',
  'avatar',
  'avatarEtag',
  'registrationReason',
  'extensions',
] as const satisfies readonly (keyof User)[]
export type PublicField = (typeof publicFields)[number]
export type PublicUser = Pick<User, PublicField>

/** What the users of one app see of each other beside: of `extensions` also the metadata, but for its private part. */
export const memberFields = [
  ...publicFields,
  'uid',
  'link',
  'tags',
  'accessRoles',
  'createdAt',
  'modifiedAt',
  'deactivatedAt',
  'lastLoginAt',
  'version',
] as const satisfies readonly (keyof User)[]
export type MemberField = (typeof memberFields)[number]
export type MemberUser = Pick<User, MemberField>

/** The collection of `extensions` that holds an app's metadata, and its member that only the app itself may read. */
export const metadataCollection = 'metadata'
export const privateMetadata = '@private'

/** A user as somebody may see it. */
export type SeenUser =
  | { readonly view: 'full'; readonly user: User }
  | { readonly view: 'member'; readonly user: MemberUser }
  | { readonly view: 'public'; readonly user: PublicUser }
export type View = SeenUser['view']

/** How much of other people an actor sees; `null` for nothing. */
export function viewOf({ capabilities }: Actor): View | null {
  if (capabilities.has('users.read-private')) return 'full'
  if (capabilities.has('users.list-members')) return 'member'
  return capabilities.has('users.list-public') ? 'public' : null
}

/** Throws `forbidden` for whoever sees nobody else. */
export function requireView(actor: Actor): View {
  const view = viewOf(actor)
  if (view === null) {
    throw new DirectoryError('forbidden', {
      right: 'users.list-public',
      reason: 'This needs the right users.list-public.',
    })
  }
  return view
}

export function seenAs(view: View, user: User, catalogue: Catalogue): SeenUser {
  if (view === 'full') return { view, user }
  return view === 'member' ? { view, user: memberPart(user, catalogue) } : { view, user: publicPart(user, catalogue) }
}

/** A part of what is whole by its catalogue: the same object for the same two. */
function remembered<Whole extends object, Part>(cut: (whole: Whole, catalogue: Catalogue) => Part) {
  const cuts = new WeakMap<Whole, { readonly catalogue: Catalogue; readonly part: Part }>()
  return (whole: Whole, catalogue: Catalogue): Part => {
    const last = cuts.get(whole)
    if (last?.catalogue === catalogue) return last.part
    const part = cut(whole, catalogue)
    cuts.set(whole, { catalogue, part })
    return part
  }
}

/** The public part of a record. */
export const publicPart = remembered((user: User, catalogue: Catalogue): PublicUser => {
  const { id, username, shownName, foldedName, nickname, bio, kind, active } = user
  const { statusText, utcOffset, avatar, avatarEtag, registrationReason } = user
  return {
    ...{ id, username, shownName, foldedName, nickname, bio, kind, active },
    ...{ statusText, utcOffset, avatar, avatarEtag, registrationReason },
    extensions: publicExtensions(user, catalogue),
  }
})

const ownParts = new WeakMap<User, User>()

/**
 * A whole record as the actor may see it: without the private part of its metadata, which is the app's and not its user's,
 * unless the actor has `users.read-private`. The same object for the same record.
 */
export function ownPart(actor: Actor, user: User): User {
  const metadata = user.extensions[metadataCollection]
  const isOpen = metadata === undefined || !Object.hasOwn(metadata, privateMetadata)
  if (isOpen || actor.capabilities.has('users.read-private')) return user
  let own = ownParts.get(user)
  if (own === undefined) {
    const { [privateMetadata]: _private, ...open } = metadata
    own = { ...user, extensions: { ...user.extensions, [metadataCollection]: open } }
    ownParts.set(user, own)
  }
  return own
}

/** What an app's other users see of a record. */
export const memberPart = remembered((user: User, catalogue: Catalogue): MemberUser => {
  const { uid, link, tags, accessRoles, createdAt, modifiedAt, deactivatedAt, lastLoginAt, version } = user
  const { [privateMetadata]: _private, ...metadata } = user.extensions[metadataCollection] ?? {}
  const known = publicPart(user, catalogue)
  return {
    ...known,
    ...{ uid, link, tags, accessRoles, createdAt, modifiedAt, deactivatedAt, lastLoginAt, version },
    extensions: { ...known.extensions, ...(Object.keys(metadata).length > 0 && { [metadataCollection]: metadata }) },
  }
})

/** Those parts of everybody on a list. */
export const publicParts = remembered((users: readonly User[], catalogue): readonly PublicUser[] =>
  users.map((user) => publicPart(user, catalogue)),
)
export const memberParts = remembered((users: readonly User[], catalogue): readonly MemberUser[] =>
  users.map((user) => memberPart(user, catalogue)),
)

function publicExtensions(user: User, { tenant }: Catalogue): User['extensions'] {
  const fields = customFieldsOf(tenant)
  const open = Object.entries(customValuesOf(user)).filter(([name]) => fields.get(name)?.public === true)
  return open.length === 0 ? {} : { [customFieldsCollection]: Object.fromEntries(open) }
}

const fieldsOf: Record<Exclude<View, 'full'>, ReadonlySet<UserField>> = {
  public: new Set<UserField>([...publicFields, 'status']),
  member: new Set<UserField>([...memberFields, 'status']),
}

/** Whether the actor may read this of everybody: what it may not read it can neither see, nor filter nor order by. */
export function mayRead(actor: Actor, { field, path }: FieldPath, { tenant }: Catalogue): boolean {
  const view = viewOf(actor)
  if (view === 'full') return true
  if (view === null || !fieldsOf[view].has(field)) return false
  if (field !== 'extensions') return true
  const [collection, name] = path
  if (view === 'member' && collection === metadataCollection) return name !== undefined && name !== privateMetadata
  return (
    collection === customFieldsCollection && name !== undefined && customFieldsOf(tenant).get(name)?.public === true
  )
}

/**
 * Throws `forbidden` naming the first field that the actor asks about without being allowed to read it; also for links of
 * somebody else.
 */
export function requireReadable(
  actor: Actor,
  { where, order }: { where?: Condition | undefined; order: readonly SortKey[] },
  catalogue: Catalogue,
): void {
  const others = where === undefined ? [] : linksAsked(where).filter((userId) => userId !== actor.userId)
  if (others.length > 0) authorize(actor, 'users.read-private')
  const asked = [...(where === undefined ? [] : fieldsAsked(where)), ...order]
  const hidden = asked.find((path) => !mayRead(actor, path, catalogue))
  if (hidden !== undefined) {
    throw new DirectoryError('forbidden', {
      field: [hidden.field, ...hidden.path].join('.'),
      right: 'users.read-private',
      reason: 'Nobody filters or orders by what they may not read.',
    })
  }
}
