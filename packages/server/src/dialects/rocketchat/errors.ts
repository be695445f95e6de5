import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CustomFieldRule, ErrorCode } from '../../core/index.ts'
import { requestName } from './fields.ts'
import { type Facts, RocketChatRefusal, toldOf } from './refusal.ts'
import { settingId } from './settings.ts'

export { RocketChatRefusal }

interface Answer {
  readonly status: number
  /** `errorType`, and in brackets behind the text; a plain failure has none. */
  readonly code?: string
  readonly text: string | ((facts: Facts) => string)
  readonly details?: (facts: Facts) => object | undefined
  /** Replies of the oldest kind have it, with `status: "error"`. */
  readonly message?: string
  /** In seconds. */
  readonly retryAfter?: number
}

const coded = (code: string, text: Answer['text'], more: Partial<Answer> = {}): Answer => ({
  status: 400,
  code,
  text,
  ...more,
})
const plain = (text: Answer['text'], status = 400): Answer => ({ status, text })
const actionNotAllowed = (text: string): Answer => coded('error-action-not-allowed', text)
const rejected = (status: number, text: string, message = text): Answer => ({ status, text, message })
const parseDetails = { details: () => ({ helperMethod: 'parseJsonQuery' }) }
const invalidParams = (text: Answer['text']): Answer =>
  coded('invalid-params', text, { details: ({ field }) => (field === undefined ? undefined : { path: field }) })
const lacksPermission = 'User does not have the permissions required for this action [error-unauthorized]'

/** What a custom field's rule says of a value, in the platform's words. */
const customFieldTexts: Record<CustomFieldRule, (field: string, limit: number) => string> = {
  required: (field) => `Field ${field} is required`,
  option: (field) => `Value for field ${field} is invalid`,
  'min-length': (field, limit) => `Min length of field ${field} ${limit}`,
  'max-length': (field, limit) => `Max length of field ${field} ${limit}`,
}

