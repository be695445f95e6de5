import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { parseNewRole, parseRoleChanges, parseSince, requireRole } from '../parse-roles.ts'
import { presentChangedRole, presentRole } from '../presenter-roles.ts'
import { EmptyReply } from '../schema-parts.ts'
import {
  CreateRoleBody,
  DeleteRoleBody,
  RoleReply,
  RolesReply,
  RolesSyncReply,
  UpdatedSinceQuery,
  UpdateRoleBody,
} from '../schemas-roles.ts'
import { envelope, operation } from './operation.ts'

export const rolesRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.get(
    '/roles.list',
    operation({ operationId: 'getRolesList', summary: 'List roles', reply: { 200: RolesReply } }),
    async (request) => {
      const roles = await directory.everyRole(actorOf(request), { right: null })
      return envelope({ roles: roles.map(presentRole) })
    },
  )

  app.get(
    '/roles.sync',
    operation({
      operationId: 'getRolesSync',
      summary: 'List roles that changed since a moment',
      querystring: UpdatedSinceQuery,
      reply: { 200: RolesSyncReply },
    }),
    async (request) => {
      const since = parseSince(request.query.updatedSince ?? '', 'sync_date_invalid')
      const roles = await directory.everyRole(actorOf(request), { right: null })
      const update = roles.filter(({ modifiedAt }) => modifiedAt > since).map(presentChangedRole)
      return envelope({ roles: { update, remove: [] } })
    },
  )

  app.post(
    '/roles.create',
    operation({
      operationId: 'postRolesCreate',
      summary: 'Create a role',
      body: CreateRoleBody,
      reply: { 200: RoleReply },
      errors: 'roles',
    }),
    async (request) => {
      const role = await directory.createRole(actorOf(request), parseNewRole(request.body))
      return envelope({ role: presentRole(role) })
    },
  )

  app.post(
    '/roles.update',
    operation({
      operationId: 'postRolesUpdate',
      summary: 'Change a role',
      body: UpdateRoleBody,
      reply: { 200: RoleReply },
      errors: 'roles.update',
    }),
    async (request) => {
      const actor = actorOf(request)
      const roles = await directory.everyRole(actor, { right: 'roles.edit' })
      const role = requireRole(roles, request.body.roleId, 'invalid_role')
      const changes = parseRoleChanges(role, request.body)
      return envelope({ role: presentRole(await directory.updateRole(actor, { roleId: role.id, changes })) })
    },
  )

  app.post(
    '/roles.delete',
    operation({
      operationId: 'postRolesDelete',
      summary: 'Delete a role that nobody holds',
      body: DeleteRoleBody,
      reply: { 200: EmptyReply },
      errors: 'roles',
    }),
    async (request) => {
      const actor = actorOf(request)
      const roles = await directory.everyRole(actor, { right: 'roles.edit' })
      await directory.deleteRole(actor, { roleId: requireRole(roles, request.body.roleId, 'invalid_role').id })
      return envelope({})
    },
  )
}
