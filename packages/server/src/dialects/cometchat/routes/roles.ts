import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf } from '../auth.ts'
import { parsePaging, presentPagination } from '../parse-page.ts'
import { namingTaken, newestFirst, parseNewRole, parseRoleChanges, presentRole, requireRole } from '../roles.ts'
import { Done, PageQuery } from '../schema-parts.ts'
import { CreateRoleBody, RoleParams, RoleReply, RolesReply, UpdateRoleBody } from '../schemas-roles.ts'
import { done, operation } from './operation.ts'

const access = { keys: 'full-access', tokens: false } as const

export const rolesRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  app.post(
    '/roles',
    operation(deps, {
      operationId: 'createRole',
      summary: 'Make a role',
      description: 'It permits nothing; roles of other platforms may.',
      access,
      body: CreateRoleBody,
      reply: { 200: RoleReply },
      errors: 'roles',
    }),
    async (request) => {
      const { body } = request
      const made = directory.createRole(callerOf(request).actor, parseNewRole(body))
      return { data: presentRole(await namingTaken(body.role, made)) }
    },
  )

  app.get(
    '/roles',
    operation(deps, {
      operationId: 'listRoles',
      summary: 'List the roles that users can be given',
      access,
      querystring: PageQuery,
      reply: { 200: RolesReply },
    }),
    async (request) => {
      const paging = parsePaging(request.query)
      const roles = newestFirst(await directory.everyRole(callerOf(request).actor, { right: null }))
      const page = roles.slice(paging.offset, paging.offset + paging.perPage).map(presentRole)
      return {
        data: page,
        meta: { pagination: presentPagination(paging, { total: roles.length, count: page.length }) },
      }
    },
  )

  app.get(
    '/roles/:role',
    operation(deps, {
      operationId: 'getRole',
      summary: 'Read a role',
      access,
      params: RoleParams,
      reply: { 200: RoleReply },
    }),
    async (request) => {
      const roles = await directory.everyRole(callerOf(request).actor, { right: null })
      return { data: presentRole(requireRole(roles, request.params.role)) }
    },
  )

  app.put(
    '/roles/:role',
    operation(deps, {
      operationId: 'updateRole',
      summary: 'Change a role',
      description: 'Its id stays as it is.',
      access,
      params: RoleParams,
      body: UpdateRoleBody,
      reply: { 200: RoleReply },
      errors: 'roles',
    }),
    async (request) => {
      const { actor } = callerOf(request)
      const role = requireRole(await directory.everyRole(actor, { right: null }), request.params.role)
      const changes = parseRoleChanges(request.body)
      return { data: presentRole(await directory.updateRole(actor, { roleId: role.id, changes })) }
    },
  )

  app.delete(
    '/roles/:role',
    operation(deps, {
      operationId: 'deleteRole',
      summary: 'Delete a role',
      description: 'Whoever has it loses it; without any other, they are of the role `default`.',
      access,
      params: RoleParams,
      reply: { 200: Done },
      errors: 'roles',
    }),
    async (request) => {
      const { actor } = callerOf(request)
      const role = requireRole(await directory.everyRole(actor, { right: null }), request.params.role)
      await directory.dropRole(actor, { roleId: role.id })
      return done(`The role ${role.code} has been deleted.`)
    },
  )
}
