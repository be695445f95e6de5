import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Actor, type Directory, DirectoryError } from '../../../core/index.ts'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, subjectOf } from '../auth.ts'
import { idsOf, linkedPageText, peopleNamed, presentRows } from '../linked-people.ts'
import { parsePaging } from '../parse-page.ts'
import { CometChatRefusal } from '../refusal.ts'
import { Done, UidParams } from '../schema-parts.ts'
import { BefriendBody, BefriendReply, FriendsQuery, LinkedReply, UnfriendBody } from '../schemas-relations.ts'
import { done, operation, sendJson } from './operation.ts'

const access = { keys: 'full-access', tokens: false, subject: 'active' } as const

export const friendsRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  app.post(
    '/users/:uid/friends',
    operation(deps, {
      operationId: 'addFriends',
      summary: 'Make friends',
      description: 'Friends are friends of each other; each has a thousand at most.',
      access,
      params: UidParams,
      body: BefriendBody,
      reply: { 200: BefriendReply },
    }),
    async (request) => {
      const { id: userId, uid: own } = subjectOf(request)
      const whom = { self: 'self_relation', activeOnly: true } as const
      const people = await peopleNamed(directory, request, request.body.accepted, whom)
      const { added, full } = await befriend(directory, callerOf(request).actor, userId, idsOf(people))
      const accepted = presentRows(request, people, (uid, id) => {
        if (added.has(id)) return `The user with the uid ${uid} has become a friend of the user with the uid ${own}.`
        return new CometChatRefusal(full.has(id) ? 'failed_to_add_friend' : 'already_friend', { value: uid })
      })
      return { data: { accepted } }
    },
  )

  app.get(
    '/users/:uid/friends',
    operation(deps, {
      operationId: 'listFriends',
      summary: "List a user's friends",
      access,
      params: UidParams,
      querystring: FriendsQuery,
      reply: { 200: LinkedReply },
    }),
    async (request, reply) => {
      const { searchKey, ...sent } = request.query
      const page = { links: ['friend'], searchKey, paging: parsePaging(sent) } as const
      return sendJson(reply, await linkedPageText(directory, request, page))
    },
  )

  app.delete(
    '/users/:uid/friends',
    operation(deps, {
      operationId: 'removeFriends',
      summary: 'End friendships',
      description: 'Whoever was no friend is none afterwards either.',
      access,
      params: UidParams,
      body: UnfriendBody,
      reply: { 200: Done },
    }),
    async (request) => {
      const { id: userId, uid: own } = subjectOf(request)
      const whom = { self: 'self_relation', activeOnly: false } as const
      const otherIds = idsOf(await peopleNamed(directory, request, request.body.friends, whom))
      if (otherIds.length > 0) await directory.unfriendUsers(callerOf(request).actor, { userId, otherIds })
      return done(`The friends of the user with the uid ${own} have been removed.`)
    },
  )
}

interface Befriended {
  readonly added: ReadonlySet<string>
  /** Those for whom there was no room, on either side. */
  readonly full: ReadonlySet<string>
}

/** All together, or one by one where not all find room. */
async function befriend(
  directory: Directory,
  actor: Actor,
  userId: string,
  otherIds: readonly string[],
): Promise<Befriended> {
  if (otherIds.length === 0) return { added: new Set(), full: new Set() }
  try {
    return { added: new Set(await directory.befriendUsers(actor, { userId, otherIds })), full: new Set() }
  } catch (error) {
    if (!(error instanceof DirectoryError && error.code === 'too_many')) throw error
    const [only, ...more] = otherIds
    if (more.length === 0) return { added: new Set(), full: new Set(only === undefined ? [] : [only]) }
  }
  const each: Befriended[] = []
  for (const id of otherIds) each.push(await befriend(directory, actor, userId, [id]))
  const all = (part: keyof Befriended) => new Set(each.flatMap((one) => [...one[part]]))
  return { added: all('added'), full: all('full') }
}
