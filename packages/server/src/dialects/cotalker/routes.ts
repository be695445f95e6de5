import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TObject } from 'typebox'
import { originOf } from '../_kit/actor.ts'
import { tenantIdOf } from '../_kit/host-tenant.ts'
import { decodeQuery } from '../_kit/query-decoding.ts'
import type { DialectDeps } from '../dialect.ts'
import { authenticator, callerOf, dialectName, isAdminRequest, mintToken, sessionLifetime } from './auth.ts'
import { debugText } from './debug.ts'
import { parseChanges, parseNewRole, parseNewUser, parseRole, parseRolesQuery, parseUsersQuery } from './parse.ts'
import {
  detailedUsers,
  ownUsers,
  presentChanged,
  presentData,
  presentList,
  presentRole,
  stringifyRole,
  users,
} from './presenter.ts'
import {
  ChangedRoleReply,
  ChangedUserReply,
  CreateQuery,
  CreateRoleBody,
  CreateUserBody,
  DebugQuery,
  ErrorReply,
  IdParams,
  LoginBody,
  LoginReply,
  MeReply,
  RoleReply,
  RolesQuery,
  RolesReply,
  UpdateRoleBody,
  UpdateUserBody,
  UserReply,
  UsersQuery,
  UsersReply,
} from './schemas.ts'

/** `version` is how a path and its operations' names begin: the same API is served as v2 and as v3. */
export interface CotalkerDeps extends DialectDeps {
  readonly version: 'V2' | 'V3'
}

const refused = { '4xx': ErrorReply, '5xx': ErrorReply }
const security = [{ accessToken: [] }]

/** Puts the query into the shape of its schema before it is validated. */
const decoding = (schema: TObject) => async (request: FastifyRequest) => {
  request.query = decodeQuery(schema, Object(request.query), { order_by: 'orderBy', sort_by: 'sortBy' })
}

/** Replies are rendered from their schemas already. */
const sendJson = (reply: FastifyReply, text: string, status = 200) =>
  reply.code(status).type('application/json; charset=utf-8').send(text)

export const loginRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, { directory, hostNames, signer }) => {
  const mint = mintToken(signer)

  app.post(
    '/auth/local',
    {
      schema: {
        operationId: 'postAuthLocal',
        summary: 'Log in',
        body: LoginBody,
        response: { 200: LoginReply, ...refused },
      },
    },
    async (request) => {
      const tenantId = await tenantIdOf(request, hostNames, directory)
      const actor = directory.anonymous(tenantId, originOf(dialectName, request))
      const { token } = await directory.login(actor, { ...request.body, lifetime: sessionLifetime, mint })
      return { token }
    },
  )
}

export const usersRoutes: FastifyPluginAsyncTypebox<CotalkerDeps> = async (app, deps) => {
  const { directory, version } = deps
  app.addHook('onRequest', authenticator(deps))

  app.get(
    '/users',
    {
      preValidation: decoding(UsersQuery),
      schema: {
        operationId: `get${version}Users`,
        summary: 'Search, filter and page users',
        description: 'Without a reading permission: only the caller, or 403 with `Admin: true`.',
        security,
        querystring: UsersQuery,
        response: { 200: UsersReply, ...refused },
      },
    },
    async (request, reply) => {
      const scope = isAdminRequest(request) ? 'all' : 'permitted'
      const page = await directory.listUsers(callerOf(request), { query: parseUsersQuery(request.query), scope })
      const texts = page.items.map((user) => users.text(user, page.catalogue))
      return sendJson(reply, presentList(['users'], texts, page.total, debugText(request)))
    },
  )

  app.get(
    '/users/me',
    {
      preValidation: decoding(DebugQuery),
      schema: {
        operationId: `get${version}UsersMe`,
        summary: 'The caller',
        security,
        querystring: DebugQuery,
        response: { 200: MeReply, ...refused },
      },
    },
    async (request, reply) => {
      const actor = callerOf(request)
      const { user, catalogue } = await directory.getUser(actor, { userId: actor.userId ?? '' })
      return sendJson(reply, presentData(ownUsers.text(user, catalogue), debugText(request)))
    },
  )

  app.get(
    '/users/:id',
    {
      preValidation: decoding(DebugQuery),
      schema: {
        operationId: `get${version}UsersId`,
        summary: 'One user',
        security,
        params: IdParams,
        querystring: DebugQuery,
        response: { 200: UserReply, ...refused },
      },
    },
    async (request, reply) => {
      const userId = request.params.id.toLowerCase()
      const { user, catalogue } = await directory.getUser(callerOf(request), { userId })
      return sendJson(reply, presentData(detailedUsers.text(user, catalogue), debugText(request)))
    },
  )

  app.post(
    '/users',
    {
      preValidation: decoding(CreateQuery),
      schema: {
        operationId: `post${version}Users`,
        summary: 'Create a user',
        description: 'Needs `Admin: true`.',
        security,
        querystring: CreateQuery,
        body: CreateUserBody,
        response: { 201: ChangedUserReply, ...refused },
      },
    },
    async (request, reply) => {
      const { user, catalogue } = await directory.createUser(callerOf(request), parseNewUser(request.body))
      return sendJson(reply, presentChanged(users.text(user, catalogue), debugText(request)), 201)
    },
  )

  app.patch(
    '/users/:id',
    {
      preValidation: decoding(DebugQuery),
      schema: {
        operationId: `patch${version}UsersId`,
        summary: 'Change a user',
        description:
          'Others need `Admin: true`; oneself may change phone, password, name, avatar, settings, termsConditions.',
        security,
        params: IdParams,
        querystring: DebugQuery,
        body: UpdateUserBody,
        response: { 200: ChangedUserReply, ...refused },
      },
    },
    async (request, reply) => {
      const { email } = request.body
      const { user, catalogue } = await directory.updateUser(callerOf(request), {
        userId: request.params.id.toLowerCase(),
        changes: parseChanges(request.body),
        fixed: email === undefined ? {} : { email },
      })
      return sendJson(reply, presentChanged(users.text(user, catalogue), debugText(request)))
    },
  )
}

