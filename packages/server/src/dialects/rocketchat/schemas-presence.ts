import { Type } from 'typebox'
import { Anything, Envelope, Flag, IsoDate, success, Text, userSelector } from './schema-parts.ts'
import { User } from './schemas.ts'

/** Requests and replies about one user, and about who is here. */

export const InfoQuery = Type.Object({
  ...userSelector,
  importId: Type.Optional(Text),
  email: Type.Optional(Type.String({ description: 'A whole address, in any case' })),
  includeUserRooms: Type.Optional(Flag),
  fields: Type.Optional(Type.String({ description: '`{"userRooms":1}` is the same as `includeUserRooms`' })),
})
const Details = Type.Object({
  rooms: Type.Optional(Type.Array(Anything)),
  services: Type.Optional(
    Type.Object({
      password: Type.Optional(Flag),
      resume: Type.Object({ loginTokens: Type.Array(Anything) }),
    }),
  ),
})
export const InfoReply = Envelope({ user: Type.Intersect([User, Details]) }, 'The user, as the caller may see it')

export const TeamsQuery = Type.Object({ userId: Type.Optional(Text) })
export const TeamsReply = Envelope({ teams: Type.Array(Anything) }, 'None: there are no teams')

const connectionStatus = Type.Optional(Type.String({ description: "Of the caller's own" }))
export const StatusReply = Envelope(
  { _id: Text, status: Text, message: Type.Optional(Text), connectionStatus },
  'Whether the user is here',
)
export const GetPresenceReply = Envelope(
  { presence: Text, connectionStatus, lastLogin: Type.Optional(IsoDate) },
  'Whether the user is here',
)

const nullable = Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'] }))
export const SetStatusBody = Type.Object({
  ...userSelector,
  message: nullable,
  status: nullable,
})

export const PresenceQuery = Type.Object({
  from: Type.Optional(IsoDate),
  ids: Type.Optional(Type.Array(Text)),
})
export const PresenceReply = Type.Object(
  {
    users: Type.Array(User),
    full: Type.Boolean({ description: 'Whether these are all who are here' }),
    ...success,
  },
  { description: 'Who is here' },
)
