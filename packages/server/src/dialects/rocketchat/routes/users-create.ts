import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { parseNewUser } from '../parse-changes.ts'
import { createdText } from '../presenter-saved.ts'
import { CreateUserBody, SavedUserReply } from '../schemas-changes.ts'
import { operation, sendEnvelope } from './operation.ts'

export const usersCreateRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.post(
    '/users.create',
    operation({
      operationId: 'postUsersCreate',
      summary: 'Create a user',
      body: CreateUserBody,
      reply: { 200: SavedUserReply },
      errors: 'users.create',
    }),
    async (request, reply) => {
      const [actor, command] = [actorOf(request), parseNewUser(request.body)]
      const { user, catalogue } = await directory.createUser(actor, command)
      // The user is there, whatever becomes of the mail.
      if (command.welcome === true) await directory.sendWelcome(actor, { userId: user.id })
      return sendEnvelope(reply, { user: createdText(user, catalogue) })
    },
  )
}