/** What only this dialect refuses, or tells apart where core has one word. */
const own = {
  no_route: rejected(404, 'Not Found', 'API endpoint does not exist'),
  internal: plain('Internal server error', 500),
  body_too_large: plain('The body is larger than 1 MiB.', 413),
  unsupported_media_type: plain('The body must be application/json or application/x-www-form-urlencoded.', 415),
  unreadable: plain('The request can not be read.'),
  invalid_json: plain('Invalid JSON in the body.'),
  url_unreadable: plain('The URL can not be decoded.'),
  path_too_long: plain('A part of the path is longer than any name.'),
  invalid_params: invalidParams(({ reason }) => reason ?? 'must be valid'),
  unauthorized: plain('unauthorized', 403),
  not_authorized: coded('not-authorized', 'Not Authorized'),
  error_not_authorized: coded('error-not-authorized', 'Not authorized'),
  param_required: plain(({ field }) => `The '${field}' param is required`),
  body_param_required: plain(({ field }) => `Body parameter "${field}" is required.`),
  user_param_not_provided: coded(
    'error-user-param-not-provided',
    'The required "userId" or "username" param was not provided',
  ),
  invalid_user: coded(
    'error-invalid-user',
    'The required "userId" or "username" param provided does not match any users',
  ),
  invalid_optional_user: coded('error-invalid-user', 'The optional "userId" param provided does not match any users'),
  no_such_username: coded('error-invalid-user', 'There is no user with this username'),
  invalid_user_id: coded('error-invalid-user-id', 'Invalid user id'),
  user_not_found: plain('User not found.'),
  adding_not_allowed: actionNotAllowed('Adding user is not allowed'),
  editing_not_allowed: actionNotAllowed('Editing user is not allowed'),
  assigning_admin_not_allowed: actionNotAllowed('Assigning admin is not allowed'),
  assigning_roles_not_allowed: actionNotAllowed('Assigning roles is not allowed'),
  invalid_role_id: actionNotAllowed('The field Roles consist invalid role id'),
  verifying_oneself_not_allowed: actionNotAllowed('Changing verified is not allowed'),
  invalid_name: plain('Name contains invalid characters'),
  field_required: coded('error-the-field-is-required', ({ field }) => `The field ${field} is required`),
  username_not_valid: coded('error-input-is-not-a-valid-field', ({ value }) => `${value} is not a valid username`),
  invalid_email: coded('error-invalid-email', ({ value }) => `Invalid email ${value}`),
  invalid_password: coded('error-invalid-password', 'Invalid password'),
  totp_invalid: coded('totp-invalid', 'TOTP Invalid', {
    details: () => ({ method: 'password', codeGenerated: false, availableMethods: [] }),
  }),
  could_not_save_identity: coded('error-could-not-save-identity', 'Could not save user identity'),
  bio_too_long: coded('error-bio-size-exceeded', 'Bio size exceeds 260 characters'),
  nickname_too_long: coded('error-nickname-size-exceeded', 'Nickname size exceeds 120 characters'),
  password_policy: coded('error-password-policy-not-met', "The password does not meet the server's policy.", {
    details: ({ reason }) => [{ error: 'error-password-policy-not-met', message: reason ?? '' }],
  }),
  invalid_custom_field_json: coded('error-invalid-customfield-json', 'Invalid JSON for Custom Fields'),
  last_admin_role: coded('error-admin-required', 'You need to have at least one admin'),
  invalid_status: coded('error-invalid-status', 'Valid status types include online, away, offline, and busy.'),
  status_not_allowed: coded('error-status-not-allowed', 'Invisible status is disabled'),
  status_match: plain('Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation'),
  registration_disabled: coded('error-user-registration-disabled', 'User registration is disabled'),
  already_logged_in: plain('Logged in users can not register again.'),
  username_in_use: plain('Username is already in use'),
  username_invalid: plain('The username provided is not valid'),
  password_reset_disabled: plain('Password reset is not enabled'),
  invalid_preference: invalidParams('must NOT have additional properties'),
  invalid_setting: plain('The setting does not exist or is not served here.'),
  setting_read_only: plain('The setting can not be changed here.'),
  invalid_setting_value: plain('The setting does not take this value.'),
  token_already_exists: coded('error-token-already-exists', 'A token with this name already exists'),
  token_does_not_exist: coded('error-token-does-not-exists', 'Token does not exist'),
  invalid_sort: coded('error-invalid-sort', ({ value }) => `Invalid sort parameter provided: "${value}"`, parseDetails),
  invalid_fields: coded(
    'error-invalid-fields',
    ({ value }) => `Invalid fields parameter provided: "${value}"`,
    parseDetails,
  ),
  invalid_query: coded(
    'error-invalid-query',
    ({ value }) => `Invalid query parameter provided: "${value}"`,
    parseDetails,
  ),
  /** `reason` says which attribute, operator or value, as in `Invalid attribute: phone`. */
  invalid_query_part: coded('error-invalid-query', ({ reason }) => reason ?? 'Invalid query', parseDetails),
  query_rejected: invalidParams('must NOT have additional properties'),
  user_already_in_role: coded('error-user-already-in-role', 'User already in role'),
  user_not_in_role: coded('error-user-not-in-role', 'User is not in this role'),
  role_not_found: coded('error-role-not-found', 'This role does not exist'),
  invalid_role: coded('error-invalid-roleId', 'This role does not exist'),
  role_protected: coded('error-role-protected', 'Role is protected'),
  invalid_role_properties: coded('error-invalid-role-properties', 'The role properties are invalid.'),
  duplicate_role_name: coded('error-duplicate-role-names-not-allowed', 'Role name already exists'),
  param_not_provided: coded('error-param-not-provided', ({ field }) => `Query param "${field}" is required`),
  invalid_permission: coded('error-invalid-permission', 'Invalid permission'),
  permission_role_invalid: coded('error-invalid-role', 'Invalid role'),
  invalid_permissions_body: coded('error-invalid-body-params', 'Invalid body params'),
  sync_date_invalid: coded(
    'error-updatedSince-param-invalid',
    ({ field }) => `The "${field}" query parameter must be a valid date.`,
  ),
  date_invalid: coded(
    'error-roomId-param-invalid',
    ({ field }) => `The "${field}" query parameter must be a valid date.`,
  ),
  blocked_domain: coded('error-invalid-domain', 'The email domain is blocked'),
  avatar_url_refused: coded('error-avatar-invalid-url', ({ value }) => `Invalid avatar URL: ${value}`),
  avatar_too_large: plain('The picture is larger than 1 MiB.', 413),
  form_too_large: coded('error-avatar-invalid', 'The form has more than a picture and the name of its user'),
  form_unreadable: coded('error-avatar-invalid', 'The form can not be read'),
  avatar_invalid: coded('error-avatar-invalid', ({ reason }) => reason ?? 'This is no image that can be served.'),
} satisfies Record<string, Answer>

