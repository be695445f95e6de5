import { type Static, Type } from 'typebox'
import { CometChatError, Cursor, Data, Done, Flag, Listed, LooseFlag, Name, paging, Text, Uid } from './schema-parts.ts'
import { CometChatUser, User, userMembers } from './schemas.ts'

/** Requests and replies about several users, and about making them. */

const Words = Type.String({ pattern: '^[^\\u0000]*$', description: 'text without NUL' })
/** What is described as a whole is refused in the words of its part. */
const words = (description: string) =>
  Type.Optional(Type.Unsafe<string>({ type: 'string', allOf: [Words], description }))
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

const Role = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  maxLength: 100,
  description: 'One that exists; `""` and `null` stand for `default`',
})
const Unset = ['avatar', 'link', 'metadata', 'statusMessage', 'tags'] as const
export const CreateUserBody = Type.Object({
  ...userMembers,
  uid: Uid,
  name: Name,
  role: Type.Optional(Role),
  withAuthToken: Type.Optional(LooseFlag),
})
export const UpdateUserBody = Type.Object({
  ...userMembers,
  role: Type.Optional(Role),
  unset: Type.Optional(
    Type.Array(Type.Unsafe<(typeof Unset)[number]>({ type: 'string', enum: [...Unset] }), {
      description: 'Members to clear',
    }),
  ),
})
export const CreatedUserReply = Data(
  Type.Object({ ...CometChatUser.properties, authToken: Type.Optional(Text) }),
  'The user, with a token where that was asked for',
)

export const DeleteUserBody = Type.Object({
  permanent: Type.Optional(
    Type.Unsafe<boolean | 'true' | 'false'>({ ...LooseFlag, description: 'Erases the user; else it is deactivated' }),
  ),
})
const uids = Type.Array(Text)
export const DeletedUserReply = Data(
  Type.Object({
    deactivatedUids: Type.Optional(uids),
    ...Done.properties.data.properties,
  }),
  'Done',
)

const UidsSent = Type.Array(Type.String({ pattern: '\\S', description: 'filled in' }), { minItems: 1, maxItems: 25 })
export const DeactivateUsersBody = Type.Object({ uidsToDeactivate: UidsSent })
export const ReactivateUsersBody = Type.Object({ uidsToActivate: UidsSent })
const FailedRow = Type.Object({ success: Type.Literal(false), error: CometChatError.properties.error })
/** By uid. */
const failed = Type.Optional(
  Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', additionalProperties: FailedRow }),
)
export const DeactivatedUsersReply = Data(
  Type.Object({
    deactivatedUids: Type.Optional(uids),
    alreadyDeactivatedUids: Type.Optional(uids),
    notFound: Type.Optional(uids),
    failed,
  }),
  'What became of each; lists with nobody in them are left out',
)
export const ReactivatedUsersReply = Data(
  Type.Object({
    reactivatedUids: Type.Optional(uids),
    nonDeactivatedUids: Type.Optional(uids),
    notFound: Type.Optional(uids),
    failed,
  }),
  'What became of each; lists with nobody in them are left out',
)

/** Ten digits at most: more were meant as milliseconds. Zero stands for never, as the SDK has it. */
const SomeSecond = Type.Unsafe<number | string>({
  type: ['integer', 'string'],
  minimum: 0,
  maximum: 9_999_999_999,
  pattern: '^\\d{1,10}$',
  description: 'whole seconds since 1970 in UTC, of ten digits at most (not milliseconds)',
})
export const ImportedUser = Type.Object({
  ...userMembers,
  uid: Uid,
  name: Name,
  role: Type.Optional(Role),
  createdAt: Type.Optional(SomeSecond),
  lastActiveAt: Type.Optional(SomeSecond),
})
export type ImportedUser = Static<typeof ImportedUser>
export const ImportUsersBody = Type.Object({
  users: Type.Unsafe<Readonly<Record<string, unknown>>>({
    type: 'object',
    minProperties: 1,
    maxProperties: 50,
    additionalProperties: true,
    description: 'By uid; each is as in the creation of one user, with `createdAt` and `lastActiveAt` taken over',
  }),
})
export const ImportedUsersReply = Data(
  Type.Unsafe<Readonly<Record<string, unknown>>>({
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: {
        success: { type: 'boolean' },
        data: { $ref: 'CometChatUser#' },
        error: { type: 'object', additionalProperties: true },
      },
    },
  }),
  'What became of each row',
)
