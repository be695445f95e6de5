import { type Static, Type } from 'typebox'
import { Cursor, Flag, Listed, paging } from './schema-parts.ts'
import { User } from './schemas.ts'

/** Requests and replies about several users, and about making them. */

const Words = Type.String({ pattern: '^[^\\u0000]*$', description: 'text without NUL' })
const words = (description: string) => Type.Optional(Type.Unsafe<string>({ ...Words, description }))
const list = (description: string, maxItems?: number) =>
  Type.Optional(Type.Array(Words, { description, ...(maxItems !== undefined && { maxItems }) }))
const flag = (description: string) => Type.Optional(Type.Unsafe<boolean>({ ...Flag, description }))

/** The end of the year 9999: what is larger was meant as milliseconds. */
const latest = 253_402_300_799
const seconds = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: latest, description: `Seconds since 1970 in UTC. ${description}` }))

export const UsersQuery = Type.Object({
  ...paging,
  searchKey: words('What names or uids begin with, in any case'),
  searchIn: list('`name`, `uid`; both when absent'),
  status: words('`available` or `offline`'),
  count: flag('`meta.pagination.total` is exact anyway'),
  role: words('A role'),
  roles: list('Any of these roles'),
  tags: list('Any of these tags'),
  withTags: flag('Shows tags'),
  withDeactivated: flag('Deactivated users too; for keys alone'),
  onlyDeactivated: flag('Deactivated users only; for keys alone'),
  uids: list('These users', 25),
  sortBy: words('`name`; anything else stands for the order without it'),
  sortOrder: words('`asc` or `desc`, with `sortBy`'),
  friendsOnly: flag("The viewing user's friends"),
  hideBlockedUsers: flag('Without those whom the viewing user has blocked'),
  updatedAt: seconds('Of a cursor'),
  affix: words('Of a cursor: `append` for what changed after that second, `prepend` for before it'),
  next: words('Of a cursor: exactly what has changed since that page'),
  cursor: words('A cursor as JSON'),
  'cursor[updatedAt]': seconds('As `updatedAt`'),
  'cursor[affix]': words('As `affix`'),
  'cursor[next]': words('As `next`'),
})
export type UsersQuery = Static<typeof UsersQuery>

export const UsersReply = Listed(User, 'The users', { cursor: Type.Optional(Cursor) })
