/**
 * `session`: from a login, with an end. `personal-token`: made by a user for its scripts, ends with a deactivation.
 * `api-token`: issued to a program, ends when it is revoked or at its date.
 */
export type CredentialKind = 'session' | 'personal-token' | 'api-token'

/** What a presented token stands for. The token itself is not kept: only its fingerprint is, by the store. */
export interface Credential {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  /** The wire protocol that issued it, and the only one where it works. */
  readonly dialect: string
  readonly kind: CredentialKind
  /** Given by whoever issued it; `null` for sessions. */
  readonly name: string | null
  /** The token's last characters, where its owner is to recognise it. */
  readonly hint: string | null
  readonly bypassSecondFactor: boolean
  readonly createdAt: Date
  /** The only roles of its user that it may use; `null`: all of them. */
  readonly accessRoles: readonly string[] | null
  /** `null`: until it is revoked. */
  readonly expiresAt: Date | null
}