export const rolesRoutes: FastifyPluginAsyncTypebox<CotalkerDeps> = async (app, deps) => {
  const { directory, version } = deps
  app.addHook('onRequest', authenticator(deps))
  const text = (role: Parameters<typeof presentRole>[0], tenantId: string) => stringifyRole(presentRole(role, tenantId))

  app.get(
    '/accessroles',
    {
      preValidation: decoding(RolesQuery),
      schema: {
        operationId: `get${version}Accessroles`,
        summary: 'Search and page access roles',
        security,
        querystring: RolesQuery,
        response: { 200: RolesReply, ...refused },
      },
    },
    async (request, reply) => {
      const actor = callerOf(request)
      const { items, total } = await directory.listRoles(actor, parseRolesQuery(request.query))
      const texts = items.map((role) => text(role, actor.tenantId))
      return sendJson(reply, presentList(['accessRoles', 'accessroles'], texts, total, debugText(request)))
    },
  )

  app.get(
    '/accessroles/:id',
    {
      preValidation: decoding(DebugQuery),
      schema: {
        operationId: `get${version}AccessrolesId`,
        summary: 'One access role',
        security,
        params: IdParams,
        querystring: DebugQuery,
        response: { 200: RoleReply, ...refused },
      },
    },
    async (request, reply) => {
      const actor = callerOf(request)
      const role = await directory.getRole(actor, { roleId: request.params.id.toLowerCase() })
      return sendJson(reply, presentData(text(role, actor.tenantId), debugText(request)))
    },
  )

  app.post(
    '/accessroles',
    {
      preValidation: decoding(DebugQuery),
      schema: {
        operationId: `post${version}Accessroles`,
        summary: 'Create an access role',
        security,
        querystring: DebugQuery,
        body: CreateRoleBody,
        response: { 201: ChangedRoleReply, ...refused },
      },
    },
    async (request, reply) => {
      const actor = callerOf(request)
      const role = await directory.createRole(actor, parseNewRole(request.body))
      return sendJson(reply, presentChanged(text(role, actor.tenantId), debugText(request)), 201)
    },
  )

  app.patch(
    '/accessroles/:id',
    {
      preValidation: decoding(DebugQuery),
      schema: {
        operationId: `patch${version}AccessrolesId`,
        summary: 'Change an access role',
        security,
        params: IdParams,
        querystring: DebugQuery,
        body: UpdateRoleBody,
        response: { 200: ChangedRoleReply, ...refused },
      },
    },
    async (request, reply) => {
      const actor = callerOf(request)
      const roleId = request.params.id.toLowerCase()
      const role = await directory.updateRole(actor, { roleId, changes: parseRole(request.body) })
      return sendJson(reply, presentChanged(text(role, actor.tenantId), debugText(request)))
    },
  )
}
