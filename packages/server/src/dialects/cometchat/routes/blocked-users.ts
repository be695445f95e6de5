import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { UserLink } from '../../../core/index.ts'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, subjectOf } from '../auth.ts'
import { idsOf, linkedPageText, peopleNamed, presentRows } from '../linked-people.ts'
import { parsePaging } from '../parse-page.ts'
import { UidParams } from '../schema-parts.ts'
import { BlockBody, BlockedQuery, BlockReply, LinkedReply } from '../schemas-relations.ts'
import { operation, sendJson } from './operation.ts'

/** A user's own list with its token, anybody's with a key. The SDK names nobody: there the list is the token's user's. */
const places = [
  {
    path: '/users/:uid/blockedusers',
    access: { keys: 'full-access', tokens: 'own', subject: 'active' },
    params: UidParams,
    whose: '',
    of: 'a user',
  },
  {
    path: '/blockedusers',
    access: { keys: null, tokens: true, subject: 'self' },
    params: Type.Object({}),
    whose: 'My',
    of: 'the caller',
  },
] as const

/** By what clients send, in lower case. */
const links: Readonly<Record<string, readonly UserLink[]>> = {
  blockedbyme: ['blocked-by'],
  hasblockedme: ['has-blocked'],
}
const both: readonly UserLink[] = ['blocked-by', 'has-blocked']

export const blockedUsersRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  for (const { path, access, params, whose, of } of places) {
    app.post(
      path,
      operation(deps, {
        operationId: `block${whose}Users`,
        summary: `Block people for ${of}`,
        access,
        params,
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
      path,
      operation(deps, {
        operationId: `unblock${whose}Users`,
        summary: `Unblock people for ${of}`,
        description: 'Whoever was not blocked is not blocked afterwards either.',
        access,
        params,
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
      path,
      operation(deps, {
        operationId: `list${whose}BlockedUsers`,
        summary: `List people between whom and ${of} there is a block`,
        access,
        params,
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
}
