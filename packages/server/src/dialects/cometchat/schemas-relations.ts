import { type Static, Type } from 'typebox'
import { CometChatError, Data, Flag, Listed, paging, Text } from './schema-parts.ts'
import { User } from './schemas.ts'

/** Requests and replies about people whom a user has blocked, and its friends. */

/** Each is looked for by itself: what can be no uid is an unknown one. */
const People = (maxItems: number) =>
  Type.Array(Type.String({ pattern: '\\S', description: 'filled in' }), { minItems: 1, maxItems })
const mostBlocked = 1000
const mostFriends = 25

export const BlockBody = Type.Object({ blockedUids: People(mostBlocked) })
export const BefriendBody = Type.Object({ accepted: People(mostFriends) })
export const UnfriendBody = Type.Object({ friends: People(mostFriends) })

const Row = Type.Object({
  success: Flag,
  message: Type.Optional(Text),
  error: Type.Optional(CometChatError.properties.error),
})
export type Row = Static<typeof Row>
/** By uid, as it was sent. */
const Rows = Type.Unsafe<Record<string, Row>>({ type: 'object', additionalProperties: Row })
export const BlockReply = Data(Rows, 'What has become of each, by uid')
export const BefriendReply = Data(Type.Object({ accepted: Rows }), 'What has become of each, by uid')

const searchKey = Type.Optional(Type.String({ description: 'What names or uids begin with, in any case' }))
export const FriendsQuery = Type.Object({ ...paging, searchKey })
export const BlockedQuery = Type.Object({
  ...paging,
  searchKey,
  direction: Type.Optional(
    Type.String({
      description: '`blockedByMe`, `hasBlockedMe` or `both`, as anything else is; that is meant when absent',
    }),
  ),
})
export const LinkedReply = Listed(User, 'People, as the user of the path sees them: who is here first, then by name')
