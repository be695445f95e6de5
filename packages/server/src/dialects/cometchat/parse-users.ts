import type { AccessRole, Condition, SortKey } from '../../core/index.ts'
import type { Named } from './auth.ts'
import type { CursorAsked } from './cursor.ts'
import { codeOfRole, defaultRole } from './fields.ts'
import type { UsersQuery } from './schemas-users.ts'

/** What a list is asked against. */
export interface Asking {
  readonly viewer: Named | null
  /** Whether the viewer's own token came: such lists never have deactivated users. */
  readonly byToken: boolean
  /** Whether the viewer's role lets it see its friends alone. */
  readonly friendsOnly: boolean
  readonly roles: readonly AccessRole[]
}

type Field = Extract<Condition, { readonly at: unknown }>['at']['field']
const isOneOf = (field: Field, values: readonly (string | boolean | null)[], ...path: string[]): Condition => ({
  at: { field, path },
  test: { op: 'in', values },
})

/** Which users a list has. The viewer is not on its own lists. */
export function parseFilter(query: UsersQuery, asking: Asking): Condition {
  const { viewer, byToken, roles } = asking
  const { searchKey, status = '', tags, uids, role } = query
  const friends = query.friendsOnly === true || asking.friendsOnly
  const deactivated = !byToken && (query.onlyDeactivated === true || query.withDeactivated === true)
  const here = statusNames.get(status.toLowerCase())
  const offline = isOneOf('status', ['offline'])
  return {
    all: [
      ...(deactivated && query.onlyDeactivated !== true ? [] : [isOneOf('active', [!deactivated])]),
      ...(searchKey === undefined ? [] : [startingWith(searchKey, query.searchIn)]),
      ...(here === undefined ? [] : [here ? { not: offline } : offline]),
      ...(tags === undefined ? [] : [isOneOf('tags', tags)]),
      ...(uids === undefined
        ? []
        : [
            isOneOf(
              'uid',
              uids.map((uid) => uid.toLowerCase()),
            ),
          ]),
      ...(role === undefined ? [] : [holding([role], roles)]),
      ...(query.roles === undefined ? [] : [holding(query.roles, roles)]),
      ...(viewer === null ? [] : [{ not: isOneOf('id', [viewer.id]) }]),
      ...(viewer !== null && friends ? [{ link: 'friend', of: viewer.id } as const] : []),
      ...(viewer !== null && query.hideBlockedUsers === true
        ? [{ not: { link: 'blocked-by', of: viewer.id } as const }]
        : []),
    ],
  }
}

const statusNames = new Map([
  ['available', true],
  ['online', true],
  ['offline', false],
])

/** Unknown places are passed over; where none is left, both count. */
function startingWith(text: string, searchIn: readonly string[] = []): Condition {
  const places = new Set(searchIn.map((place) => place.toLowerCase()))
  const both = !places.has('name') && !places.has('uid')
  const fields = [
    ...(both || places.has('uid') ? ['uid' as const] : []),
    ...(both || places.has('name') ? ['shownName' as const] : []),
  ]
  return { any: fields.map((field) => ({ at: { field, path: [] }, test: { op: 'starts', text } })) }
}

/** A user's role is the first of its access roles; whoever has none has the ordinary one. */
function holding(names: readonly string[], roles: readonly AccessRole[]): Condition {
  const codes = new Set(names.map(codeOfRole))
  const ids = roles.flatMap(({ id, code }) => (codes.has(code.toLowerCase()) ? [id] : []))
  return isOneOf('accessRoles', codes.has(codeOfRole(defaultRole)) ? [...ids, null] : ids, '0')
}

const by = (field: Field, direction: SortKey['direction']): SortKey => ({ field, path: [], direction })
export const newestFirst: readonly SortKey[] = [by('createdAt', 'desc'), by('uid', 'asc')]

/** What a list is ordered by; `null`: who is here first, then by name. */
export function parseOrder({ sortBy, sortOrder }: UsersQuery, viewer: Named | null): readonly SortKey[] | null {
  if (sortBy?.toLowerCase() !== 'name') return viewer === null ? newestFirst : null
  const direction = sortOrder?.toLowerCase() === 'desc' ? 'desc' : 'asc'
  return [by('foldedName', direction), by('uid', direction)]
}

type BySeconds = Extract<NonNullable<CursorAsked>, { readonly affix: unknown }>

/** Who changed after or before a second as clients see it, and in which order. */
export function changedBySeconds({ updatedAt, affix }: BySeconds): { where: Condition; order: readonly SortKey[] } {
  const at = { field: 'modifiedAt', path: [] } as const
  return affix === 'append'
    ? {
        where: { at, test: { op: 'at-least', value: new Date((updatedAt + 1) * 1000) } },
        order: [by('modifiedAt', 'asc')],
      }
    : { where: { at, test: { op: 'less', value: new Date(updatedAt * 1000) } }, order: [by('modifiedAt', 'desc')] }
}
