import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { parsePermissions, parseSince } from '../parse-roles.ts'
import { presentPermissions } from '../presenter-roles.ts'
import {
  PermissionsReply,
  UpdatedPermissionsReply,
  UpdatedSinceQuery,
  UpdatePermissionsBody,
} from '../schemas-roles.ts'
import { envelope, operation } from './operation.ts'

export const permissionsRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.get(
    '/permissions.listAll',
    operation({
      operationId: 'getPermissionsListAll',
      summary: 'List permissions and the roles that grant them',
      querystring: UpdatedSinceQuery,
      reply: { 200: PermissionsReply },
    }),
    async (request) => {
      const { updatedSince } = request.query
      const since = updatedSince === undefined ? null : parseSince(updatedSince, 'date_invalid')
      const permissions = presentPermissions(await directory.everyRole(actorOf(request), { right: null }))
      const update = permissions.filter(({ _updatedAt }) => since === null || new Date(_updatedAt) > since)
      return envelope({ update, remove: [] })
    },
  )

  app.post(
    '/permissions.update',
    operation({
      operationId: 'postPermissionsUpdate',
      summary: 'Say which roles grant a permission',
      body: UpdatePermissionsBody,
      reply: { 200: UpdatedPermissionsReply },
      errors: 'permissions',
    }),
    async (request) => {
      const actor = actorOf(request)
      const roles = await directory.everyRole(actor, { right: 'roles.edit' })
      const after = await directory.setPermissions(actor, parsePermissions(request.body, roles))
      return envelope({ permissions: presentPermissions(after) })
    },
  )
}
