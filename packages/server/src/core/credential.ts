/**
 * `session`: from a login, with an end. `personal-token`: made by a user for its scripts, ends with a deactivation.
 * `api-token`: issued to a program, ends when it is revoked or at its date. `user-token`: issued for an app's user by the
 * app; it rests while its user is deactivated. `key`: an app's own, acts for nobody within its scope.
 */
export type CredentialKind = 'session' | 'personal-token' | 'api-token' | 'user-token' | 'key'

/**
 * What a key may do: `full-access` anything; `auth-only` makes and changes ordinary users and issues their tokens. The latter
 * is public, since it ships inside apps.
 */
export const keyScopes = ['full-access', 'auth-only'] as const
export type KeyScope = (typeof keyScopes)[number]

/** What a presented token stands for. The token itself is not kept: only its fingerprint is, by the store. */
export interface Credential {
  readonly id: string
  readonly tenantId: string
  /** `null`: a key's, which acts for nobody. */
  readonly userId: string | null
  /** The wire protocol that issued it, and the only one where it works. */
  readonly dialect: string
  readonly kind: CredentialKind
  /** Given by whoever issued it; `null` for sessions. */
  readonly name: string | null
  /** The token's last characters, where its owner is to recognise it. */
  readonly hint: string | null
  readonly bypassSecondFactor: boolean
  /** A key's. */
  readonly scope: KeyScope | null
  /** The token encrypted, where an API must be able to show it again. */
  readonly sealed: string | null
  /** Facts that platforms keep of it; the directory only stores them. */
  readonly details: Readonly<Record<string, unknown>>
  readonly createdAt: Date
  /** The only roles of its user that it may use; `null`: all of them. */
  readonly accessRoles: readonly string[] | null
  /** `null`: until it is revoked. */
  readonly expiresAt: Date | null
}
