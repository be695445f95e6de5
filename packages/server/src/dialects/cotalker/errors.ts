import type { FastifyReply, FastifyRequest } from 'fastify'
import { DirectoryError, type ErrorCode } from '../../core/index.ts'
import { InvalidRequest } from '../_kit/validation.ts'
import { debugOf, wantsDebug } from './debug.ts'
import { pathOf } from './fields.ts'

/** Whatever this dialect refuses gets its status here. */
type Refusal = ErrorCode | 'no_route' | 'body_too_large' | 'unsupported_media_type' | 'internal'

/** Cotalker's clients tell errors apart by status; `Retry-After`, in seconds, is what they wait before another try. */
const table: Record<Refusal, { status: number; retryAfter?: number }> = {
  unauthenticated: { status: 401 },
  bad_login: { status: 401 },
  forbidden: { status: 403 },
  read_only_field: { status: 403 },
  invalid_input: { status: 400 },
  unknown_reference: { status: 400 },
  value_taken: { status: 409 },
  not_found: { status: 404 },
  unknown_tenant: { status: 404 },
  last_admin: { status: 409 },
  protected_role: { status: 403 },
  overloaded: { status: 429, retryAfter: 1 },
  unavailable: { status: 503, retryAfter: 1 },
  no_route: { status: 404 },
  body_too_large: { status: 413 },
  unsupported_media_type: { status: 415 },
  internal: { status: 500 },
}

/** Answers any error in Cotalker's form: the message twice, since its clients read either name. */
export function answerError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code, message, path } = refusalOf(error)
  const { status, retryAfter } = table[code]
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  const debug = wantsDebug(request) ? { debug: debugOf(request, [{ path, message }]) } : {}
  return reply.code(status).send({ error: message, message, code, statusCode: status, ...debug })
}

export const answerNoRoute = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply.code(table.no_route.status).send({
    error: `No route ${request.method} at this path.`,
    message: `No route ${request.method} at this path.`,
    code: 'no_route',
    statusCode: table.no_route.status,
  })

function refusalOf(error: Error): { code: Refusal; message: string; path: string } {
  if (error instanceof DirectoryError) {
    const { field, reason } = error.detail
    const path = field === undefined ? '' : pathOf(field)
    if (error.code === 'read_only_field') {
      return {
        code: error.code,
        path,
        message: `Attempted to modify a read-only field (path: /${path.replaceAll('.', '/')})`,
      }
    }
    const said = reason ?? error.message
    return { code: error.code, path, message: path === '' ? said : `${path}: ${said}` }
  }
  if (error instanceof InvalidRequest) return { code: 'invalid_input', path: error.path, message: error.message }
  const known = frameworkCodes[codeOf(error)]
  if (known !== undefined) return { ...known, path: '' }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  if (status >= 400 && status < 500) return { code: 'invalid_input', message: error.message, path: '' }
  return { code: 'internal', message: 'Something went wrong on our side.', path: '' }
}

/** What the HTTP framework refuses before a route is asked. */
const frameworkCodes: Readonly<Record<string, { code: Refusal; message: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', message: 'The body is larger than 1 MiB.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', message: 'The body must be application/json.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid_input', message: 'The body must be a JSON object; it is empty.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid_input', message: 'The body is not valid JSON.' },
  FST_ERR_BAD_URL: { code: 'invalid_input', message: 'The URL can not be decoded.' },
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')
