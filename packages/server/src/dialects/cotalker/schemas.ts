import { type Static, Type } from 'typebox'
import {
  Activity,
  ClearableId,
  ClearableText,
  Dictionary,
  date,
  debug,
  debugFlag,
  IsoDate,
  ids,
  ObjectId,
  paging,
  Text,
  total,
} from './schema-parts.ts'

/** Requests and replies of Cotalker's users API (README.md beside this file names the sources). */

const Hierarchy = Type.Object({
  boss: Type.Array(ObjectId),
  peers: Type.Array(ObjectId),
  subordinate: Type.Array(ObjectId),
})
const Avatar = Type.Object({ small: Text, square: Text, original: Text })

const userMembers = {
  _id: ObjectId,
  name: Type.Object({ displayName: Text, names: Text, lastName: Text, secondLastName: Text }),
  properties: Type.Array(ObjectId),
  accessRoles: Type.Array(ObjectId, { description: 'Roles assigned to the user itself' }),
  isActive: Type.Boolean(),
  termsConditions: Type.Boolean(),
  search: Type.Array(Text, { description: 'Generated keywords' }),
  isOnline: Type.Boolean(),
  email: Text,
  companies: Type.Array(Type.Object({ hierarchy: Hierarchy, _id: ObjectId, companyId: ObjectId })),
  lastRequestDate: IsoDate,
  createdAt: IsoDate,
  modifiedAt: IsoDate,
  phone: Type.Optional(Text),
  jobTitle: Type.Optional(Text),
  job: Type.Optional(ObjectId),
  bot: Type.Optional(ObjectId),
  system: Type.Optional(Type.String({ description: '`bot` for users that are programs' })),
  avatar: Type.Optional(Avatar),
  settings: Type.Optional(Dictionary),
  isReadOnly: Type.Optional(Type.Boolean()),
  extensions: Dictionary,
}
/** A user as lists, creations and changes show it. */
export const COTUser = Type.Object(userMembers, { $id: 'COTUser' })
export type COTUser = Static<typeof COTUser>
const { isOnline: _isOnline, lastRequestDate: _lastRequestDate, ...recordMembers } = userMembers
/** What of it stays the same until somebody changes it. */
export const COTUserRecord = Type.Object(recordMembers)
export type COTUserRecord = Static<typeof COTUserRecord>

/** What `find` gives of a user by default. */
export const ShortUser = Type.Pick(COTUser, ['_id', 'name', 'email', 'jobTitle', 'avatar', 'isActive'])

/** What reading one user adds: its effective rights. */
export const COTUserDetails = Type.Object({
  permissionsV2: Type.Array(Text, { description: 'Of all active roles, those of the job title included' }),
  allAccessRoles: Type.Array(ObjectId),
})
const Company = Type.Object({ _id: ObjectId, displayName: Text, subdomain: Text })
export const OwnCompany = Type.Object({ company: Company })

const User = Type.Ref('COTUser')

export const UserReply = Type.Object(
  { data: Type.Intersect([User, COTUserDetails]), ...debug },
  { description: 'The user, with its rights' },
)
export const MeReply = Type.Object(
  { data: Type.Intersect([User, COTUserDetails, OwnCompany]), ...debug },
  { description: 'The caller, with its rights and its company' },
)
export const UsersReply = Type.Object(
  { data: Type.Object({ users: Type.Array(User), ...total }), ...debug },
  { description: 'A page of users; past the last one it is empty' },
)
/** The seeds show the bare user, clients read `data`: both. */
export const ChangedUserReply = Type.Intersect([User, Type.Object({ data: User, ...debug })], {
  description: 'The user as it is now: its own members, and the same user as `data`',
})
/** After a creation with `notifyEmail=true` that gave no password. */
const Notification = Type.Object({
  notification: Type.Optional(
    Type.Unsafe<string>({
      type: 'string',
      enum: ['sent', 'waiting'],
      description: 'Whether the mail is out, or will be tried again',
    }),
  ),
})
export const CreatedUserReply = Type.Intersect([ChangedUserReply, Notification], {
  description: 'The user that was made',
})
export const LoginReply = Type.Object(
  {
    token: Text,
    needPasswordChange: Type.Optional(Type.Boolean({ description: 'The company asks for a new password' })),
  },
  { description: 'The access token, a JWT, valid for seven days' },
)

export const CreateQuery = Type.Object({
  ...debugFlag,
  notifyEmail: Type.Optional(
    Type.Boolean({ description: 'Without a password in the body: makes one and mails it to the new user' }),
  ),
})
export type CreateQuery = Static<typeof CreateQuery>
export const UsersQuery = Type.Object({
  search: Type.Optional(Type.String({ description: 'Words that keywords begin with; a leading .* finds them inside' })),
  ...paging,
  orderBy: Type.Optional(
    Type.Unsafe<'asc' | 'desc'>({
      type: 'string',
      enum: ['asc', 'desc'],
      description: 'By modifiedAt, then _id; `desc` when absent. `order_by` is the same',
    }),
  ),
  sortBy: Type.Optional(
    Type.String({
      description: 'Only modifiedAt sorts; others are accepted. `sort_by` is the same',
    }),
  ),
  isActive: Type.Optional(Activity),
  email: Type.Optional(Type.Array(Text, { description: 'Any of these addresses' })),
  bot: ids('Users of any of these bots'),
  id: ids('Any of these users'),
  relatedUser: ids('Users in the hierarchy of any of these'),
  property: ids('Users with any of these properties'),
  accessRole: ids('Users to whom any of these access roles is assigned'),
  job: ids('Users with any of these job titles'),
  modified: date('Modified at this instant'),
  modified_gt: date('Modified after it'),
  modified_gte: date('Modified at it or after'),
  modified_lt: date('Modified before it'),
  modified_lte: date('Modified at it or before'),
  created: date('Created at this instant'),
  created_gt: date('Created after it'),
  created_gte: date('Created at it or after'),
  created_lt: date('Created before it'),
  created_lte: date('Created at it or before'),
  ...debugFlag,
})
export type UsersQuery = Static<typeof UsersQuery>

