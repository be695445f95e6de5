import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Capability, DirectoryError, type ErrorCode } from '../../core/index.ts'
import { knownActor } from '../_kit/actor.ts'
import { InvalidRequest } from '../_kit/validation.ts'
import { isAdminRequest, isClientRight } from './auth.ts'
import { debugOf, wantsDebug } from './debug.ts'
import { pathOf } from './fields.ts'
import { PatchTestFailed } from './json-patch.ts'

/** Whatever this dialect refuses gets its status here. */
type Refusal = ErrorCode | 'patch_test_failed' | 'no_route' | 'body_too_large' | 'unsupported_media_type' | 'internal'

/** Cotalker's clients tell errors apart by status; `Retry-After`, in seconds, is what they wait before another try. */
const table: Record<Refusal, { status: number; retryAfter?: number }> = {
  unauthenticated: { status: 401 },
  bad_login: { status: 401 },
  deactivated: { status: 401 },
  unproven: { status: 401 },
  forbidden: { status: 403 },
  read_only_field: { status: 403 },
  invalid_input: { status: 400 },
  invalid_pattern: { status: 400 },
  invalid_custom_field: { status: 400 },
  unknown_reference: { status: 400 },
  value_blocked: { status: 400 },
  value_taken: { status: 409 },
  not_found: { status: 404 },
  wrong_tenant: { status: 401 },
  unknown_tenant: { status: 404 },
  stale_record: { status: 409 },
  last_admin: { status: 409 },
  role_in_use: { status: 409 },
  switched_off: { status: 403 },
  protected_role: { status: 403 },
  own_credential: { status: 409 },
  too_many: { status: 409 },
  overloaded: { status: 429, retryAfter: 1 },
  unavailable: { status: 503, retryAfter: 1 },
  patch_test_failed: { status: 409 },
  no_route: { status: 404 },
  body_too_large: { status: 413 },
  unsupported_media_type: { status: 415 },
  internal: { status: 500 },
}

/** The permission, as the seeds spell it, that brings each right. */
export const permissionFor: Record<Capability, string> = {
  'users.list-public': 'admin-user-read',
  'users.list-members': 'admin-*-write',
  'users.search': 'admin-user-read',
  'users.read-private': 'admin-user-read',
  'users.create': 'admin-user-write',
  'users.edit': 'admin-user-write',
  'users.set-password': 'admin-user-write',
  'users.set-active': 'admin-user-write',
  'users.set-kind': 'admin-*-write',
  'users.delete': 'admin-*-write',
  'users.set-avatar': 'admin-user-write',
  'users.logout': 'admin-*-write',
  'roles.read': 'admin-accesscontrol-read',
  'roles.assign': 'admin-accesscontrol-write',
  'roles.assign-admin': 'admin-accesscontrol-write',
  'roles.edit': 'admin-accesscontrol-write',
  'job-titles.read': 'admin-jobtitles-read',
  'job-titles.edit': 'admin-jobtitles-write',
  'tokens.own': 'create-personal-access-tokens',
  'tokens.issue': 'admin-apitokens-write',
  'settings.read': 'admin-company-read',
  'settings.edit': 'admin-company-write',
  'webhooks.read': 'admin-*-read',
  'webhooks.edit': 'admin-*-write',
  'server.info': 'admin-*-read',
}

/** The codes behind each status, for the API document. */
export const refusalsByStatus: ReadonlyMap<number, readonly string[]> = Map.groupBy(
  Object.keys(table).filter(isRefusal),
  (refusal) => table[refusal].status,
)

function isRefusal(name: string): name is Refusal {
  return Object.hasOwn(table, name)
}

interface Told {
  readonly code: Refusal
  readonly message: string
  /** In the platform's spelling; empty when no single value is at fault. */
  readonly path: string
}

