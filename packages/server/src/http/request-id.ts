import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

export const requestIdHeader = 'x-request-id'
const usable = /^[A-Za-z0-9._-]{1,64}$/

/**
 * Options for Fastify: a request keeps the `X-Request-Id` that it brings, if that is 1 to 64 letters, digits, dots,
 * underscores or hyphens, so that a line in our log can be found from the caller's; else it gets a new one.
 */
export const requestIdOptions = (newId: () => string) => ({
  requestIdHeader: false as const,
  genReqId: (request: Pick<IncomingMessage, 'headers'>): string => {
    const brought = request.headers[requestIdHeader]
    return typeof brought === 'string' && usable.test(brought) ? brought : newId()
  },
})

/** Every reply, errors included, says which request it answers. Add it before any route. */
export function echoRequestId(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(requestIdHeader, request.id)
    done()
  })
}
