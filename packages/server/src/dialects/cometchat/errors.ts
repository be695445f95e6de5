import type { FastifyReply, FastifyRequest } from 'fastify'
import { DirectoryError, type ErrorCode } from '../../core/index.ts'
import { presentedBy } from './auth.ts'
import { allowEveryOrigin } from './cors.ts'
import { requestName } from './fields.ts'
import { CometChatRefusal, type Facts, type OwnRefusal } from './refusal.ts'

export type Refusal = ErrorCode | OwnRefusal

interface Answer {
  readonly status: number
  readonly code: string
  readonly text: string | ((facts: Facts) => string)
  /** Sentences by field where the refusal itself brought none. */
  readonly details?: (facts: Facts) => Facts['details']
  /** In seconds. */
  readonly retryAfter?: number
}

const answerOf = (status: number, code: string, text: Answer['text'], more: Partial<Answer> = {}): Answer => ({
  status,
  code,
  text,
  ...more,
})
const named =
  (before: string, after: string) =>
  ({ value }: Facts): string =>
    value === undefined ? `${before} ${after}` : `${before} ${value} ${after}`
const taken = (facts: Facts) => `The uid ${facts.value ?? ''} is taken already.`.replace('  ', ' ')

/** What only this dialect refuses. */
const own: Record<OwnRefusal, Answer> = {
  no_route: answerOf(404, 'ERR_API_NOT_FOUND', 'The API that you are trying to access does not exist.'),
  no_version: answerOf(404, 'ERR_INVALID_API_VERSION', 'This version of the API is not served; /v3 is.'),
  internal: answerOf(500, 'ERR_EXCEPTION', 'Something went wrong on our side.'),
  body_too_large: answerOf(413, 'ERR_BAD_REQUEST', 'The body is larger than this call takes.'),
  unsupported_media_type: answerOf(415, 'ERR_BAD_REQUEST', 'The body must be application/json.'),
  unreadable: answerOf(400, 'ERR_BAD_REQUEST', ({ reason }) => reason ?? 'The request can not be read.'),
  empty_apikey: answerOf(401, 'AUTH_ERR_EMPTY_APIKEY', 'The header apikey is missing. Please use a valid API key.'),
  apikey_not_found: answerOf(
    401,
    'AUTH_ERR_APIKEY_NOT_FOUND',
    named('The API key', 'does not exist. Please use a correct one.'),
  ),
  no_access: answerOf(
    403,
    'AUTH_ERR_NO_ACCESS',
    ({ reason }) => reason ?? 'The credential has no access to this operation.',
  ),
  empty_appid: answerOf(401, 'AUTH_ERR_EMPTY_APPID', 'The header appId is empty. Please use a valid app id.'),
  invalid_appid: answerOf(401, 'AUTH_ERR_INVALID_APPID', 'The credential is not one of the app that was named.'),
  empty_auth_token: answerOf(
    401,
    'AUTH_ERR_EMPTY_AUTH_TOKEN',
    'The header authToken is missing. Please use a valid auth token.',
  ),
  token_not_found: answerOf(
    401,
    'AUTH_ERR_AUTH_TOKEN_NOT_FOUND',
    'The auth token does not exist. Please use a correct one.',
  ),
  uid_not_found: answerOf(404, 'ERR_UID_NOT_FOUND', named('The user with the uid', 'does not exist.')),
  uid_taken: answerOf(400, 'ERR_UID_ALREADY_EXISTS', taken, { details: (facts) => ({ uid: [taken(facts)] }) }),
  bad_request: answerOf(400, 'ERR_BAD_REQUEST', 'Failed to validate the data sent with the request.'),
  role_not_found: answerOf(404, 'ERR_ROLE_NOT_FOUND', named('The role', 'does not exist.')),
  role_taken: answerOf(400, 'ERR_ROLE_ALREADY_EXISTS', named('The role', 'exists already.')),
  role_delete_denied: answerOf(400, 'ERR_ROLE_DELETE_DENIED', named('The role', 'can not be deleted.')),
  auth_token_not_found: answerOf(404, 'ERR_AUTH_TOKEN_NOT_FOUND', named('The auth token', 'does not exist.')),
  key_not_found: answerOf(404, 'ERR_APIKEY_NOT_FOUND', named('The API key', 'does not exist.')),
  already_friend: answerOf(400, 'ERR_ALREADY_FRIEND', named('The user with the uid', 'is a friend already.')),
  not_a_friend: answerOf(400, 'ERR_NOT_A_FRIEND', named('The user with the uid', 'is not a friend.')),
  self_relation: answerOf(400, 'ERR_CANNOT_FORM_SELF_RELATION', 'Nobody is their own friend.'),
  failed_to_add_friend: answerOf(
    400,
    'ERR_FAILED_TO_ADD_FRIEND',
    named('The user with the uid', 'could not be added.'),
  ),
  block_self: answerOf(400, 'ERR_CANNOT_BLOCK_SELF', 'Nobody can block themselves.'),
}

