import type { Catalogue } from './catalogue.ts'
import { type Condition, type FieldPath, fieldsAsked } from './condition.ts'
import { customFieldsCollection, customFieldsOf, customValuesOf } from './custom-fields.ts'
import { DirectoryError } from './errors.ts'
import type { SortKey } from './page.ts'
import type { Actor } from './policy.ts'
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

/** A user as somebody may see it. */
export type SeenUser =
  | { readonly view: 'full'; readonly user: User }
  | { readonly view: 'public'; readonly user: PublicUser }

const cuts = new WeakMap<User, { readonly catalogue: Catalogue; readonly cut: PublicUser }>()

/** The public part of a record: the same object for the same record and catalogue. */
export function publicPart(user: User, catalogue: Catalogue): PublicUser {
  const last = cuts.get(user)
  if (last?.catalogue === catalogue) return last.cut
  const { id, username, shownName, foldedName, nickname, bio, kind, active } = user
  const { statusText, utcOffset, avatar, avatarEtag, registrationReason } = user
  const cut: PublicUser = {
    ...{ id, username, shownName, foldedName, nickname, bio, kind, active },
    ...{ statusText, utcOffset, avatar, avatarEtag, registrationReason },
    extensions: publicExtensions(user, catalogue),
  }
  cuts.set(user, { catalogue, cut })
  return cut
}

function publicExtensions(user: User, { tenant }: Catalogue): User['extensions'] {
  const fields = customFieldsOf(tenant)
  const open = Object.entries(customValuesOf(user)).filter(([name]) => fields.get(name)?.public === true)
  return open.length === 0 ? {} : { [customFieldsCollection]: Object.fromEntries(open) }
}

const everyones: ReadonlySet<UserField> = new Set<UserField>([...publicFields, 'status'])

/** Whether the actor may read this of everybody: what it may not read it can neither see, nor filter nor order by. */
export function mayRead(actor: Actor, { field, path }: FieldPath, { tenant }: Catalogue): boolean {
  if (actor.capabilities.has('users.read-private')) return true
  if (!actor.capabilities.has('users.list-public') || !everyones.has(field)) return false
  if (field !== 'extensions') return true
  const [collection, name] = path
  return (
    collection === customFieldsCollection && name !== undefined && customFieldsOf(tenant).get(name)?.public === true
  )
}

/** Throws `forbidden` naming the first field that the actor asks about without being allowed to read it. */
export function requireReadable(
  actor: Actor,
  { where, order }: { where?: Condition | undefined; order: readonly SortKey[] },
  catalogue: Catalogue,
): void {
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
