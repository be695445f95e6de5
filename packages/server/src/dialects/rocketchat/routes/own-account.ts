import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { parseOwnChanges } from '../parse-own-account.ts'
import { changedText } from '../presenter-saved.ts'
import { EmptyReply } from '../schema-parts.ts'
import { SavedUserReply } from '../schemas-changes.ts'
import {
  AvailabilityQuery,
  AvailabilityReply,
  DeleteOwnAccountBody,
  SuggestionReply,
  UpdateOwnBasicInfoBody,
} from '../schemas-own-account.ts'
import { envelope, operation, sendEnvelope } from './operation.ts'

export const ownAccountRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.post(
    '/users.updateOwnBasicInfo',
    operation({
      operationId: 'postUsersUpdateOwnBasicInfo',
      summary: 'Change oneself',
      body: UpdateOwnBasicInfoBody,
      reply: { 200: SavedUserReply },
      errors: 'users.updateOwnBasicInfo',
    }),
    async (request, reply) => {
      const actor = actorOf(request)
      const changed = await directory.updateOwnAccount(actor, parseOwnChanges(request.body))
      const { state } = await directory.getPresence(actor, { userId: changed.user.id })
      return sendEnvelope(reply, { user: changedText(actor, changed, state) })
    },
  )

  app.post(
    '/users.deleteOwnAccount',
    operation({
      operationId: 'postUsersDeleteOwnAccount',
      summary: 'Delete oneself',
      body: DeleteOwnAccountBody,
      reply: { 200: EmptyReply },
      errors: 'users.deleteOwnAccount',
    }),
    async (request) => {
      await directory.deleteOwnAccount(actorOf(request), { password: request.body.password })
      return envelope({})
    },
  )

  app.get(
    '/users.getUsernameSuggestion',
    operation({
      operationId: 'getUsersGetUsernameSuggestion',
      summary: 'A username for the caller',
      reply: { 200: SuggestionReply },
    }),
    async (request) => envelope({ result: await directory.suggestUsername(actorOf(request), null) }),
  )

  app.get(
    '/users.checkUsernameAvailability',
    operation({
      operationId: 'getUsersCheckUsernameAvailability',
      summary: 'Whether a username is free',
      querystring: AvailabilityQuery,
      reply: { 200: AvailabilityReply },
    }),
    async (request) => {
      const { username } = request.query
      return envelope({ result: await directory.isUsernameFree(actorOf(request), { username }) })
    },
  )
}
