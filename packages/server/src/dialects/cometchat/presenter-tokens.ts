import type { KeyReading, KeyScope, UserToken } from '../../core/index.ts'
import { seconds } from './presenter.ts'
import type { Device } from './schemas-tokens.ts'

const deviceMembers = ['platform', 'deviceId', 'userAgent'] as const

/** What a client told of itself, as it is kept with its token. */
export function deviceOf({ platform, deviceId, userAgent, appInfo }: Device): Device {
  return {
    ...(platform !== undefined && { platform }),
    ...(deviceId !== undefined && { deviceId }),
    ...(userAgent !== undefined && { userAgent }),
    ...(appInfo !== undefined && { appInfo }),
  }
}

/** A user's token with its value: only for who keeps tokens, or whom it was issued to. */
export function presentToken(uid: string, { credential: { createdAt, details }, value }: UserToken) {
  const texts = deviceMembers.flatMap((member) => {
    const text = details[member]
    return typeof text === 'string' ? [[member, text] as const] : []
  })
  const { appInfo } = details
  return {
    uid,
    authToken: value,
    createdAt: seconds(createdAt),
    ...Object.fromEntries(texts),
    ...(typeof appInfo === 'object' && appInfo !== null && { appInfo: { ...appInfo } }),
  }
}

const scopeNames = { 'full-access': 'fullAccess', 'auth-only': 'authOnly' } as const satisfies Record<KeyScope, string>
type ScopeName = (typeof scopeNames)[KeyScope]

/** A key with its value, for who keeps keys. */
export const presentKey = ({ credential: { name, scope, createdAt }, value }: KeyReading) => ({
  apiKey: value,
  name: name ?? '',
  scope: scopeNames[scope ?? 'auth-only'],
  createdAt: seconds(createdAt),
})

export const scopeOf = (name: ScopeName): KeyScope => (name === 'fullAccess' ? 'full-access' : 'auth-only')