const atField = ({ field, reason }: Facts) =>
  field === undefined ? undefined : { [field]: [`The ${field} ${reason ?? 'is not valid'}.`.replace('..', '.')] }
const invalid: Answer = { ...own.bad_request, details: atField }
const refused = (text: string): Answer => answerOf(400, 'ERR_OPERATION_FAILED', text)

/** Every refusal with its answer: the only place where statuses, codes and texts are chosen. */
const table: Record<Refusal, Answer> = {
  ...own,
  // Told apart by what the request brought, see `toldOf`.
  unauthenticated: own.empty_apikey,
  bad_login: own.token_not_found,
  unproven: own.no_access,
  deactivated: own.uid_not_found,
  forbidden: own.no_access,
  read_only_field: { ...invalid, details: ({ field = '' }) => ({ [field]: [`The ${field} can not be changed.`] }) },
  invalid_input: invalid,
  invalid_pattern: invalid,
  invalid_custom_field: invalid,
  unknown_reference: invalid,
  value_blocked: invalid,
  value_taken: { ...invalid, details: ({ field = '' }) => ({ [field]: [`The ${field} is taken already.`] }) },
  not_found: own.uid_not_found,
  wrong_tenant: own.invalid_appid,
  unknown_tenant: own.invalid_appid,
  stale_record: refused('The record has changed since it was read; try again.'),
  last_admin: refused('The last active administrator must stay one.'),
  role_in_use: own.role_delete_denied,
  switched_off: own.no_access,
  protected_role: own.role_delete_denied,
  own_credential: answerOf(400, 'ERR_APIKEY_NO_SELF_ACTION', 'An API key can neither change nor delete itself.'),
  too_many: refused('There would be more than are allowed.'),
  overloaded: answerOf(429, 'ERR_TOO_MANY_REQUESTS', 'There are too many requests; try again soon.', { retryAfter: 1 }),
  unavailable: answerOf(503, 'ERR_MISSION_FAILED', 'The database does not answer; try again soon.', { retryAfter: 1 }),
}

/** Refusals that are others by the core field at fault, as in `value_taken:uid`. */
const byField: Readonly<Record<string, Refusal>> = {
  'value_taken:uid': 'uid_taken',
  // Nobody gives an address here: it is the one that follows from the uid.
  'value_taken:email': 'uid_taken',
  'unknown_reference:accessRoles': 'role_not_found',
  'not_found:key': 'key_not_found',
  'not_found:token': 'auth_token_not_found',
}
/** Where `id`, `code` and `name` are a role's. */
const ofRoles: Readonly<Record<string, Refusal>> = {
  'not_found:id': 'role_not_found',
  'value_taken:code': 'role_taken',
  'value_taken:id': 'role_taken',
}
/** By operation; the others answer as the table says. */
const overrides = { roles: ofRoles } as const
export type ErrorSet = keyof typeof overrides

