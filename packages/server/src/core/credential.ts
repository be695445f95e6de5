/** `session`: from a login, with an end. `api-token`: issued to a program, ends when it is revoked or at its date. */
export type CredentialKind = 'session' | 'api-token'

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
  readonly createdAt: Date
  /** The only roles of its user that it may use; `null`: all of them. */
  readonly accessRoles: readonly string[] | null
  /** `null`: until it is revoked. */
  readonly expiresAt: Date | null
}
