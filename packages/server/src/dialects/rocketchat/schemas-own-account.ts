import { type Static, Type } from 'typebox'
import { closed, Dictionary, Envelope, Text, userSelector } from './schema-parts.ts'
import { DictionaryOrNull, StatusOrNull, TextOrNull } from './schemas-changes.ts'

/** Requests and replies of what people do with their own accounts (README.md beside this file names the sources). */

export const UpdateOwnBasicInfoBody = closed({
  data: closed({
    email: Type.Optional(TextOrNull),
    name: Type.Optional(TextOrNull),
    username: Type.Optional(TextOrNull),
    nickname: Type.Optional(TextOrNull),
    bio: Type.Optional(TextOrNull),
    statusType: Type.Optional(StatusOrNull),
    statusText: Type.Optional(TextOrNull),
    currentPassword: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'For another address or password: clear text, or its SHA-256 in hex',
      }),
    ),
    newPassword: Type.Optional(TextOrNull),
  }),
  customFields: Type.Optional(DictionaryOrNull),
})
export type UpdateOwnBasicInfoBody = Static<typeof UpdateOwnBasicInfoBody>

export const DeleteUserBody = closed({
  ...userSelector,
  confirmRelinquish: Type.Optional(Type.Boolean({ description: 'Accepted, and means nothing here' })),
})
export const DeleteOwnAccountBody = closed({
  password: Type.String({ minLength: 1, description: 'Clear text, or its SHA-256 in hex' }),
  confirmRelinquish: Type.Optional(Type.Boolean({ description: 'Accepted, and means nothing here' })),
})

export const RegisterBody = closed({
  username: Type.String({ minLength: 1 }),
  email: Type.String({ minLength: 1 }),
  pass: Type.String({ minLength: 1 }),
  name: Type.Optional(Text),
  secret: Type.Optional(Type.String({ description: 'Accepted, and means nothing here' })),
  reason: Type.Optional(Text),
  customFields: Type.Optional(Dictionary),
})
export type RegisterBody = Static<typeof RegisterBody>

export const ForgotPasswordBody = Type.Object({ email: Type.String({ minLength: 1 }) })

export const SuggestionReply = Envelope({ result: Text }, 'A username that nobody has')
export const AvailabilityQuery = Type.Object({ username: Type.String({ minLength: 1 }) })
export const AvailabilityReply = Envelope(
  { result: Type.Boolean() },
  'Whether the caller may have this username; its own is available',
)
