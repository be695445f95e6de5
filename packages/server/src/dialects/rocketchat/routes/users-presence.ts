import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { ownId, requireAuthentication } from '../auth.ts'
import { RocketChatRefusal } from '../errors.ts'
import { parseSelector, type SentSelector } from '../parse.ts'
import { parseMoment, parseStatus } from '../parse-presence.ts'
import { presentPresence, presentStatus } from '../presenter-info.ts'
import { listText, presentHere } from '../presenter-lists.ts'
import { EmptyReply, UserSelector } from '../schema-parts.ts'
import { GetPresenceReply, PresenceQuery, PresenceReply, SetStatusBody, StatusReply } from '../schemas-presence.ts'
import { envelope, operation, sendEnvelope } from './operation.ts'

export const usersPresenceRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  /** Who is named, or with no name the caller; and whether that user is here. */
  const named = async (request: FastifyRequest<{ Querystring: SentSelector }>) => {
    const actor = actorOf(request)
    const keys = parseSelector(request.query)
    const found = await directory.findUser(actor, { keys: keys.length > 0 ? keys : [{ id: ownId(actor) }] })
    if (found === null) throw new RocketChatRefusal('invalid_user')
    return { found, state: found.presence ?? undefined }
  }

  app.get(
    '/users.getStatus',
    operation({
      operationId: 'getUsersGetStatus',
      summary: "A user's status and its message",
      querystring: UserSelector,
      reply: { 200: StatusReply },
    }),
    async (request) => {
      const { found, state } = await named(request)
      return envelope(presentStatus(found, state))
    },
  )

  app.get(
    '/users.getPresence',
    operation({
      operationId: 'getUsersGetPresence',
      summary: 'Whether a user is here',
      querystring: UserSelector,
      reply: { 200: GetPresenceReply },
    }),
    async (request) => {
      const { found, state } = await named(request)
      return envelope(presentPresence(found, state))
    },
  )

  app.get(
    '/users.presence',
    operation({
      operationId: 'getUsersPresence',
      summary: 'Who is here, of some users or of all, or who came and went',
      querystring: PresenceQuery,
      reply: { 200: PresenceReply },
    }),
    async (request, reply) => {
      const { ids, from } = request.query
      const changedAfter = parseMoment(from)
      const { complete, catalogue, ...seen } = await directory.listPresent(
        actorOf(request),
        ids !== undefined ? { ids } : changedAfter !== undefined ? { changedAfter } : {},
      )
      return sendEnvelope(reply, { users: listText(presentHere(seen, catalogue)), full: String(complete) })
    },
  )

  app.post(
    '/users.setStatus',
    operation({
      operationId: 'postUsersSetStatus',
      summary: 'Say whether one is here, and a word about it',
      description: "Others' takes edit-other-user-info.",
      body: SetStatusBody,
      reply: { 200: EmptyReply },
      errors: 'users.setStatus',
    }),
    async (request) => {
      const { message, status, ...selector } = request.body
      const actor = actorOf(request)
      const said = parseStatus({ ...(message !== undefined && { message }), ...(status !== undefined && { status }) })
      const keys = parseSelector(selector)
      const userId =
        keys.length === 0 ? ownId(actor) : await directory.identifyUser(actor, { keys, right: 'users.edit' })
      await directory.setPresence(actor, { userId, ...said })
      return envelope({})
    },
  )
}
