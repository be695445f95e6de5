import { type Static, Type } from 'typebox'
import { Dictionary, Flag, IsoDate, Text } from './schema-parts.ts'

/** Requests and replies about users (README.md beside this file names the sources). */

const Status = Type.Unsafe<'online' | 'away' | 'busy' | 'offline'>({
  type: 'string',
  enum: ['online', 'away', 'busy', 'offline'],
})
const Email = Type.Object({ address: Text, verified: Flag })

/** Every member that some reply shows of a user; which do depends on the operation and on who asks. Absent: not set. */
export const RocketChatUser = Type.Object(
  {
    _id: Text,
    username: Text,
    name: Type.Optional(Text),
    nameInsensitive: Type.Optional(Text),
    nickname: Type.Optional(Text),
    bio: Type.Optional(Text),
    type: Type.Optional(Type.Unsafe<'user' | 'bot' | 'app'>({ type: 'string', enum: ['user', 'bot', 'app'] })),
    active: Type.Optional(Flag),
    status: Type.Optional(Status),
    statusConnection: Type.Optional(Status),
    statusDefault: Type.Optional(Status),
    statusText: Type.Optional(Text),
    utcOffset: Type.Optional(Type.Number({ description: 'Hours east of UTC' })),
    avatarETag: Type.Optional(Text),
    avatarOrigin: Type.Optional(Type.String({ description: '`upload` or `url`' })),
    emails: Type.Optional(Type.Array(Email)),
    phone: Type.Optional(Text),
    roles: Type.Optional(Type.Array(Text)),
    reason: Type.Optional(Text),
    inactiveReason: Type.Optional(Text),
    importIds: Type.Optional(Type.Array(Text)),
    language: Type.Optional(Text),
    requirePasswordChange: Type.Optional(Flag),
    requirePasswordChangeReason: Type.Optional(Text),
    customFields: Type.Optional(Dictionary),
    settings: Type.Optional(Dictionary),
    createdAt: Type.Optional(IsoDate),
    lastLogin: Type.Optional(IsoDate),
    _updatedAt: Type.Optional(IsoDate),
    canViewAllInfo: Type.Optional(Flag),
  },
  { $id: 'RocketChatUser' },
)
export type RocketChatUser = Static<typeof RocketChatUser>
export type UserMember = keyof RocketChatUser
export const User = Type.Ref('RocketChatUser')

/** What only the caller sees of itself beside. */
export const OwnDetails = Type.Object({
  email: Type.Optional(Type.String({ description: 'The first verified address' })),
  services: Type.Object({
    password: Type.Optional(Type.Object({ exists: Flag })),
    totp: Type.Object({ enabled: Flag }),
    email2fa: Type.Object({ enabled: Flag }),
  }),
  isOAuthUser: Flag,
})
