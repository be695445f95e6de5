import { type Static, Type } from 'typebox'
import { ClearableText, Data, Dictionary, Listed, Metadata, Name, Seconds, Text, Uid } from './schema-parts.ts'

/** Requests and replies about roles. */

const Who = Type.Unsafe<'all' | 'friendsOnly'>({ type: 'string', enum: ['all', 'friendsOnly'] })
const settings = {
  listUsers: Type.Optional(Type.Unsafe<'all' | 'friendsOnly'>({ ...Who, description: 'Whom its users find in lists' })),
  sendMessagesTo: Type.Optional(Type.Unsafe<'all' | 'friendsOnly'>({ ...Who, description: 'Kept for clients' })),
}
const RoleSettings = Type.Object(settings)
export type RoleSettings = Static<typeof RoleSettings>

/** Replaced as a whole; `null` and `{}` clear them. */
const SentSettings = Type.Unsafe<RoleSettings | null>({ ...RoleSettings, type: ['object', 'null'] })
const members = {
  description: Type.Optional(ClearableText(255)),
  metadata: Type.Optional(Metadata),
  settings: Type.Optional(SentSettings),
}

const clearableOfRoles = ['settings', 'description', 'metadata'] as const
export type ClearableOfRole = (typeof clearableOfRoles)[number]
const Clearable = Type.Unsafe<ClearableOfRole>({ type: 'string', enum: clearableOfRoles })

export const CreateRoleBody = Type.Object({ role: Uid, name: Name, ...members })
export const UpdateRoleBody = Type.Object({
  name: Type.Optional(Name),
  ...members,
  unset: Type.Optional(Type.Array(Clearable)),
})
export type CreateRoleBody = Static<typeof CreateRoleBody>
export type UpdateRoleBody = Static<typeof UpdateRoleBody>

export const RoleParams = Type.Object({ role: Text })
export const Role = Type.Object({
  role: Text,
  name: Text,
  description: Type.Optional(Text),
  metadata: Type.Optional(Dictionary),
  settings: Type.Optional(RoleSettings),
  createdAt: Seconds,
  updatedAt: Type.Optional(Seconds),
})
export const RoleReply = Data(Role, 'The role')
export const RolesReply = Listed(Role, 'The roles that users can be given, newest first')
