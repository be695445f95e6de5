import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Actor } from '../../../core/index.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { type People, parseAutocomplete, parseDirectory, parseListByStatus, parseSpotlight } from '../parse-people.ts'
import {
  listText,
  type PresentSeen,
  presentByStatus,
  presentDirectory,
  presentOffered,
  presentSpotted,
} from '../presenter-lists.ts'
import {
  AutocompleteQuery,
  AutocompleteReply,
  DirectoryQuery,
  DirectoryReply,
  ListByStatusQuery,
  SpotlightQuery,
  SpotlightReply,
  UsersListReply,
} from '../schemas-lists.ts'
import { operation, sendEnvelope } from './operation.ts'
import { readerOf, sendList } from './send-list.ts'

export const peopleRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  /** The first few, as JSON text. */
  const few = async (actor: Actor, { where, order, limit }: People, present: PresentSeen): Promise<string> => {
    const seen = await directory.browseUsers(actor, { where, order, limit: limit ?? 1, offset: 0, total: false })
    return listText(present(seen, seen.catalogue))
  }

  app.get(
    '/users.listByStatus',
    operation({
      operationId: 'getUsersListByStatus',
      summary: 'List users by what they are to the workspace',
      description: 'Needs view-d-room; view-full-other-user-info shows and filters by addresses, roles and logins.',
      querystring: ListByStatusQuery,
      reply: { 200: UsersListReply },
      errors: 'users.list',
    }),
    async (request, reply) => {
      const reader = await readerOf(directory, request)
      const asked = parseListByStatus(request.query, reader)
      return sendList(reply, directory, reader.actor, asked, { member: 'users', present: presentByStatus })
    },
  )

  app.get(
    '/users.autocomplete',
    operation({
      operationId: 'getUsersAutocomplete',
      summary: 'Offer people while somebody types',
      description: 'Without view-outside-room there are none.',
      querystring: AutocompleteQuery,
      reply: { 200: AutocompleteReply },
    }),
    async (request, reply) => {
      const reader = await readerOf(directory, request)
      const items = await few(reader.actor, parseAutocomplete(request.query, reader), presentOffered)
      return sendEnvelope(reply, { items })
    },
  )

  app.get(
    '/directory',
    operation({
      operationId: 'getDirectory',
      summary: 'Look people up',
      description: 'Without view-outside-room there are none; view-full-other-user-info shows addresses.',
      querystring: DirectoryQuery,
      reply: { 200: DirectoryReply },
      errors: 'users.list',
    }),
    async (request, reply) => {
      const reader = await readerOf(directory, request)
      const asked = parseDirectory(request.query, reader)
      return sendList(reply, directory, reader.actor, asked, { member: 'result', present: presentDirectory })
    },
  )

  app.get(
    '/spotlight',
    operation({
      operationId: 'getSpotlight',
      summary: 'Look people up by a part of their names',
      description: 'Without view-outside-room there are none.',
      querystring: SpotlightQuery,
      reply: { 200: SpotlightReply },
    }),
    async (request, reply) => {
      const reader = await readerOf(directory, request)
      const users = await few(reader.actor, parseSpotlight(request.query, reader), presentSpotted)
      return sendEnvelope(reply, { users, rooms: '[]' })
    },
  )
}