interface Told {
  readonly refusal: Refusal
  readonly facts: Facts
}

/** Answers errors as the table says: for Fastify's `errorHandler`. */
export function answering(set?: ErrorSet) {
  const near = set === undefined ? {} : overrides[set]
  return (error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const told = toldOf(error, request, near)
    return answer(reply, told)
  }
}

export const answerError = answering()
export const answerNoRoute = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  answer(reply, { refusal: 'no_route', facts: {} })
export const answerNoVersion = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  answer(reply, { refusal: 'no_version', facts: {} })

/** What stands below `error` in an answer, and beside `success: false` in the rows of calls on many users. */
export interface ErrorBody {
  readonly code: string
  readonly message: string
  readonly devMessage: string
  readonly source: 'chat-api'
  readonly details?: Facts['details']
}

/** An error as part of an answer that is none. Errors that are our own fault are thrown again. */
export function errorBodyOf(error: unknown, request: FastifyRequest, set?: ErrorSet): ErrorBody {
  if (!(error instanceof Error)) throw error
  const told = toldOf(error, request, set === undefined ? {} : overrides[set])
  if (table[told.refusal].status >= 429) throw error
  return bodyOf(told)
}

function bodyOf({ refusal, facts }: Told): ErrorBody {
  const { code, text, details } = table[refusal]
  const message = typeof text === 'string' ? text : text(facts)
  const said = facts.details ?? details?.(facts)
  return { code, message, devMessage: message, source: 'chat-api', ...(said !== undefined && { details: said }) }
}

function answer(reply: FastifyReply, told: Told): FastifyReply {
  const { status, retryAfter } = table[told.refusal]
  // What failed before any hook ran must not look like a network failure either.
  allowEveryOrigin(reply)
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ error: bodyOf(told) })
}

function toldOf(error: Error, request: FastifyRequest, near: Readonly<Record<string, Refusal>>): Told {
  if (error instanceof CometChatRefusal) return { refusal: error.refusal, facts: error.facts }
  if (error instanceof DirectoryError) {
    const { code, detail } = error
    if (code === 'unauthenticated') return unauthenticated(request)
    const place = `${code}:${detail.field ?? ''}`
    const refusal = near[place] ?? byField[place] ?? code
    const field = detail.field === undefined ? undefined : requestName(detail.field)
    const reason = code === 'forbidden' || code === 'switched_off' ? undefined : detail.reason
    return { refusal, facts: { ...(field !== undefined && { field }), ...(reason !== undefined && { reason }) } }
  }
  const framework = frameworkCodes[codeOf(error)]
  if (framework !== undefined) return framework
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  if (status >= 400 && status < 500) return { refusal: 'unreadable', facts: { reason: error.message } }
  return { refusal: 'internal', facts: {} }
}

function unauthenticated(request: FastifyRequest): Told {
  const presented = presentedBy(request)
  if (presented === undefined) return { refusal: 'empty_apikey', facts: {} }
  if (presented.kind === 'token') return { refusal: 'token_not_found', facts: {} }
  return { refusal: 'apikey_not_found', facts: { value: maskedKey(presented.value) } }
}

/** A key as messages may have it: its ends. */
export const maskedKey = (key: string): string =>
  key.length < 16 ? '*****' : `${key.slice(0, 4)}*****${key.slice(-4)}`

/** What the HTTP framework refuses before a route is asked. */
const frameworkCodes: Readonly<Record<string, Told>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { refusal: 'body_too_large', facts: {} },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { refusal: 'unsupported_media_type', facts: {} },
  FST_ERR_CTP_INVALID_JSON_BODY: { refusal: 'unreadable', facts: { reason: 'The body is not valid JSON.' } },
  FST_ERR_BAD_URL: { refusal: 'no_route', facts: {} },
  FST_ERR_MAX_PARAM_LENGTH: { refusal: 'no_route', facts: {} },
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')
