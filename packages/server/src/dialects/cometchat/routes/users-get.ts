import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, noSuchUid } from '../auth.ts'
import { dataText, foundText } from '../presenter.ts'
import { blocksWith } from '../relations.ts'
import { UidParams } from '../schema-parts.ts'
import { UserReply } from '../schemas.ts'
import { operation, sendJson } from './operation.ts'

export const usersGetRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  app.get(
    '/users/:uid',
    operation(deps, {
      operationId: 'getUser',
      summary: 'Read a user',
      access: { keys: 'full-access', tokens: true, onBehalfOf: true },
      params: UidParams,
      reply: { 200: UserReply },
    }),
    async (request, reply) => {
      const { actor, viewer } = callerOf(request)
      const { uid } = request.params
      const found = await directory.findUser(actor, { keys: [{ uid }] })
      if (found === null || !found.user.active) throw noSuchUid(uid)
      const blocks = await blocksWith(directory, callerOf(request), [found.user.id])
      return sendJson(reply, dataText(foundText(found, { viewer, blocks: blocks.get(found.user.id), tags: true })))
    },
  )
}
