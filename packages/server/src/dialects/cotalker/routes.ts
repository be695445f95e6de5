import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TObject, type TSchema, Type } from 'typebox'
import { originOf } from '../_kit/actor.ts'
import { tenantIdOf } from '../_kit/host-tenant.ts'
import { decodeQuery } from '../_kit/query-decoding.ts'
import type { DialectDeps } from '../dialect.ts'
import { authenticator, callerOf, dialectName, isAdminRequest, mintToken, sessionLifetime } from './auth.ts'
import { debugText } from './debug.ts'
import { answerRoleError } from './errors.ts'
import { parseChanges, parseNewRole, parseNewUser, parseRole, parseRolesQuery, parseUsersQuery } from './parse.ts'
import { detailedUsers, ownUsers, presentChanged, presentData, presentList, roleText, users } from './presenter.ts'
import {
  AdminHeader,
  ChangedRoleReply,
  ChangedUserReply,
  CreateQuery,
  CreateRoleBody,
  CreateUserBody,
  DebugQuery,
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

const refused = { '4xx': Type.Ref('COTError'), '5xx': Type.Ref('COTError') }

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly querystring: TObject
  readonly reply: Readonly<Record<number, TSchema>>
}

/** A route's options: the query takes the shape of its schema before it is validated. */
function operation<const O extends Operation>({ reply, ...described }: O) {
  return {
    preValidation: async (request: FastifyRequest) => {
      request.query = decodeQuery(described.querystring, Object(request.query), aliases)
    },
    schema: { security: [{ accessToken: [] }], ...described, response: { ...reply, ...refused } },
  }
}
const aliases = { order_by: 'orderBy', sort_by: 'sortBy' }

/** Replies are rendered from their schemas already. */
const sendJson = (reply: FastifyReply, text: string, status = 200) =>
  reply.code(status).type('application/json; charset=utf-8').send(text)

export const loginRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, { directory, hostNames, signer }) => {
  const mint = mintToken(signer)

  app.post(
    '',
    {
      schema: {
        operationId: 'postAuthLocal',
        summary: 'Log in',
        security: [],
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
    operation({
      operationId: `get${version}Users`,
      summary: 'Search, filter and page users',
      description: 'Without a reading permission: only the caller, or 403 with `Admin: true`.',
      headers: AdminHeader,
      querystring: UsersQuery,
      reply: { 200: UsersReply },
    }),
    async (request, reply) => {
      const scope = isAdminRequest(request) ? 'all' : 'permitted'
      const page = await directory.listUsers(callerOf(request), { query: parseUsersQuery(request.query), scope })
      const texts = page.items.map((user) => users.text(user, page.catalogue))
      return sendJson(reply, presentList(['users'], texts, page.total, debugText(request)))
    },
  )

  app.get(
    '/users/me',
    operation({
      operationId: `get${version}UsersMe`,
      summary: 'The caller',
      querystring: DebugQuery,
      reply: { 200: MeReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const { user, catalogue } = await directory.getUser(actor, { userId: actor.userId ?? '' })
      return sendJson(reply, presentData(ownUsers.text(user, catalogue), debugText(request)))
    },
  )

  app.get(
    '/users/:id',
    operation({
      operationId: `get${version}UsersId`,
      summary: 'One user',
      description: 'Oneself, or anybody with a reading permission.',
      headers: AdminHeader,
      params: IdParams,
      querystring: DebugQuery,
      reply: { 200: UserReply },
    }),
    async (request, reply) => {
      const userId = request.params.id.toLowerCase()
      const { user, catalogue } = await directory.getUser(callerOf(request), { userId })
      return sendJson(reply, presentData(detailedUsers.text(user, catalogue), debugText(request)))
    },
  )

  app.post(
    '/users',
    operation({
      operationId: `post${version}Users`,
      summary: 'Create a user',
      description: 'Needs `Admin: true`.',
      headers: AdminHeader,
      querystring: CreateQuery,
      body: CreateUserBody,
      reply: { 201: ChangedUserReply },
    }),
    async (request, reply) => {
      const { user, catalogue } = await directory.createUser(callerOf(request), parseNewUser(request.body))
      return sendJson(reply, presentChanged(users.text(user, catalogue), debugText(request)), 201)
    },
  )

  app.patch(
    '/users/:id',
    operation({
      operationId: `patch${version}UsersId`,
      summary: 'Change a user',
      description:
        'Others need `Admin: true`; oneself may change phone, password, name, avatar, settings, termsConditions.',
      headers: AdminHeader,
      params: IdParams,
      querystring: DebugQuery,
      body: UpdateUserBody,
      reply: { 200: ChangedUserReply },
    }),
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
  app.setErrorHandler<Error>(answerRoleError)

  app.get(
    '/accessroles',
    operation({
      operationId: `get${version}Accessroles`,
      summary: 'Search and page access roles',
      description: 'Needs `Admin: true`. Oldest first.',
      headers: AdminHeader,
      querystring: RolesQuery,
      reply: { 200: RolesReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const { items, total } = await directory.listRoles(actor, parseRolesQuery(request.query))
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
