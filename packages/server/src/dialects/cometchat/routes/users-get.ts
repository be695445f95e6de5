import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { User } from '../../../core/index.ts'
import { KeptBodies } from '../../_kit/kept-bodies.ts'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, noSuchUid } from '../auth.ts'
import { dataText, foundText } from '../presenter.ts'
import { blocksWith } from '../relations.ts'
import { UidParams } from '../schema-parts.ts'
import { UserReply } from '../schemas.ts'
import { operation, sendJson } from './operation.ts'

export const usersGetRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  const bodies = new KeptBodies<User>()

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
      const { user, catalogue, presence, view } = found
      const blocks = await blocksWith(directory, callerOf(request), [user.id])
      const render = () => dataText(foundText(found, { viewer, blocks: blocks.get(user.id), tags: true }))
      // What a viewer is to somebody is asked for anew.
      const isForAnyone = viewer === null && view === 'full'
      return sendJson(reply, isForAnyone ? bodies.body(user, [catalogue, presence], render) : render())
    },
  )
}