export type OwnRefusal = keyof typeof own
export type Refusal = ErrorCode | OwnRefusal

/** Every refusal with its answer: the only place where statuses and texts are chosen. */
const table: Record<Refusal, Answer> = {
  ...own,
  unauthenticated: rejected(401, 'You must be logged in to do this.'),
  bad_login: rejected(401, 'Unauthorized'),
  deactivated: {
    ...rejected(401, 'error-user-is-not-activated', 'User is not activated'),
    details: () => ({ function: 'Accounts.validateLoginAttempt' }),
  },
  unproven: coded('totp-required', 'TOTP Required', {
    details: () => ({ method: 'password', codeGenerated: false, availableMethods: [] }),
  }),
  forbidden: plain(lacksPermission, 403),
  read_only_field: actionNotAllowed('This field can not be changed'),
  invalid_input: invalidParams(({ field, reason }) => [field, reason ?? 'is not valid'].join(' ').trim()),
  invalid_pattern: coded('error-invalid-query', ({ reason }) => reason ?? 'Invalid pattern', parseDetails),
  invalid_custom_field: coded('error-user-registration-custom-field', ({ field = '', rule, limit = 0 }) =>
    customFieldTexts[rule ?? 'option'](field, limit),
  ),
  unknown_reference: invalidParams(({ field, reason }) => reason ?? `${field ?? 'A value'} names nothing that exists`),
  value_blocked: coded('error-blocked-username', ({ value }) => `${value} is blocked and can't be used!`),
  value_taken: coded('error-field-unavailable', ({ value }) => `${value} is already in use :(`, {
    details: ({ field }) => ({ field }),
  }),
  not_found: own.invalid_user,
  wrong_tenant: rejected(401, 'You must be logged in to do this.'),
  own_credential: actionNotAllowed('A credential can not end itself here'),
  too_many: coded('error-too-many', 'There would be more than are allowed'),
  unknown_tenant: plain('No workspace is served under this name.', 404),
  stale_record: coded('error-stale-record', 'The record has changed since it was read'),
  last_admin: actionNotAllowed('Leaving the app without an active administrator is not allowed'),
  role_in_use: coded('error-role-in-use', "Cannot delete role because it's in use"),
  switched_off: coded('error-not-allowed', 'Not allowed'),
  protected_role: coded('error-role-protected', 'Cannot delete a protected role'),
  overloaded: {
    ...plain(
      'Error, too many requests. Please slow down. You must wait 1 seconds before trying this endpoint again. [error-too-many-requests]',
      429,
    ),
    retryAfter: 1,
  },
  unavailable: { ...plain('The database does not answer; try again soon.', 503), retryAfter: 1 },
}

/** The refusals behind each status, for the API document. */
export const refusalsByStatus: ReadonlyMap<number, readonly string[]> = Map.groupBy(
  Object.keys(table).filter(isRefusal),
  (refusal) => table[refusal].status,
)

function isRefusal(name: string): name is Refusal {
  return Object.hasOwn(table, name)
}

/**
 * Refusals that are others in one operation: by name, or by name and the core field, right or member at fault, as in
 * `value_taken:username`. The nearer one wins.
 */
type Overrides = { readonly [R in Refusal]?: Refusal } & { readonly [R in `${Refusal}:${string}`]?: Refusal }

const everywhere = {
  'invalid_input:bio': 'bio_too_long',
  'invalid_input:nickname': 'nickname_too_long',
  'invalid_input:username': 'username_not_valid',
  'invalid_input:email': 'invalid_email',
  'invalid_input:password': 'password_policy',
  'unknown_reference:accessRoles': 'invalid_role_id',
  'switched_off:invisibility': 'status_not_allowed',
  'switched_off:registration': 'registration_disabled',
  'switched_off:passwordReset': 'password_reset_disabled',
} as const satisfies Overrides
const assigning = {
  'forbidden:roles.assign': 'assigning_roles_not_allowed',
  'forbidden:roles.assign-admin': 'assigning_admin_not_allowed',
} as const satisfies Overrides
const personalTokens = {
  value_taken: 'token_already_exists',
  not_found: 'token_does_not_exist',
  forbidden: 'not_authorized',
  'invalid_params:tokenName': 'param_required',
} as const satisfies Overrides

