import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { parseUsersList } from '../parse-list.ts'
import { presentListed } from '../presenter-lists.ts'
import { UsersListQuery, UsersListReply } from '../schemas-lists.ts'
import { operation } from './operation.ts'
import { readerOf, sendList } from './send-list.ts'

export const usersListRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory, options } = deps
  requireAuthentication(app, deps)

  app.get(
    '/users.list',
    operation({
      operationId: 'getUsersList',
      summary: 'List users',
      description: 'Needs view-d-room; view-full-other-user-info shows addresses, roles and logins.',
      querystring: UsersListQuery,
      reply: { 200: UsersListReply },
      errors: 'users.list',
    }),
    async (request, reply) => {
      const { actor, catalogue, self } = await readerOf(directory, request)
      const ownEmail = self.emailGenerated ? null : self.email
      const { projection, ignored, ...asked } = parseUsersList(
        request.query,
        actor,
        catalogue,
        options.rocketchatQuery,
        ownEmail,
      )
      if (ignored.length > 0) reply.header('x-rollcall-ignored', ignored.join(', '))
      const present = presentListed(projection, { actor, catalogue })
      return sendList(reply, directory, actor, asked, { member: 'users', present })
    },
  )
}
