import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { RocketChatRefusal } from '../errors.ts'
import { textOf } from '../parameters.ts'
import { parsePage } from '../parse-page.ts'
import { keyOfRole, mostHolders, requireRole, withoutRole, withRole } from '../parse-roles.ts'
import { holderTexts, presentRole } from '../presenter-roles.ts'
import {
  AddUserToRoleBody,
  PublicRolesReply,
  RemoveUserFromRoleBody,
  RoleReply,
  UsersInRoleQuery,
  UsersInRoleReply,
} from '../schemas-roles.ts'
import { envelope, operation, sendEnvelope } from './operation.ts'

export const roleHoldersRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.post(
    '/roles.addUserToRole',
    operation({
      operationId: 'postRolesAddUserToRole',
      summary: 'Give a user a role',
      body: AddUserToRoleBody,
      reply: { 200: RoleReply },
      errors: 'roles.addUserToRole',
    }),
    async (request) => {
      const [actor, { username }] = [actorOf(request), request.body]
      const roles = await directory.everyRole(actor, { right: 'roles.assign' })
      const userId = await directory.identifyUser(actor, { keys: [{ username }], right: 'roles.assign' })
      const role = requireRole(roles, keyOfRole(request.body), 'role_not_found')
      await directory.patchUser(actor, { userId, compute: ({ user }) => withRole(user, role) })
      return envelope({ role: presentRole(role) })
    },
  )

  app.post(
    '/roles.removeUserFromRole',
    operation({
      operationId: 'postRolesRemoveUserFromRole',
      summary: 'Take a role from a user',
      body: RemoveUserFromRoleBody,
      reply: { 200: RoleReply },
      errors: 'roles.removeUserFromRole',
    }),
    async (request) => {
      const [actor, { username }] = [actorOf(request), request.body]
      const roles = await directory.everyRole(actor, { right: 'roles.assign' })
      const userId = await directory.identifyUser(actor, { keys: [{ username }], right: 'roles.assign' })
      const role = requireRole(roles, keyOfRole(request.body), 'invalid_role')
      await directory.patchUser(actor, { userId, compute: ({ user }) => withoutRole(user, role) })
      return envelope({ role: presentRole(role) })
    },
  )

  app.get(
    '/roles.getUsersInRole',
    operation({
      operationId: 'getRolesGetUsersInRole',
      summary: 'List the holders of a role',
      querystring: UsersInRoleQuery,
      reply: { 200: UsersInRoleReply },
    }),
    async (request, reply) => {
      const actor = actorOf(request)
      const roles = await directory.everyRole(actor, { right: 'roles.read' })
      const key = textOf(request.query.role)
      if (key === undefined) throw new RocketChatRefusal('param_not_provided', { field: 'role' })
      const { limit, offset } = parsePage(request.query)
      const { id: roleId } = requireRole(roles, key, 'invalid_role')
      const seen = await directory.listHolders(actor, { roleId, limit: limit ?? mostHolders, offset })
      const texts = holderTexts(seen)
      return sendEnvelope(reply, {
        users: `[${texts.join(',')}]`,
        count: String(texts.length),
        offset: String(offset),
        total: String(seen.total),
      })
    },
  )

  app.get(
    '/roles.getUsersInPublicRoles',
    operation({
      operationId: 'getRolesGetUsersInPublicRoles',
      summary: 'List the holders of roles that are shown publicly',
      reply: { 200: PublicRolesReply },
    }),
    async () => envelope({ users: [] }),
  )
}
