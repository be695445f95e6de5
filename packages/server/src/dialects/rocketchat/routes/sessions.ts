import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { dialectName, mintToken, ownId, presentedToken, requireAuthentication, sessionLifetime } from '../auth.ts'
import { RocketChatRefusal } from '../errors.ts'
import { requireSelector } from '../parse.ts'
import { EmptyReply } from '../schema-parts.ts'
import { CreateTokenBody, CreateTokenReply, KeptTokenReply, LogoutUserBody, MessageReply } from '../schemas-login.ts'
import { envelope, operation } from './operation.ts'

export const sessionsRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory, signer, options } = deps
  const mint = mintToken(signer)
  requireAuthentication(app, deps)

  app.post(
    '/users.createToken',
    operation({
      operationId: 'postUsersCreateToken',
      summary: "Open somebody's session",
      description:
        'Off unless the operator has set a secret, which the body must have. Needs user-generate-access-token.',
      body: CreateTokenBody,
      reply: { 200: CreateTokenReply },
      errors: 'users.createToken',
    }),
    async (request) => {
      const { secret, ...selector } = request.body
      if (!isSecret(options.rocketchatTokenSecret, secret)) throw new RocketChatRefusal('error_not_authorized')
      const actor = actorOf(request)
      const userId = await directory.identifyUser(actor, { keys: requireSelector(selector), right: 'tokens.issue' })
      const { token } = await directory.createCredential(actor, {
        userId,
        dialect: dialectName,
        kind: 'session',
        name: 'users.createToken',
        expiresAt: { seconds: sessionLifetime },
        mint,
      })
      return envelope({ data: { userId, authToken: token } })
    },
  )

  app.post(
    '/users.logout',
    operation({
      operationId: 'postUsersLogout',
      summary: 'End all sessions and personal access tokens',
      description: "One's own, or with logout-other-user those of `userId`.",
      body: LogoutUserBody,
      reply: { 200: MessageReply },
      errors: 'users.logout',
    }),
    async (request) => {
      const actor = actorOf(request)
      const userId = request.body.userId || ownId(actor)
      const ended = await directory.endSessions(actor, { userId, which: 'all' })
      if (ended === 0) throw new RocketChatRefusal('invalid_user_id')
      return envelope({ message: `User ${userId} has been logged out!` })
    },
  )

  const endOthers = async (request: FastifyRequest): Promise<string | null> => {
    const actor = actorOf(request)
    const userId = ownId(actor)
    await directory.endSessions(actor, { userId, which: 'others' })
    const credentials = await directory.listCredentials(actor, { dialect: dialectName, userId })
    return credentials.find(({ id }) => id === actor.credentialId)?.expiresAt?.toISOString() ?? null
  }

  app.post(
    '/users.logoutOtherClients',
    operation({
      operationId: 'postUsersLogoutOtherClients',
      summary: "End one's other sessions",
      description: 'Personal access tokens stay.',
      reply: { 200: KeptTokenReply },
    }),
    async (request) => {
      const tokenExpires = await endOthers(request)
      return envelope({ token: presentedToken(request), ...(tokenExpires !== null && { tokenExpires }) })
    },
  )

  app.post(
    '/users.removeOtherTokens',
    operation({
      operationId: 'postUsersRemoveOtherTokens',
      summary: "End one's other sessions",
      description: 'Personal access tokens stay.',
      reply: { 200: EmptyReply },
    }),
    async (request) => {
      await endOthers(request)
      return envelope({})
    },
  )
}

/** Takes as long for every wrong secret of a length. */
const isSecret = (known: string | null, sent = ''): boolean =>
  known !== null && timingSafeEqual(digest(known), digest(sent))
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
