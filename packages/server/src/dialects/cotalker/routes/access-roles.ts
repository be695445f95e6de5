import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf, requireAuthentication } from '../auth.ts'
import {
  CatalogueQuery,
  ChangedRoleReply,
  CreateRoleBody,
  RoleReply,
  RolesReply,
  UpdateRoleBody,
} from '../catalogue-schemas.ts'
import { debugText } from '../debug.ts'
import { answerRoleError } from '../errors.ts'
import { parseCatalogueQuery, parseNewRole, parseRole } from '../parse-catalogue.ts'
import { presentChanged, presentData, presentList } from '../presenter.ts'
import { roleText } from '../presenter-catalogue.ts'
import { AdminHeader, DebugQuery, IdParams } from '../schema-parts.ts'
import { type CotalkerDeps, operation, sendJson } from './operation.ts'

export const rolesRoutes: FastifyPluginAsyncTypebox<CotalkerDeps> = async (app, deps) => {
  const { directory, version } = deps
  requireAuthentication(app, deps)
  app.setErrorHandler<Error>(answerRoleError)

  app.get(
    '/accessroles',
    operation({
      operationId: `get${version}Accessroles`,
      summary: 'Search and page access roles',
      description: 'Needs `Admin: true`. Oldest first.',
      headers: AdminHeader,
      querystring: CatalogueQuery,
      reply: { 200: RolesReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const { items, total } = await directory.listRoles(actor, parseCatalogueQuery(request.query))
      const texts = items.map((role) => roleText(role, actor.tenantId))
      return sendJson(reply, presentList(['accessRoles', 'accessroles'], texts, total, debugText(request)))
    },
  )

  app.get(
    '/accessroles/:id',
    operation({
      operationId: `get${version}AccessrolesId`,
      summary: 'One access role',
      description: 'Needs `Admin: true`.',
      headers: AdminHeader,
      params: IdParams,
      querystring: DebugQuery,
      reply: { 200: RoleReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const role = await directory.getRole(actor, { roleId: request.params.id.toLowerCase() })
      return sendJson(reply, presentData(roleText(role, actor.tenantId), debugText(request)))
    },
  )

  app.post(
    '/accessroles',
    operation({
      operationId: `post${version}Accessroles`,
      summary: 'Create an access role',
      description: 'Needs `Admin: true`.',
      headers: AdminHeader,
      querystring: DebugQuery,
      body: CreateRoleBody,
      reply: { 201: ChangedRoleReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const role = await directory.createRole(actor, parseNewRole(request.body))
      return sendJson(reply, presentChanged(roleText(role, actor.tenantId), debugText(request)), 201)
    },
  )

  app.patch(
    '/accessroles/:id',
    operation({
      operationId: `patch${version}AccessrolesId`,
      summary: 'Change an access role',
      description: 'Needs `Admin: true`.',
      headers: AdminHeader,
      params: IdParams,
      querystring: DebugQuery,
      body: UpdateRoleBody,
      reply: { 200: ChangedRoleReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const roleId = request.params.id.toLowerCase()
      const role = await directory.updateRole(actor, { roleId, changes: parseRole(request.body) })
      return sendJson(reply, presentChanged(roleText(role, actor.tenantId), debugText(request)))
    },
  )
}
