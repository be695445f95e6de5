import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { SeenUsers } from '../../../core/index.ts'
import { KeptBodies } from '../../_kit/kept-bodies.ts'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, presentedBy } from '../auth.ts'
import { parseFilter } from '../parse-users.ts'
import { aboutText, listedText, renderAhead, seenTexts } from '../presenter.ts'
import { blocksWith, seesFriendsOnly } from '../relations.ts'
import { UsersQuery, UsersReply } from '../schemas-users.ts'
import { userPage } from '../user-pages.ts'
import { operation, sendJson } from './operation.ts'

export const usersListRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  const bodies = new KeptBodies<SeenUsers['users']>()

  app.get(
    '/users',
    operation(deps, {
      operationId: 'listUsers',
      summary: 'List users',
      description: `Newest first for a key by itself; else who is here first, then by name. A cursor's \`next\`, sent back with the
same filters, gives everybody who has changed since that page, each once, in pages that are exhausted when
\`current_page\` is \`total_pages\`.`,
      access: { keys: 'full-access', tokens: true, onBehalfOf: true },
      querystring: UsersQuery,
      reply: { 200: UsersReply },
    }),
    async (request, reply) => {
      const caller = callerOf(request)
      const { actor, viewer } = caller
      const roles = await directory.everyRole(actor, { right: null })
      const friendsOnly = await seesFriendsOnly(directory, caller, roles)
      const byToken = presentedBy(request)?.kind === 'token'
      const where = parseFilter(request.query, { viewer, byToken, friendsOnly, roles })
      const { seen, catalogue, pagination, cursor } = await userPage(directory, caller, request.query, where)
      const ids = seen.users.map(({ id }) => id)
      const blocks = await blocksWith(directory, caller, ids)
      const tags = request.query.withTags === true
      await renderAhead(seen, catalogue, viewer)
      const about = aboutText(pagination, cursor)
      const render = () => listedText(seenTexts(seen, catalogue, { viewer, blocks, tags }), about)
      // What a viewer is to each of them is asked for anew.
      const isForAnyone = viewer === null
      return sendJson(
        reply,
        isForAnyone ? bodies.body(seen.users, [catalogue, seen.presences, tags, about], render) : render(),
      )
    },
  )
}
