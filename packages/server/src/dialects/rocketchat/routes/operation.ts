import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TObject, type TSchema, Type } from 'typebox'
import { shapeQuery } from '../../_kit/query-decoding.ts'
import { answering, type ErrorSet } from '../errors.ts'

export const refused = { '4xx': Type.Ref('RocketChatError'), '5xx': Type.Ref('RocketChatError') }
const noQuery = Type.Object({})

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly querystring?: TObject
  readonly body?: TSchema
  readonly reply: Readonly<Record<number, TSchema>>
  /** Overrides in errors.ts. */
  readonly errors?: ErrorSet
}

/**
 * A route's options. The query takes the shape of its schema before it is validated, and what it does not declare is
 * ignored; where a body is declared, none at all counts as `{}`.
 */
export function operation<const O extends Operation>({ reply, errors, ...described }: O) {
  return {
    preValidation: async (request: FastifyRequest) => {
      request.query = shapeQuery(described.querystring ?? noQuery, Object(request.query))
      if (described.body !== undefined) request.body ??= {}
    },
    errorHandler: answering(errors),
    schema: { security: [{ authToken: [], userId: [] }], ...described, response: { ...reply, ...refused } },
  }
}

/** A reply that its schema renders. */
export const envelope = <P extends object>(payload: P): P & { success: true } => ({ ...payload, success: true })

/** For replies that are rendered already. */
export const sendJson = (reply: FastifyReply, text: string | Buffer) =>
  reply.type('application/json; charset=utf-8').send(text)

/** A reply of members that are JSON text already, such as `{user: text}`; `success: true` is added. */
export const sendEnvelope = (reply: FastifyReply, members: Readonly<Record<string, string>>) =>
  sendJson(reply, envelopeText(members))

export const envelopeText = (members: Readonly<Record<string, string>>): string =>
  `{${Object.entries(members)
    .map(([name, text]) => `${JSON.stringify(name)}:${text},`)
    .join('')}"success":true}`
