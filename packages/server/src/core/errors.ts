import type { CustomFieldRule } from './custom-fields.ts'
import type { Capability } from './policy.ts'

/** Every refusal the directory can make. No HTTP here: status and body belong to each dialect. */
export const errorTexts = {
  unauthenticated: 'The credential is missing, unknown, expired or revoked.',
  bad_login: 'The email or the password is wrong.',
  unproven: 'This asks for the present password.',
  deactivated: 'The password is right, but the user is deactivated.',
  forbidden: 'The caller may not do this.',
  read_only_field: 'This field can not be changed.',
  invalid_input: 'A value is outside what is allowed.',
  invalid_pattern: 'This pattern can not be searched with.',
  invalid_custom_field: 'A custom field does not take this value.',
  unknown_reference: 'A value names something that does not exist.',
  value_blocked: 'This value is kept for the platforms themselves.',
  value_taken: 'Another record already holds this value.',
  not_found: 'Nothing has this identifier.',
  wrong_tenant: 'The credential belongs to another tenant than the one that was named.',
  unknown_tenant: 'No tenant is served under this name.',
  stale_record: 'The record has changed since it was read.',
  last_admin: 'The last active administrator must stay an active administrator.',
  role_in_use: 'Somebody holds this access role.',
  switched_off: 'This has been switched off for the tenant.',
  protected_role: 'This built-in access role must keep what makes it work.',
  own_credential: 'A credential can not change or end itself here.',
  too_many: 'There would be more than are allowed.',
  overloaded: 'Too much work is waiting; try again soon.',
  unavailable: 'The database does not answer; try again soon.',
} as const
export type ErrorCode = keyof typeof errorTexts

/**
 * `field` is a core field name or a dotted path below one; `right` what the caller lacks, for a dialect to tell in its
 * platform's words; `reason` a sentence. None ever holds a secret.
 */
export interface ErrorDetail {
  readonly field?: string
  readonly right?: Capability
  readonly reason?: string
  /** Which rule of a custom field a value breaks, and the limit it sets. */
  readonly rule?: CustomFieldRule
  readonly limit?: number
}

/** Thrown by core verbs and the store; `detail` is safe to show to the caller. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError'
  readonly code: ErrorCode
  readonly detail: ErrorDetail

  constructor(code: ErrorCode, detail: ErrorDetail = {}, options?: ErrorOptions) {
    super(errorTexts[code], options)
    this.code = code
    this.detail = detail
  }
}
