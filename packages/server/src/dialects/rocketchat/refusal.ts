import type { FastifyRequest } from 'fastify'
import { type CustomFieldRule, DirectoryError } from '../../core/index.ts'
import { InvalidRequest } from '../_kit/validation.ts'
import type { OwnRefusal, Refusal } from './errors.ts'

/** What a refusal's text may name. */
export interface Facts {
  /** As requests spell it. */
  readonly field?: string
  /** What was sent there. */
  readonly value?: string
  readonly reason?: string
  readonly rule?: CustomFieldRule
  readonly limit?: number
}

/** Thrown by routes for what core does not know. */
export class RocketChatRefusal extends Error {
  override readonly name = 'RocketChatRefusal'
  readonly refusal: OwnRefusal
  readonly facts: Facts

  constructor(refusal: OwnRefusal, facts: Facts = {}) {
    super(refusal)
    this.refusal = refusal
    this.facts = facts
  }
}

/** An error as the table knows it; `at` are the places that overrides may name, the nearest first. */
export interface Told {
  readonly refusal: Refusal
  readonly at: readonly string[]
  readonly facts: Facts
}

/**
 * Reads any error; `spelt` gives core's name of a field as requests have it, if they do, and what was sent there comes from
 * the request.
 */
export function toldOf(error: Error, request: FastifyRequest, spelt: (field: string) => string | undefined): Told {
  if (error instanceof RocketChatRefusal) return { refusal: error.refusal, at: [], facts: error.facts }
  if (error instanceof DirectoryError) {
    const { field, right, reason, rule, limit } = error.detail
    const name = field === undefined ? undefined : spelt(field)
    const facts = { field: name, value: name === undefined ? undefined : sentAs(name, request), reason, rule, limit }
    const places = [field, ...(right === undefined ? [] : placesOfRight(right, request))]
    return { refusal: error.code, at: places.filter((place) => place !== undefined), facts: known(facts) }
  }
  if (error instanceof InvalidRequest) {
    const field = error.path === '' ? undefined : error.path
    return { refusal: 'invalid_params', at: [error.path], facts: known({ field, reason: error.message }) }
  }
  const framework = frameworkCodes.get(codeOf(error))
  if (framework !== undefined) return { refusal: framework, at: [], facts: {} }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  return { refusal: status >= 400 && status < 500 ? 'unreadable' : 'internal', at: [], facts: {} }
}

/** Taking an administrator over lacks the same right as making one; which it was, the request tells: by its roles, or none. */
const placesOfRight = (right: string, { body }: FastifyRequest): string[] =>
  Array.isArray(memberOf(memberOf(body, 'data'), 'roles')) ? [right] : [`${right}/no-roles`, right]

type Loose = { readonly [F in keyof Facts]: Facts[F] | undefined }
const known = ({ field, value, reason, rule, limit }: Loose): Facts => ({
  ...(field !== undefined && { field }),
  ...(value !== undefined && { value }),
  ...(reason !== undefined && { reason }),
  ...(rule !== undefined && { rule }),
  ...(limit !== undefined && { limit }),
})

/** Of a value that was sent; nobody needs more of it back. */
const longestEcho = 300

/** What a body has under this name, itself or in its `data`, or the query. */
function sentAs(name: string, { body, query }: FastifyRequest): string {
  const sent = memberOf(body, name) ?? memberOf(memberOf(body, 'data'), name) ?? memberOf(query, name) ?? name
  return String(sent).slice(0, longestEcho)
}

const memberOf = (holder: unknown, key: string): unknown => new Map(Object.entries<unknown>(Object(holder))).get(key)

/** What the HTTP framework and its plugins refuse; whatever else they do is `unreadable`, and their own words stay here. */
const frameworkCodes: ReadonlyMap<string, OwnRefusal> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'body_too_large'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'unsupported_media_type'],
  ['FST_ERR_CTP_INVALID_JSON_BODY', 'invalid_json'],
  ['FST_ERR_BAD_URL', 'url_unreadable'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'path_too_long'],
  ['FST_REQ_FILE_TOO_LARGE', 'avatar_too_large'],
  ['FST_FILES_LIMIT', 'form_too_large'],
  ['FST_FIELDS_LIMIT', 'form_too_large'],
  ['FST_PARTS_LIMIT', 'form_too_large'],
  ['FST_PROTO_VIOLATION', 'form_unreadable'],
  ['FST_INVALID_MULTIPART_CONTENT_TYPE', 'form_unreadable'],
  ['FST_INVALID_JSON_FIELD_ERROR', 'form_unreadable'],
  ['FST_MP_PREMATURE_CLOSE', 'form_unreadable'],
])

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')
