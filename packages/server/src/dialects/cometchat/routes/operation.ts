import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TObject, type TSchema, Type } from 'typebox'
import type { DialectDeps } from '../../dialect.ts'
import { type Access, admission } from '../auth.ts'
import { answering, type ErrorSet } from '../errors.ts'
import { decodeParameters } from '../parse-lists.ts'
import { CometChatRefusal } from '../refusal.ts'

const refused = { '4xx': Type.Ref('CometChatError'), '5xx': Type.Ref('CometChatError') }
const noQuery = Type.Object({})

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly access: Access
  readonly querystring?: TObject
  readonly body?: TSchema
  readonly reply: Readonly<Record<number, TSchema>>
  /** Overrides in errors.ts. */
  readonly errors?: ErrorSet
  /** In bytes, where it is not 64 KiB. */
  readonly bodyLimit?: number
}

/**
 * A route's options: its checks in the platform's order, its query in the shape of its schema, and where a body is declared,
 * none at all counts as `{}`.
 */
export function operation<const O extends Operation>(
  deps: DialectDeps,
  { access, reply, errors, bodyLimit, ...described }: O,
) {
  const { onRequest, again } = admission(deps, access)
  return {
    ...(bodyLimit !== undefined && { bodyLimit }),
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      if (secrets.test(request.routeOptions.url ?? '')) reply.header('cache-control', 'no-store')
      await onRequest(request)
      if (namesNothing(request)) throw new CometChatRefusal('no_route')
    },
    preValidation: async (request: FastifyRequest) => {
      await again(request)
      request.query = decodeParameters(described.querystring ?? noQuery, request.url)
      if (described.body !== undefined) request.body ??= {}
    },
    errorHandler: answering(errors),
    schema: { security: securityOf(access), ...described, response: { ...reply, ...refused } },
  }
}

/** Whose answers hold keys and tokens. */
const secrets = /\/(apikeys|auth_tokens|me)(\/|$)/
const lists = /\/(apikeys|auth_tokens|roles|users)$/

/** Whether a list's path ends in a slash: one thing whose name is empty is not all of them. Elsewhere such a slash is passed over. */
const namesNothing = ({ method, routeOptions, url }: FastifyRequest): boolean =>
  method !== 'POST' && lists.test(routeOptions.url ?? '') && (url.split('?')[0] ?? '').endsWith('/')

const securityOf = ({ keys, tokens }: Access) => [
  ...(keys === null ? [] : [{ apikey: [] }]),
  ...(tokens === false ? [] : [{ authToken: [] }]),
]

/** For replies that are rendered already: 200 whatever the method. */
export const sendJson = (reply: FastifyReply, text: string | Buffer) =>
  reply.type('application/json; charset=utf-8').send(text)

/** What operations without a record answer. */
export const done = (message: string) => ({ data: { success: true as const, message } })
