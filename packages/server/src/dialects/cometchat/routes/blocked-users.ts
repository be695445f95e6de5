import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { UserLink } from '../../../core/index.ts'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, subjectOf } from '../auth.ts'
import { idsOf, linkedPageText, peopleNamed, presentRows } from '../linked-people.ts'
import { parsePaging } from '../parse-page.ts'
import { UidParams } from '../schema-parts.ts'
import { BlockBody, BlockedQuery, BlockReply, LinkedReply } from '../schemas-relations.ts'
import { operation, sendJson } from './operation.ts'

/** A user's own list with its token, anybody's with a key. */
const access = { keys: 'full-access', tokens: 'own', subject: 'active' } as const

/** By what clients send, in lower case. */
const links: Readonly<Record<string, readonly UserLink[]>> = {
  blockedbyme: ['blocked-by'],
  hasblockedme: ['has-blocked'],
}
const both: readonly UserLink[] = ['blocked-by', 'has-blocked']

export const blockedUsersRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  app.post(
    '/users/:uid/blockedusers',
    operation(deps, {
      operationId: 'blockUsers',
      summary: 'Block people',
      access,
      params: UidParams,
      body: BlockBody,
      reply: { 200: BlockReply },
    }),
    async (request) => {
      const { id: userId, uid: own } = subjectOf(request)
      const whom = { self: 'block_self', activeOnly: true } as const
      const people = await peopleNamed(directory, request, request.body.blockedUids, whom)
      const otherIds = idsOf(people)
      if (otherIds.length > 0) await directory.blockUsers(callerOf(request).actor, { userId, otherIds })
      return {
        data: presentRows(
          request,
          people,
          (uid) => `The user with the uid ${own} has blocked the user with the uid ${uid}.`,
        ),
      }
    },
  )

  app.delete(
    '/users/:uid/blockedusers',
    operation(deps, {
      operationId: 'unblockUsers',
      summary: 'Unblock people',
      description: 'Whoever was not blocked is not blocked afterwards either.',
      access,
      params: UidParams,
      body: BlockBody,
      reply: { 200: BlockReply },
    }),
    async (request) => {
      const { id: userId, uid: own } = subjectOf(request)
      const whom = { self: 'block_self', activeOnly: false } as const
      const people = await peopleNamed(directory, request, request.body.blockedUids, whom)
      const otherIds = idsOf(people)
      if (otherIds.length > 0) await directory.unblockUsers(callerOf(request).actor, { userId, otherIds })
      return {
        data: presentRows(
          request,
          people,
          (uid) => `The user with the uid ${own} does not block the user with the uid ${uid}.`,
        ),
      }
    },
  )

  app.get(
    '/users/:uid/blockedusers',
    operation(deps, {
      operationId: 'listBlockedUsers',
      summary: 'List people between whom and a user there is a block',
      access,
      params: UidParams,
      querystring: BlockedQuery,
      reply: { 200: LinkedReply },
    }),
    async (request, reply) => {
      const { direction = '', searchKey, ...sent } = request.query
      const asked = direction.toLowerCase()
      const chosen = Object.hasOwn(links, asked) ? links[asked] : undefined
      const page = { links: chosen ?? both, searchKey, paging: parsePaging(sent) }
      return sendJson(reply, await linkedPageText(directory, request, page))
    },
  )
}
