import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DialectDeps } from '../../dialect.ts'
import { optionalActor } from '../auth.ts'
import { RocketChatRefusal } from '../errors.ts'
import { parseRegistration } from '../parse-own-account.ts'
import { registeredText } from '../presenter-saved.ts'
import { requireOwnPlace } from '../registration-place.ts'
import { EmptyReply } from '../schema-parts.ts'
import { SavedUserReply } from '../schemas-changes.ts'
import { ForgotPasswordBody, RegisterBody } from '../schemas-own-account.ts'
import { envelope, operation, sendEnvelope } from './operation.ts'

export const registerRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  app.post(
    '/users.register',
    operation({
      operationId: 'postUsersRegister',
      summary: 'Register as a new user',
      security: [],
      body: RegisterBody,
      reply: { 200: SavedUserReply },
      errors: 'users.register',
    }),
    async (request, reply) => {
      const actor = await optionalActor(deps, request)
      if (actor.userId !== null) throw new RocketChatRefusal('already_logged_in')
      requireOwnPlace(request, await directory.getTenant(actor, {}))
      const { user, catalogue } = await directory.registerUser(actor, parseRegistration(request.body))
      return sendEnvelope(reply, { user: registeredText(user, catalogue) })
    },
  )

  app.post(
    '/users.forgotPassword',
    operation({
      operationId: 'postUsersForgotPassword',
      summary: 'Ask for a new password',
      description:
        'No mail is sent: an administrator sets a new password. The answer never says whether somebody has the address.',
      security: [],
      body: ForgotPasswordBody,
      reply: { 200: EmptyReply },
      errors: 'users.forgotPassword',
    }),
    async (request) => {
      await directory.requestPasswordReset(await optionalActor(deps, request), { email: request.body.email })
      return envelope({})
    },
  )
}