/** Answers any error in Cotalker's form; `spell` gives the platform's spelling of a core field. */
const answerer =
  (spell: (field: string) => string) =>
  (error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    answer(request, reply, toldOf(error, request, spell))

export const answerError = answerer(pathOf)
/** Of access roles: their members are named alike here and in core. */
export const answerRoleError = answerer((field) => field)
const webhookPaths: Readonly<Record<string, string>> = { active: 'isActive', types: 'trigger' }
export const answerWebhookError = answerer((field) => webhookPaths[field] ?? field.replace(/^details\./, ''))
const titlePaths: Readonly<Record<string, string>> = { active: 'isActive', properties: 'elements' }
export const answerJobTitleError = answerer((field) => titlePaths[field] ?? field)
/** What core keeps under `details` are members of the company itself here. */
export const answerCompanyError = answerer((field) =>
  field === 'name' ? 'displayName' : field.replace(/^details\./, ''),
)

export const answerNoRoute = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  answer(request, reply, { code: 'no_route', message: `No route ${request.method} at this path.`, path: '' })

/** The message stands twice, since clients read either name. */
function answer(request: FastifyRequest, reply: FastifyReply, { code, message, path }: Told): FastifyReply {
  const { status, retryAfter } = table[code]
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  const debug = wantsDebug(request) ? { debug: debugOf(request, [{ path, message }]) } : {}
  return reply.code(status).send({ error: message, message, code, statusCode: status, ...debug })
}

function toldOf(error: Error, request: FastifyRequest, spell: (field: string) => string): Told {
  if (error instanceof DirectoryError) {
    // Nobody learns here whether the password of a deactivated user was right.
    if (error.code === 'deactivated') return toldOf(new DirectoryError('bad_login'), request, spell)
    if (error.code === 'wrong_tenant') return toldOf(new DirectoryError('unauthenticated'), request, spell)
    const { code, detail, message } = error
    const path = detail.field === undefined ? '' : spell(detail.field)
    if (code === 'read_only_field') {
      // Real clients know this text and this way of writing a path.
      return { code, path, message: `Attempted to modify a read-only field (path: /${path.replaceAll('.', '/')})` }
    }
    const said = code === 'forbidden' ? whyForbidden(request, detail.right) : undefined
    const reason = said ?? detail.reason ?? message
    return { code, path, message: path === '' ? reason : `${path}: ${reason}` }
  }
  if (error instanceof PatchTestFailed) return { code: 'patch_test_failed', path: '', message: error.message }
  if (error instanceof InvalidRequest) return { code: 'invalid_input', path: error.path, message: error.message }
  const known = frameworkCodes[codeOf(error)]
  if (known !== undefined) return { ...known, path: '' }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  if (status >= 400 && status < 500) return { code: 'invalid_input', message: error.message, path: '' }
  return { code: 'internal', message: 'Something went wrong on our side.', path: '' }
}

/** What the caller is missing: the header, the permission or both. */
function whyForbidden(request: FastifyRequest, right: Capability | undefined): string | undefined {
  const actor = knownActor(request)
  if (actor?.readOnly) return 'A read-only user may change nothing but its own password.'
  if (right === undefined) return undefined
  const permission = `the permission ${permissionFor[right]}`
  if (isAdminRequest(request) || isClientRight(right)) return `This needs ${permission}.`
  if (actor?.capabilities.has(right)) return 'This needs the header "Admin: true".'
  return `This needs the header "Admin: true" and ${permission}.`
}

/** What the HTTP framework refuses before a route is asked. */
const frameworkCodes: Readonly<Record<string, { code: Refusal; message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', message: 'The body is larger than 1 MiB.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', message: 'The body must be application/json.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid_input', message: 'The body must be a JSON object; it is empty.' },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'invalid_input',
    message: 'The body is not valid JSON, or has a key that no record may have, such as __proto__.',
  },
  FST_ERR_BAD_URL: { code: 'invalid_input', message: 'The URL can not be decoded.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'invalid_input', message: 'A part of the path is longer than any id.' },
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')
