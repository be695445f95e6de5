import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DialectDeps } from '../../dialect.ts'
import { optionalActor } from '../auth.ts'
import { initialsImage, webLink } from '../avatar-image.ts'
import { AvatarOfIdParams, AvatarParams, AvatarReplies } from '../schemas-avatars.ts'
import { operation } from './operation.ts'

/** A picture is only looked at: nothing in it may run, and no browser may take it for something else. */
const safely = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'cache-control': 'no-cache',
}
const pictureEnding = /\.(png|jpe?g|svg)$/i

export const avatarRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  type Of = Parameters<typeof directory.getAvatar>[1]

  /** The first of these users' picture, or a link to it, or initials. */
  async function answer(request: FastifyRequest, reply: FastifyReply, users: readonly Of[], name: string) {
    const actor = await optionalActor(deps, request)
    reply.headers(safely)
    for (const user of users) {
      const { etag, uploaded, link } = (await directory.getAvatar(actor, user)) ?? {}
      if (uploaded && etag) {
        reply.header('etag', `"${etag}"`)
        if (request.headers['if-none-match']?.includes(`"${etag}"`)) return reply.code(304).send()
        return reply.type(uploaded.mediaType).send(uploaded.image)
      }
      const elsewhere = webLink(link ?? null)
      if (elsewhere !== null) return reply.redirect(elsewhere, 307)
    }
    return reply.type('image/svg+xml; charset=utf-8').send(initialsImage(name))
  }

  app.get(
    '/:username',
    operation({
      operationId: 'getAvatar',
      summary: "A user's picture",
      description: 'Who is not there has initials as well.',
      security: [],
      params: AvatarParams,
      reply: AvatarReplies,
    }),
    (request, reply) => {
      const { username } = request.params
      const bare = username.replace(pictureEnding, '')
      return answer(request, reply, [{ username }, { username: bare }], bare)
    },
  )

  app.get(
    '/uid/:userId',
    operation({
      operationId: 'getAvatarUid',
      summary: 'The picture of a user by its id',
      security: [],
      params: AvatarOfIdParams,
      reply: AvatarReplies,
    }),
    // No initials: they would tell strangers the name that an id has.
    (request, reply) => answer(request, reply, [{ id: request.params.userId.replace(pictureEnding, '') }], ''),
  )
}
