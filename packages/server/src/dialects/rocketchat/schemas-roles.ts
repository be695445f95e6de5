import { type Static, Type } from 'typebox'
import { closed, Envelope, Flag, IsoDate, Text } from './schema-parts.ts'
import { User } from './schemas.ts'

/** Requests and replies about roles and permissions (README.md beside this file names the sources). */

const Scope = Type.Unsafe<'Users' | 'Subscriptions'>({ type: 'string', enum: ['Users', 'Subscriptions'] })
export type RoleScope = Static<typeof Scope>

const roleMembers = {
  _id: Type.String({ description: 'What the `roles` of users name; of a built-in role its name' }),
  name: Text,
  scope: Scope,
  description: Text,
  protected: Type.Boolean({ description: 'Whether it is built in' }),
  mandatory2fa: Flag,
}
export const RocketChatRole = Type.Object({ ...roleMembers, _updatedAt: Type.Optional(IsoDate) })
export type RocketChatRole = Static<typeof RocketChatRole>

export const RocketChatPermission = Type.Object({
  _id: Text,
  roles: Type.Array(Text, { description: 'Ids of the roles that grant it' }),
  _updatedAt: IsoDate,
})
export type RocketChatPermission = Static<typeof RocketChatPermission>

const given = {
  scope: Type.Optional(Scope),
  description: Type.Optional(Text),
  mandatory2fa: Type.Optional(Flag),
}
const Name = Type.String({ minLength: 1 })
/** An id, or a name. */
const RoleKey = Type.String({ minLength: 1, description: 'An id; a name is taken too' })

export const CreateRoleBody = closed({ name: Name, ...given })
export type CreateRoleBody = Static<typeof CreateRoleBody>
export const UpdateRoleBody = closed({ roleId: RoleKey, name: Type.Optional(Name), ...given })
export type UpdateRoleBody = Static<typeof UpdateRoleBody>
export const DeleteRoleBody = closed({ roleId: RoleKey })

const holding = {
  username: Name,
  roleId: Type.Optional(RoleKey),
  roleName: Type.Optional(Type.String({ minLength: 1, description: 'As releases up to 5 named a role' })),
}
export const AddUserToRoleBody = closed({ ...holding, roomId: Type.Optional(Text) })
export const RemoveUserFromRoleBody = closed({ ...holding, scope: Type.Optional(Text) })

export const UpdatedSinceQuery = Type.Object({
  updatedSince: Type.Optional(Type.String({ description: 'ISO 8601' })),
})
export const UsersInRoleQuery = Type.Object({
  role: Type.Optional(Type.String({ description: 'An id, or a name. Required' })),
  count: Type.Optional(
    Type.String({ description: 'At most 100, 50 when absent; 0 for all, of whom 10,000 are given' }),
  ),
  offset: Type.Optional(Text),
})

export const UpdatePermissionsBody = closed({
  permissions: Type.Array(closed({ _id: Text, roles: Type.Array(Text) })),
})
export type UpdatePermissionsBody = Static<typeof UpdatePermissionsBody>

export const RolesReply = Envelope({ roles: Type.Array(RocketChatRole) }, 'All roles, oldest first')
export const RolesSyncReply = Envelope(
  { roles: Type.Object({ update: Type.Array(RocketChatRole), remove: Type.Array(RocketChatRole) }) },
  'Roles that changed',
)
export const RoleReply = Envelope({ role: RocketChatRole }, 'The role')
export const UsersInRoleReply = Envelope(
  { users: Type.Array(User), count: Type.Integer(), offset: Type.Integer(), total: Type.Integer() },
  'Holders of the role, by username',
)
export const PublicRolesReply = Envelope({ users: Type.Array(User) }, 'Nobody: no role is shown publicly')
export const PermissionsReply = Envelope(
  { update: Type.Array(RocketChatPermission), remove: Type.Array(RocketChatPermission) },
  'Permissions and the roles that grant them',
)
export const UpdatedPermissionsReply = Envelope({ permissions: Type.Array(RocketChatPermission) }, 'All permissions')
