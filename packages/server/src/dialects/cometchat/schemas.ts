import { type Static, Type } from 'typebox'
import { ClearableText, Data, Dictionary, Flag, Metadata, Name, Seconds, Tags, Text, Url } from './schema-parts.ts'

/** Requests and replies about users (README.md beside this file names the sources). */

const Status = Type.Unsafe<'available' | 'offline'>({ type: 'string', enum: ['available', 'offline'] })

/** What of a user is the same to everybody who sees it in one view, whenever it is asked for. */
const record = {
  uid: Text,
  name: Text,
  link: Type.Optional(Text),
  avatar: Type.Optional(Text),
  statusMessage: Type.Optional(Text),
  metadata: Type.Optional(Dictionary),
  role: Type.String({ description: '`default` unless set' }),
  createdAt: Seconds,
  updatedAt: Type.Optional(Seconds),
  deactivatedAt: Type.Optional(Seconds),
}
export const UserRecord = Type.Object(record)
export type UserRecord = Static<typeof UserRecord>

/** Every member that some reply shows of a user. Absent: not set. */
export const CometChatUser = Type.Object(
  {
    ...record,
    status: Status,
    lastActiveAt: Type.Optional(Seconds),
    tags: Type.Optional(Type.Array(Text)),
    conversationId: Type.Optional(Type.String({ description: 'With a viewing user' })),
    blockedByMe: Type.Optional(Flag),
    blockedByMeAt: Type.Optional(Seconds),
    blockedAt: Type.Optional(Seconds),
    hasBlockedMe: Type.Optional(Flag),
    hasBlockedMeAt: Type.Optional(Seconds),
  },
  { $id: 'CometChatUser' },
)
export const User = Type.Ref('CometChatUser')

export const UserReply = Data(User, 'The user')

/** What people and their apps write of a user; the rest of what clients send is ignored. */
export const userMembers = {
  name: Type.Optional(Name),
  avatar: Type.Optional(Url),
  link: Type.Optional(Url),
  statusMessage: Type.Optional(ClearableText(500)),
  metadata: Type.Optional(Metadata),
  tags: Type.Optional(Tags),
}
const Members = Type.Object(userMembers)
export type UserMembers = Static<typeof Members>