const roles = {
  'value_taken:name': 'duplicate_role_name',
  not_found: 'invalid_role',
  last_admin: 'last_admin_role',
  invalid_params: 'invalid_role_properties',
  invalid_input: 'invalid_role_properties',
} as const satisfies Overrides

const makingAdmins = { 'forbidden:roles.assign-admin': 'assigning_admin_not_allowed' } as const satisfies Overrides

/** By operation; those that are not named here answer as the table says. */
const overrides = {
  // What can't log anybody in is told from a wrong password by nobody.
  login: { unauthenticated: 'bad_login', invalid_input: 'bad_login', invalid_params: 'bad_login' },
  'users.list': { 'forbidden:users.search': 'unauthorized' },
  'users.create': { ...assigning, forbidden: 'adding_not_allowed' },
  'users.update': {
    ...assigning,
    'forbidden:roles.assign-admin/no-roles': 'editing_not_allowed',
    forbidden: 'editing_not_allowed',
    deactivated: 'invalid_user',
    'value_taken:username': 'could_not_save_identity',
    'value_blocked:username': 'could_not_save_identity',
  },
  'users.updateOwnBasicInfo': {
    bad_login: 'totp_invalid',
    deactivated: 'invalid_user',
    'value_taken:username': 'could_not_save_identity',
    'value_blocked:username': 'could_not_save_identity',
  },
  'users.register': { 'value_taken:username': 'username_in_use', 'invalid_input:username': 'username_invalid' },
  'users.setPreferences': { forbidden: 'editing_not_allowed', not_found: 'invalid_optional_user' },
  'users.deleteOwnAccount': { 'invalid_params:password': 'body_param_required', bad_login: 'invalid_password' },
  'users.forgotPassword': { 'invalid_params:email': 'param_required' },
  'users.deactivateIdle': { 'unknown_reference:accessRoles': 'invalid_role' },
  'users.setStatus': { forbidden: 'unauthorized', deactivated: 'invalid_user' },
  'users.logout': { forbidden: 'unauthorized', not_found: 'invalid_user_id' },
  'users.createToken': { forbidden: 'error_not_authorized', deactivated: 'invalid_user' },
  'users.setAvatar': { body_too_large: 'avatar_too_large' },
  personalTokens,
  settings: { 'invalid_input:customFields': 'invalid_custom_field_json' },
  roles,
  'roles.update': { ...roles, protected_role: 'role_protected' },
  'roles.addUserToRole': { ...roles, ...makingAdmins, 'not_found:user': 'invalid_user' },
  'roles.removeUserFromRole': { ...roles, ...makingAdmins, 'not_found:user': 'no_such_username' },
  permissions: {
    invalid_params: 'invalid_permissions_body',
    'unknown_reference:roles': 'permission_role_invalid',
  },
} satisfies Record<string, Overrides>
export type ErrorSet = keyof typeof overrides

/** Answers errors as an operation's overrides and the table say: for Fastify's `errorHandler`. */
export function answering(set?: ErrorSet) {
  const named = new Map<string, Refusal>(set === undefined ? [] : Object.entries(overrides[set]))
  return (error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { refusal, at, facts } = toldOf(error, request, set === 'settings' ? settingId : requestName)
    const places = [...at.map((place) => `${refusal}:${place}`), refusal]
    const found = [named, general].flatMap((known) => places.flatMap((place) => known.get(place) ?? []))
    return answer(reply, found[0] ?? refusal, facts)
  }
}
const general = new Map<string, Refusal>(Object.entries(everywhere))

export const answerError = answering()
export const answerNoRoute = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  answer(reply, 'no_route', {})

function answer(reply: FastifyReply, refusal: Refusal, facts: Facts): FastifyReply {
  const { status, code, text, message, details, retryAfter } = table[refusal]
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  const said = typeof text === 'string' ? text : text(facts)
  const told = details?.(facts)
  return reply.code(status).send({
    success: false,
    ...(message !== undefined && { status: 'error' }),
    error: code === undefined ? said : `${said} [${code}]`.trim(),
    ...(message !== undefined && { message }),
    ...(code !== undefined && { errorType: code }),
    ...(told !== undefined && { details: told }),
  })
}
