import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { PublicUser } from '../../../core/index.ts'
import { actorOf } from '../../_kit/actor.ts'
import { KeptBodies } from '../../_kit/kept-bodies.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { RocketChatRefusal } from '../errors.ts'
import { requireInfoSelector } from '../parse.ts'
import { asksForRooms } from '../parse-rooms.ts'
import { infoText } from '../presenter-info.ts'
import { InfoQuery, InfoReply, TeamsQuery, TeamsReply } from '../schemas-presence.ts'
import { envelope, envelopeText, operation, sendJson } from './operation.ts'

export const usersInfoRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory, options } = deps
  const bodies = new KeptBodies<PublicUser>()
  requireAuthentication(app, deps)

  app.get(
    '/users.info',
    operation({
      operationId: 'getUsersInfo',
      summary: 'One user',
      description: 'Import ids and addresses of others need view-full-other-user-info.',
      querystring: InfoQuery,
      reply: { 200: InfoReply },
    }),
    async (request, reply) => {
      const actor = actorOf(request)
      const rooms = asksForRooms(request.query, options.rocketchatQuery)
      const found = await directory.findUser(actor, { keys: requireInfoSelector(request.query) })
      if (found === null) throw new RocketChatRefusal('user_not_found')
      const { user, catalogue, presence, view, isSelf } = found
      const body = bodies.body(user, [catalogue, presence, view, isSelf, rooms], () =>
        envelopeText({ user: infoText(found, presence ?? undefined, rooms) }),
      )
      return sendJson(reply, body)
    },
  )

  app.get(
    '/users.listTeams',
    operation({
      operationId: 'getUsersListTeams',
      summary: "A user's teams",
      querystring: TeamsQuery,
      reply: { 200: TeamsReply },
    }),
    async () => envelope({ teams: [] }),
  )
}
