import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { listedTexts } from '../presenter-lists.ts'
import { UsersListQuery, UsersListReply } from '../schemas-lists.ts'
import { operation, sendEnvelope } from './operation.ts'

export const usersListRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.get(
    '/users.list',
    operation({
      operationId: 'getUsersList',
      summary: 'List users',
      querystring: UsersListQuery,
      reply: { 200: UsersListReply },
      errors: 'users.list',
    }),
    async (request, reply) => {
      const { count = 50, offset = 0 } = request.query
      const seen = await directory.browseUsers(actorOf(request), {
        order: [{ field: 'username', path: [], direction: 'asc' }],
        limit: Math.min(count === 0 ? 100 : count, 100),
        offset,
        total: true,
      })
      const texts = listedTexts(seen, seen.catalogue)
      return sendEnvelope(reply, {
        users: `[${texts.join(',')}]`,
        count: String(texts.length),
        offset: String(offset),
        total: String(seen.total),
      })
    },
  )
}
