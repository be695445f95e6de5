import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { requireSelector } from '../parse.ts'
import { EmptyReply } from '../schema-parts.ts'
import { DeleteUserBody } from '../schemas-own-account.ts'
import { envelope, operation } from './operation.ts'

export const usersDeleteRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.post(
    '/users.delete',
    operation({
      operationId: 'postUsersDelete',
      summary: 'Delete a user',
      body: DeleteUserBody,
      reply: { 200: EmptyReply },
    }),
    async (request) => {
      const actor = actorOf(request)
      const keys = requireSelector(request.body)
      await directory.deleteUser(actor, {
        userId: await directory.identifyUser(actor, { keys, right: 'users.delete' }),
      })
      return envelope({})
    },
  )
}
