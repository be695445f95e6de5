import type { FastifyInstance, FastifyReply } from 'fastify'

const methods = 'GET, POST, PUT, PATCH, DELETE, OPTIONS'
/** What the JavaScript SDK sends, and what scripts add. */
const headers = [
  ...['accept', 'content-type', 'apikey', 'appid', 'authtoken', 'onbehalfof', 'resource', 'sdk', 'chatapiversion'],
  ...['settingshash', 'settingshashreceivedat', 'authorization'],
].join(', ')
/** A day, in seconds. */
const lasts = '86400'

/** Lets pages of any origin read an answer: credentials are headers, never cookies. */
export const allowEveryOrigin = (reply: FastifyReply): FastifyReply =>
  reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'retry-after, x-request-id')

/** Every answer of a plugin says so. Add it before any route. */
export function allowEveryPage(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    allowEveryOrigin(reply)
  })
}

/** Browsers ask before every call, without a credential, of any path. */
export function answerPreflights(app: FastifyInstance): void {
  for (const path of ['/', '/*']) {
    app.options(path, { schema: { hide: true } }, async (_request, reply) =>
      reply
        .code(204)
        .header('access-control-allow-methods', methods)
        .header('access-control-allow-headers', headers)
        .header('access-control-max-age', lasts)
        .send(),
    )
  }
}
