import { type Static, Type } from 'typebox'
import { Data, Dictionary, Listed, LooseFlag, Name, paging, Seconds, Text } from './schema-parts.ts'
import { CometChatUser, userMembers } from './schemas.ts'

/** Requests and replies about auth tokens, keys and the caller itself. */

const AppInfo = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  objectOfBytes: 5120,
  additionalProperties: true,
})
const Label = Type.String({ maxLength: 500 })
/** What clients tell of themselves; kept with their token. */
const device = {
  platform: Type.Optional(Label),
  deviceId: Type.Optional(Label),
  userAgent: Type.Optional(Label),
  appInfo: Type.Optional(AppInfo),
}
export const DeviceBody = Type.Object(device)
export type Device = Static<typeof DeviceBody>
export const CreateTokenBody = Type.Object({
  ...device,
  force: Type.Optional(
    Type.Unsafe<boolean | string>({ ...LooseFlag, description: 'Every call makes a new one anyway' }),
  ),
})

export const AuthToken = Type.Object({
  uid: Text,
  authToken: Text,
  createdAt: Seconds,
  platform: Type.Optional(Text),
  deviceId: Type.Optional(Text),
  userAgent: Type.Optional(Text),
  appInfo: Type.Optional(Dictionary),
})
export const AuthTokenReply = Data(AuthToken, 'The token')
export const AuthTokensReply = Listed(AuthToken, "The user's tokens, newest first")
export const AuthTokenParams = Type.Object({ uid: Text, authToken: Text })

const Scope = Type.Unsafe<'fullAccess' | 'authOnly'>({ type: 'string', enum: ['fullAccess', 'authOnly'] })
export const ApiKey = Type.Object({ apiKey: Text, name: Text, scope: Scope, createdAt: Seconds })
export const ApiKeyReply = Data(ApiKey, 'The key')
export const ApiKeysReply = Listed(ApiKey, "The app's keys, newest first")
export const ApiKeyParams = Type.Object({ apiKey: Text })
export const ApiKeysQuery = Type.Object({
  ...paging,
  scope: Type.Optional(Type.String({ description: '`fullAccess` or `authOnly`; nothing has another' })),
  searchKey: Type.Optional(Type.String({ description: 'What names begin with, in any case' })),
})
export const CreateKeyBody = Type.Object({ name: Name, scope: Type.Optional(Scope) })
export const UpdateKeyBody = Type.Object({ name: Type.Optional(Name), scope: Type.Optional(Scope) })

export const UpdateMeBody = Type.Object({ ...userMembers, ...device })
export const MeReply = Data(
  Type.Object({ ...CometChatUser.properties, authToken: Type.String({ description: 'The token that was sent' }) }),
  'The caller',
)
export const SessionReply = Data(Type.Object({}), 'Noted')
export const SettingsReply = Data(Dictionary, 'Where an SDK that opens a socket finds what')