const HierarchyBody = Type.Object({
  boss: Type.Optional(Type.Array(ObjectId)),
  peers: Type.Optional(Type.Array(ObjectId)),
  subordinate: Type.Optional(Type.Array(ObjectId)),
})
const nameMembers = {
  displayName: Type.Optional(Text),
  lastName: Type.Optional(Text),
  secondLastName: Type.Optional(Text),
}
const changeableMembers = {
  phone: Type.Optional(ClearableText),
  jobTitle: Type.Optional(ClearableText),
  job: Type.Optional(ClearableId),
  bot: Type.Optional(ClearableId),
  system: Type.Optional(ClearableText),
  avatar: Type.Optional(
    Type.Unsafe<Partial<Static<typeof Avatar>> | null>({
      type: ['object', 'null'],
      properties: { small: Text, square: Text, original: Text },
    }),
  ),
  settings: Type.Optional(Dictionary),
  termsConditions: Type.Optional(Type.Boolean()),
  isActive: Type.Optional(Type.Boolean()),
  isReadOnly: Type.Optional(Type.Boolean()),
  properties: Type.Optional(Type.Array(ObjectId)),
  extensions: Type.Optional(
    Type.Unsafe<Record<string, Record<string, unknown>>>({
      type: 'object',
      additionalProperties: { type: 'object' },
    }),
  ),
  companies: Type.Optional(
    Type.Array(Type.Object({ hierarchy: Type.Optional(HierarchyBody) }), {
      description: "The lists of the first entry replace the hierarchy; its ids are the server's",
    }),
  ),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Never shown again' })),
}

/** Members that the table above does not name, the server's own among them, are ignored. */
export const CreateUserBody = Type.Object({
  email: Type.String({ minLength: 1 }),
  name: Type.Object({ names: Type.String({ minLength: 1 }), ...nameMembers }),
  accessRoles: Type.Array(ObjectId),
  ...changeableMembers,
})
export type CreateUserBody = Static<typeof CreateUserBody>

export const UpdateUserBody = Type.Object({
  email: Type.Optional(Text),
  name: Type.Optional(Type.Object({ names: Type.Optional(Text), ...nameMembers })),
  accessRoles: Type.Optional(Type.Array(ObjectId)),
  ...changeableMembers,
})
export type UpdateUserBody = Static<typeof UpdateUserBody>

export const LoginBody = Type.Object({ email: Type.String({ minLength: 1 }), password: Type.String({ minLength: 1 }) })

export const RelationsQuery = Type.Pick(UsersQuery, [
  'limit',
  'page',
  'count',
  'orderBy',
  'sortBy',
  'isActive',
  'debug',
])
export type RelationsQuery = Static<typeof RelationsQuery>
export const relationTypes = ['boss', 'peers', 'subordinate', 'property', 'accessrole', 'relateduser'] as const
export type RelationType = (typeof relationTypes)[number]
export const RelationParams = Type.Object({
  type: Type.Unsafe<RelationType>({ type: 'string', enum: [...relationTypes], description: 'Which list names the id' }),
  id: ObjectId,
})

/** RFC 6902. */
export const JsonPatchBody = Type.Array(
  Type.Unsafe<JsonPatchOperation>({
    type: 'object',
    required: ['op', 'path'],
    properties: {
      op: { type: 'string', enum: ['add', 'remove', 'replace', 'move', 'copy', 'test'] },
      path: { type: 'string', description: 'a JSON pointer such as /phone' },
      from: { type: 'string', description: 'a JSON pointer such as /phone' },
      value: {},
    },
  }),
  { maxItems: 1000 },
)
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test'
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

export const FindQuery = Type.Object({
  allFields: Type.Optional(
    Type.Boolean({ description: 'Whole users; else _id, name, email, jobTitle, avatar, isActive' }),
  ),
})
/** Equality by dotted paths of a COTUser; parse-find.ts reads it. */
export const FindBody = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
export const FoundReply = Type.Array(Type.Partial(COTUser), { description: 'At most 1000 users, bare' })

export const ActivityReply = Type.Object(
  {
    data: Type.Object({
      date: IsoDate,
      connectionStatus: Type.Object({ online: Type.Boolean(), lastOnline: Type.Optional(IsoDate) }),
    }),
    ...debug,
  },
  { description: 'Whether the user is online' },
)
/** The caller without an envelope, as the oldest clients read it. */
export const BareMeReply = Type.Intersect([User, COTUserDetails, OwnCompany, Type.Object(debug)], {
  description: 'The caller',
})
