import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { byModification } from '../../../core/index.ts'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, isAdminRequest, requireAuthentication } from '../auth.ts'
import { debugText } from '../debug.ts'
import { parseFind } from '../parse-find.ts'
import { ownUsers, present, presentBare, shortUsers, users } from '../presenter.ts'
import { AdminHeader, DebugQuery } from '../schema-parts.ts'
import { BareMeReply, FindBody, FindQuery, FoundReply } from '../schemas.ts'
import { operation, sendJson } from './operation.ts'

export interface BareDeps extends DialectDeps {
  readonly operationId: string
  readonly path: string
}

/** The caller without an envelope, at the paths of the oldest clients. */
export const bareMeRoute: FastifyPluginAsyncTypebox<BareDeps> = async (app, deps) => {
  const { directory, operationId, path } = deps
  requireAuthentication(app, deps)

  app.get(
    path,
    operation({ operationId, summary: 'The caller, bare', querystring: DebugQuery, reply: { 200: BareMeReply } }),
    async (request, reply) => {
      const actor = callerOf(request)
      const own = await directory.getUser(actor, { userId: actor.userId ?? '' })
      return sendJson(reply, presentBare(present(ownUsers, own, own.presence), debugText(request)))
    },
  )
}

/** More are not found: the reply has no pages. */
const mostFound = 1000

export const findRoute: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.post(
    '/users/find',
    operation({
      operationId: 'postUsersFind',
      summary: 'Find users by example',
      description: 'Dotted paths of a user with the value, or a list of values, that it must have.',
      headers: AdminHeader,
      querystring: FindQuery,
      body: FindBody,
      reply: { 200: FoundReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const filter = parseFind(request.body, actor.tenantId)
      const query = { filter, order: byModification('desc'), limit: mostFound, offset: 0, total: false } as const
      const { items, catalogue, presences } = await directory.listUsers(actor, {
        query,
        scope: isAdminRequest(request) ? 'all' : 'permitted',
      })
      const whole = request.query.allFields
      const texts = items.map((user) =>
        whole ? present(users, { user, catalogue }, presences.get(user.id)) : shortUsers.text(user, catalogue),
      )
      return sendJson(reply, `[${texts.join(',')}]`)
    },
  )
}
