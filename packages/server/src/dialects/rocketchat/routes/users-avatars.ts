import { fastifyMultipart } from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Actor, UserKey } from '../../../core/index.ts'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { optionalActor, ownId, requireAuthentication } from '../auth.ts'
import { RocketChatRefusal } from '../errors.ts'
import { parseSelector } from '../parse.ts'
import { largestUpload, readAvatar, uploadLimits } from '../parse-avatar.ts'
import { EmptyReply, UserSelector } from '../schema-parts.ts'
import { AvatarLinkReply, ResetAvatarBody, SetAvatarBody } from '../schemas-avatars.ts'
import { siteUrl } from '../site.ts'
import { envelope, operation, sendJson } from './operation.ts'

/** Where pictures are, for anybody. */
export const avatarLinkRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  app.get(
    '/users.getAvatar',
    operation({
      operationId: 'getUsersGetAvatar',
      summary: "Where a user's picture is",
      description: 'Strangers who name an id are not told the username.',
      security: [],
      querystring: UserSelector,
      reply: { 307: AvatarLinkReply },
    }),
    async (request, reply) => {
      const actor = await optionalActor(deps, request)
      const { userId, username, user: name = username } = request.query
      const place = async (): Promise<string> => {
        if (userId === undefined && name !== undefined) return encodeURIComponent(name)
        if (actor.userId === null && userId !== undefined) return `uid/${encodeURIComponent(userId)}`
        if (actor.userId === null) throw new RocketChatRefusal('user_param_not_provided')
        const found = await directory.findUser(actor, { keys: parseSelector({ userId: userId ?? actor.userId }) })
        if (found === null) throw new RocketChatRefusal('invalid_user')
        return encodeURIComponent(found.user.username)
      }
      const url = `${siteUrl(request)}/avatar/${await place()}`
      return sendJson(reply.code(307).header('location', url), JSON.stringify(url))
    },
  )
}

export const setAvatarRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)
  await app.register(fastifyMultipart, { limits: uploadLimits })

  const subject = async (actor: Actor, keys: UserKey[]): Promise<string> =>
    keys.length === 0 ? ownId(actor) : directory.identifyUser(actor, { keys, right: 'users.set-avatar' })

  app.post(
    '/users.setAvatar',
    {
      ...operation({
        operationId: 'postUsersSetAvatar',
        summary: 'Upload a picture of a user',
        consumes: ['multipart/form-data'],
        body: SetAvatarBody,
        reply: { 200: EmptyReply },
        errors: 'users.setAvatar',
      }),
      bodyLimit: largestUpload,
    },
    async (request) => {
      const actor = actorOf(request)
      const { keys, avatar } = await readAvatar(request)
      await directory.setAvatar(actor, { userId: await subject(actor, keys), avatar })
      return envelope({})
    },
  )

  app.post(
    '/users.resetAvatar',
    operation({
      operationId: 'postUsersResetAvatar',
      summary: "Remove a user's picture",
      body: ResetAvatarBody,
      reply: { 200: EmptyReply },
    }),
    async (request) => {
      const actor = actorOf(request)
      await directory.setAvatar(actor, { userId: await subject(actor, parseSelector(request.body)), avatar: null })
      return envelope({})
    },
  )
}
