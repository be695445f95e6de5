import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TObject, type TSchema, Type } from 'typebox'
import { decodeQuery } from '../../_kit/query-decoding.ts'
import type { DialectDeps } from '../../dialect.ts'

/** `version` is how a path and its operations' names begin: the same API is served as v2 and as v3. */
export interface CotalkerDeps extends DialectDeps {
  readonly version: 'V2' | 'V3'
}

export const refused = { '4xx': Type.Ref('COTError'), '5xx': Type.Ref('COTError') }

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly querystring: TObject
  readonly reply: Readonly<Record<number, TSchema>>
}

/** A route's options: the query takes the shape of its schema before it is validated. */
export function operation<const O extends Operation>({ reply, ...described }: O) {
  return {
    preValidation: async (request: FastifyRequest) => {
      request.query = decodeQuery(described.querystring, Object(request.query), aliases)
    },
    schema: { security: [{ accessToken: [] }], ...described, response: { ...reply, ...refused } },
  }
}
const aliases = { order_by: 'orderBy', sort_by: 'sortBy' }

/** Replies are rendered from their schemas already. */
export const sendJson = (reply: FastifyReply, text: string | Buffer, status = 200) =>
  reply.code(status).type('application/json; charset=utf-8').send(text)
