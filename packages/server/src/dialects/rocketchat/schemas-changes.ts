import { type Static, Type } from 'typebox'
import { closed, Dictionary, Envelope, Flag, Text } from './schema-parts.ts'
import { User } from './schemas.ts'

/** Requests and replies of what creates and changes users (README.md beside this file names the sources). */

// One type with two names rather than a choice of two: a choice would read null as an empty text.
export const TextOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] })
const FlagOrNull = Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] })
const StatusWord = { enum: ['online', 'away', 'busy', 'offline', null] }
export const StatusOrNull = Type.Unsafe<'online' | 'away' | 'busy' | 'offline' | null>({
  type: ['string', 'null'],
  ...StatusWord,
})
const TextsOrNull = Type.Unsafe<string[] | null>({ type: ['array', 'null'], items: { type: 'string' } })
export const DictionaryOrNull = Type.Unsafe<Record<string, unknown> | null>({
  type: ['object', 'null'],
  additionalProperties: true,
})
const ignored = { description: 'Accepted, and means nothing here' }

export const CreateUserBody = closed({
  email: Text,
  name: Text,
  password: Type.String({ description: 'May be empty with `setRandomPassword`' }),
  username: Text,
  active: Type.Optional(Flag),
  bio: Type.Optional(Text),
  nickname: Type.Optional(Text),
  statusText: Type.Optional(Text),
  roles: Type.Optional(Type.Array(Text, { description: 'Ids of roles, in place of the default ones' })),
  verified: Type.Optional(Type.Boolean({ description: 'Of the address' })),
  requirePasswordChange: Type.Optional(Flag),
  setRandomPassword: Type.Optional(Flag),
  sendWelcomeEmail: Type.Optional(
    Type.Boolean({ description: 'With `setRandomPassword`: the user is mailed a password' }),
  ),
  joinDefaultChannels: Type.Optional(Type.Boolean(ignored)),
  customFields: Type.Optional(Dictionary),
  fields: Type.Optional(Type.String(ignored)),
  freeSwitchExtension: Type.Optional(Type.String(ignored)),
})
export type CreateUserBody = Static<typeof CreateUserBody>

const ChangedData = closed({
  email: Type.Optional(TextOrNull),
  name: Type.Optional(TextOrNull),
  password: Type.Optional(TextOrNull),
  username: Type.Optional(TextOrNull),
  bio: Type.Optional(TextOrNull),
  nickname: Type.Optional(TextOrNull),
  statusText: Type.Optional(TextOrNull),
  active: Type.Optional(FlagOrNull),
  roles: Type.Optional(TextsOrNull),
  requirePasswordChange: Type.Optional(FlagOrNull),
  setRandomPassword: Type.Optional(FlagOrNull),
  sendWelcomeEmail: Type.Optional(FlagOrNull),
  verified: Type.Optional(FlagOrNull),
  customFields: Type.Optional(DictionaryOrNull),
  status: Type.Optional(StatusOrNull),
  joinDefaultChannels: Type.Optional(FlagOrNull),
  freeSwitchExtension: Type.Optional(TextOrNull),
})

export const UpdateUserBody = closed({
  userId: Type.String({ minLength: 1 }),
  data: ChangedData,
  confirmRelinquish: Type.Optional(Type.Boolean(ignored)),
})
export type UpdateUserBody = Static<typeof UpdateUserBody>

export const SavedUserReply = Envelope({ user: User }, 'The user as it is now')

export const SetActiveStatusBody = closed({
  userId: Type.String({ minLength: 1 }),
  activeStatus: Flag,
  confirmRelinquish: Type.Optional(Type.Boolean(ignored)),
})
export const ActiveStatusReply = Envelope(
  { user: Type.Object({ _id: Text, active: Flag }) },
  'Whether the user is active now',
)

export const DeactivateIdleBody = closed({
  daysIdle: Type.Number({ minimum: 0, description: 'Since the last login, or since the creation of who never did' }),
  role: Type.Optional(Type.String({ minLength: 1, description: 'Only its holders; `user` when absent' })),
})
export const DeactivateIdleReply = Envelope({ count: Type.Integer() }, 'How many were deactivated')
