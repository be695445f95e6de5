import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { parseUpdate } from '../parse-changes.ts'
import { changedText } from '../presenter-saved.ts'
import { SavedUserReply, UpdateUserBody } from '../schemas-changes.ts'
import { operation, sendEnvelope } from './operation.ts'

export const usersUpdateRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.post(
    '/users.update',
    operation({
      operationId: 'postUsersUpdate',
      summary: 'Change a user',
      body: UpdateUserBody,
      reply: { 200: SavedUserReply },
      errors: 'users.update',
    }),
    async (request, reply) => {
      const actor = actorOf(request)
      const changed = await directory.updateUser(actor, parseUpdate(request.body, actor))
      const { state } = await directory.getPresence(actor, { userId: changed.user.id })
      return sendEnvelope(reply, { user: changedText(actor, changed, state) })
    },
  )
}
