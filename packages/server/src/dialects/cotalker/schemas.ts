import { type Static, Type } from 'typebox'

/** Requests and replies of Cotalker's users API (README.md beside this file names the sources). */

const ObjectId = Type.String({ pattern: '^[0-9a-fA-F]{24}$', description: 'an ObjectId of 24 hexadecimal digits' })
const IsoDate = Type.String({ description: 'ISO 8601 in UTC with milliseconds, e.g. 2021-11-17T15:34:42.171Z' })
const Dictionary = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
const Text = Type.String()
/** `null` clears a value. */
const ClearableText = Type.Unsafe<string | null>({ type: ['string', 'null'] })
const ClearableId = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  pattern: '^([0-9a-fA-F]{24})?$',
  description: 'an ObjectId of 24 hexadecimal digits; null or empty clears it',
})

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

/** What reading one user adds: its effective rights. */
export const COTUserDetails = Type.Object({
  permissionsV2: Type.Array(Text, { description: 'Of all active roles, those of the job title included' }),
  allAccessRoles: Type.Array(ObjectId),
})
const Company = Type.Object({ _id: ObjectId, displayName: Text, subdomain: Text })
export const OwnCompany = Type.Object({ company: Company })

export const COTAccessRole = Type.Object(
  {
    _id: ObjectId,
    active: Type.Boolean(),
    permissions: Type.Array(Text),
    name: Text,
    description: Type.Optional(Text),
    company: ObjectId,
    __v: Type.Integer(),
  },
  { $id: 'COTAccessRole' },
)
export type COTAccessRole = Static<typeof COTAccessRole>

/** `debug=true` adds it beside `data`, on success and on error. */
const Debug = Type.Object(
  {
    data: Type.Object({
      params: Type.Optional(Dictionary),
      query: Type.Optional(Dictionary),
      body: Type.Optional(Type.Unsafe<unknown>({})),
    }),
    errors: Type.Array(Type.Object({ path: Text, message: Text })),
  },
  { $id: 'COTDebug', description: 'What was understood of the request, secrets masked, and what was wrong with it' },
)
const debug = { debug: Type.Optional(Type.Ref('COTDebug')) }
const total = { count: Type.Optional(Type.Integer()), counter: Type.Optional(Type.Integer()) }
const User = Type.Ref('COTUser')
const Role = Type.Ref('COTAccessRole')

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
export const RoleReply = Type.Object({ data: Role, ...debug }, { description: 'The access role' })
export const RolesReply = Type.Object(
  { data: Type.Object({ accessRoles: Type.Array(Role), accessroles: Type.Array(Role), ...total }), ...debug },
  { description: 'A page of access roles, under both names that clients read' },
)
export const ChangedRoleReply = Type.Intersect([Role, Type.Object({ data: Role, ...debug })], {
  description: 'The access role as it is now: its own members, and the same role as `data`',
})
export const LoginReply = Type.Object({ token: Text }, { description: 'The access token, a JWT, valid for seven days' })
export const COTError = Type.Object(
  { error: Text, message: Text, code: Text, statusCode: Type.Integer(), ...debug },
  { $id: 'COTError', description: 'The message, twice since clients read either name; `code` is for programs' },
)
/** What operations name in their documents. */
export const components = [COTUser, COTAccessRole, Debug, COTError]

/** Selects the admin API; whatever else it says, it doesn't. */
export const AdminHeader = Type.Object({
  Admin: Type.Optional(Type.String({ description: '`true` selects the admin API; it grants nothing by itself' })),
})
const debugFlag = { debug: Type.Optional(Type.Boolean({ description: 'Adds the debug field' })) }
const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, description: '10 when absent; 1000 at most are given' })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Counts from 1' })),
  count: Type.Optional(Type.Boolean({ description: 'Adds the number of all matches, as count and counter' })),
}
const Activity = Type.Unsafe<'all' | 'true' | 'false'>({
  type: 'string',
  enum: ['all', 'true', 'false'],
  description: 'By status; `all` when absent',
})
const ids = (description: string) => Type.Optional(Type.Array(ObjectId, { description }))
const date = (description: string) => Type.Optional(Type.String({ description: `${description}; ISO 8601` }))
export const DebugQuery = Type.Object(debugFlag)
export const CreateQuery = Type.Object({
  ...debugFlag,
  notifyEmail: Type.Optional(Type.Boolean({ description: 'Accepted; this server sends no mail yet' })),
})
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
    Type.String({ description: 'Only modifiedAt sorts; others are accepted. `sort_by` is the same' }),
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

export const RolesQuery = Type.Object({
  search: Type.Optional(Type.String({ description: 'Words of name, description and permissions' })),
  ...paging,
  isActive: Type.Optional(Activity),
  ids: ids('Any of these access roles'),
  ...debugFlag,
})
export type RolesQuery = Static<typeof RolesQuery>

export const IdParams = Type.Object({ id: ObjectId })

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

export const CreateRoleBody = Type.Object({
  name: Type.String({ minLength: 1 }),
  permissions: Type.Array(Text),
  description: Type.Optional(ClearableText),
  active: Type.Optional(Type.Boolean()),
})
export type CreateRoleBody = Static<typeof CreateRoleBody>
export const UpdateRoleBody = Type.Partial(CreateRoleBody)
export type UpdateRoleBody = Static<typeof UpdateRoleBody>

export const LoginBody = Type.Object({ email: Type.String({ minLength: 1 }), password: Type.String({ minLength: 1 }) })
