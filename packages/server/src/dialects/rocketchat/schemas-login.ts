import { Type } from 'typebox'
import { Dictionary, Envelope, Flag, IsoDate, success, Text } from './schema-parts.ts'
import { OwnDetails, User } from './schemas.ts'

/** Requests and replies about sessions and tokens. */

/** Not checked any further here: whatever does not log anybody in is answered alike. */
const either = (description: string) => Type.Optional(Type.Unsafe<unknown>({ description }))
export const LoginBody = Type.Object({
  user: either('A username, an address, or an object with `username` or `email`'),
  username: either('A username, in any case'),
  email: either('An address, in any case'),
  password: either('Clear text, or `{"digest": SHA-256 in hex, "algorithm": "sha-256"}`'),
  resume: either('A token, to go on with its session'),
  code: either('Ignored: nobody has a second factor'),
})

const Profile = Type.Intersect([
  User,
  OwnDetails,
  Type.Object({ settings: Dictionary, avatarUrl: Type.String({ description: 'Absolute' }) }),
])
export const MeReply = Type.Intersect([Profile, Type.Object(success)], { description: 'The caller' })
export const LoginReply = Type.Object(
  {
    status: Type.Literal('success'),
    ...success,
    data: Type.Object({ userId: Text, authToken: Text, me: Profile }),
  },
  { description: 'What to send as X-User-Id and X-Auth-Token, for 90 days, and the caller' },
)
export const LogoutReply = Type.Object(
  { status: Type.Literal('success'), data: Type.Object({ message: Text }) },
  { description: 'The token of this request is over' },
)

const tokenName = Type.String({ minLength: 1, description: "Unique among one's own" })
export const NewTokenBody = Type.Object({
  tokenName,
  bypassTwoFactor: Type.Optional(Type.Boolean({ description: 'Only remembered: nobody has a second factor' })),
})
export const TokenNameBody = Type.Object({ tokenName })
export const NewTokenReply = Envelope({ token: Text }, 'The token; it is shown this once')
export const TokensReply = Envelope(
  {
    tokens: Type.Array(
      Type.Object({
        name: Text,
        createdAt: IsoDate,
        lastTokenPart: Type.String({ description: 'The last six characters' }),
        bypassTwoFactor: Flag,
      }),
    ),
  },
  "One's own tokens, oldest first",
)

export const CreateTokenBody = Type.Object({
  userId: Type.Optional(Text),
  username: Type.Optional(Text),
  user: Type.Optional(Text),
  secret: Type.Optional(Type.String({ description: "The operator's" })),
})
export const CreateTokenReply = Envelope(
  { data: Type.Object({ userId: Text, authToken: Text }) },
  'A session of that user',
)
export const LogoutUserBody = Type.Object({ userId: Type.Optional(Text) })
export const MessageReply = Envelope({ message: Text }, 'Done')
export const KeptTokenReply = Envelope(
  { token: Text, tokenExpires: Type.Optional(IsoDate) },
  'The token of this request, which alone stays of the sessions; personal tokens have no end',
)
