import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { UserReading } from '../../../core/index.ts'
import { callerOf, requireAuthentication } from '../auth.ts'
import { debugText } from '../debug.ts'
import { patchedUser } from '../json-patch.ts'
import { parseChanges, parseNewUser, parseRelation, parseUsersQuery } from '../parse.ts'
import {
  detailedBody,
  detailedUsers,
  joined,
  ownBody,
  present,
  presentActivity,
  presentChanged,
  presentData,
  users,
} from '../presenter.ts'
import { AdminHeader, DebugQuery, IdParams } from '../schema-parts.ts'
import {
  ActivityReply,
  ChangedUserReply,
  CreatedUserReply,
  CreateQuery,
  CreateUserBody,
  JsonPatchBody,
  MeReply,
  RelationParams,
  RelationsQuery,
  UpdateUserBody,
  UserReply,
  UsersQuery,
  UsersReply,
} from '../schemas.ts'
import { usersLister } from './list-users.ts'
import { type CotalkerDeps, operation, sendJson } from './operation.ts'

export const usersRoutes: FastifyPluginAsyncTypebox<CotalkerDeps> = async (app, deps) => {
  const { directory, version } = deps
  const list = usersLister(deps)
  const here = async (request: FastifyRequest, { user }: UserReading) =>
    (await directory.getPresence(callerOf(request), { userId: user.id })).state
  requireAuthentication(app, deps)

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
      const { query } = request
      return sendJson(reply, await list(request, { url: '/users', params: {}, query }, parseUsersQuery(query)))
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
      const own = await directory.getUser(actor, { userId: actor.userId ?? '' })
      return sendJson(reply, ownBody(own, debugText(request)))
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
      const found = await directory.getUser(callerOf(request), { userId })
      return sendJson(reply, detailedBody(found, debugText(request)))
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
      reply: { 201: CreatedUserReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const welcome = request.query.notifyEmail === true && request.body.password === undefined
      const made = await directory.createUser(actor, { ...parseNewUser(request.body), welcome })
      const text = presentChanged(present(users, made, null), debugText(request))
      if (!welcome) return sendJson(reply, text, 201)
      // The user is there, whatever becomes of the mail; one that another server is at is on its way.
      const outcome = await directory.sendWelcome(actor, { userId: made.user.id })
      const notification = outcome === 'sent' ? 'sent' : 'waiting'
      return sendJson(reply, joined(text, JSON.stringify({ notification })), 201)
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
      const changed = await directory.updateUser(callerOf(request), {
        userId: request.params.id.toLowerCase(),
        changes: parseChanges(request.body),
        fixed: email === undefined ? {} : { email },
      })
      return sendJson(reply, presentChanged(present(users, changed, await here(request, changed)), debugText(request)))
    },
  )

  app.patch(
    '/users/jsonpatch/:id',
    operation({
      operationId: `patch${version}UsersJsonpatchId`,
      summary: 'Change a user by RFC 6902 operations',
      description:
        'All or none of them; each member needs what PATCH asks for it. A failing `test` is answered with 409.',
      headers: AdminHeader,
      params: IdParams,
      querystring: DebugQuery,
      body: JsonPatchBody,
      reply: { 200: UserReply },
    }),
    async (request, reply) => {
      const changed = await directory.patchUser(callerOf(request), {
        userId: request.params.id.toLowerCase(),
        compute: (present) => patchedUser(request.body, present),
      })
      const text = present(detailedUsers, changed, await here(request, changed))
      return sendJson(reply, presentData(text, debugText(request)))
    },
  )

  app.get(
    '/users/relations/:type/:id',
    operation({
      operationId: `get${version}UsersRelationsTypeId`,
      summary: 'Users by relation',
      description: 'Users whose list, property or role of this type names the id: `boss` gives whose boss it is.',
      headers: AdminHeader,
      params: RelationParams,
      querystring: RelationsQuery,
      reply: { 200: UsersReply },
    }),
    async (request, reply) => {
      const { params, query } = request
      return sendJson(reply, await list(request, { url: '/relations', params, query }, parseRelation(params, query)))
    },
  )

  app.get(
    '/user-activities/:id',
    operation({
      operationId: `get${version}UserActivitiesId`,
      summary: 'Whether a user is online',
      params: IdParams,
      querystring: DebugQuery,
      reply: { 200: ActivityReply },
    }),
    async (request, reply) => {
      const presence = await directory.getPresence(callerOf(request), { userId: request.params.id.toLowerCase() })
      return sendJson(reply, presentData(presentActivity(presence), debugText(request)))
    },
  )
}
