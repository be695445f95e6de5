import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, subjectOf } from '../auth.ts'
import { parsePaging, presentPagination } from '../parse-page.ts'
import { deviceOf, presentToken } from '../presenter-tokens.ts'
import { CometChatRefusal } from '../refusal.ts'
import { Done, PageQuery, UidParams } from '../schema-parts.ts'
import { AuthTokenParams, AuthTokenReply, AuthTokensReply, CreateTokenBody, DeviceBody } from '../schemas-tokens.ts'
import { newUserToken } from '../tokens.ts'
import { done, operation } from './operation.ts'

const access = { keys: 'full-access', tokens: false, subject: 'active' } as const

export const authTokensRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory, signer } = deps

  app.post(
    '/users/:uid/auth_tokens',
    operation(deps, {
      operationId: 'createAuthToken',
      summary: 'Issue a token of a user',
      description: 'A new one every time; the newest hundred of a user stay valid.',
      access: { ...access, keys: 'auth-only' },
      params: UidParams,
      body: CreateTokenBody,
      reply: { 200: AuthTokenReply },
    }),
    async (request) => {
      const { id, uid } = subjectOf(request)
      const token = await directory.issueUserToken(callerOf(request).actor, {
        userId: id,
        value: newUserToken(signer, uid),
        details: deviceOf(request.body),
      })
      return { data: presentToken(uid, token) }
    },
  )

  app.get(
    '/users/:uid/auth_tokens',
    operation(deps, {
      operationId: 'listAuthTokens',
      summary: "List a user's tokens",
      access,
      params: UidParams,
      querystring: PageQuery,
      reply: { 200: AuthTokensReply },
    }),
    async (request) => {
      const { id, uid } = subjectOf(request)
      const paging = parsePaging(request.query)
      const tokens = await directory.listUserTokens(callerOf(request).actor, { userId: id })
      const page = tokens.slice(paging.offset, paging.offset + paging.perPage)
      const pagination = presentPagination(paging, { total: tokens.length, count: page.length })
      return { data: page.map((token) => presentToken(uid, token)), meta: { pagination } }
    },
  )

  app.delete(
    '/users/:uid/auth_tokens',
    operation(deps, {
      operationId: 'flushAuthTokens',
      summary: "End all of a user's tokens",
      access,
      params: UidParams,
      reply: { 200: Done },
    }),
    async (request) => {
      const { id, uid } = subjectOf(request)
      await directory.flushUserTokens(callerOf(request).actor, { userId: id })
      return done(`All auth tokens of the user with the uid ${uid} have been deleted.`)
    },
  )

  app.get(
    '/users/:uid/auth_tokens/:authToken',
    operation(deps, {
      operationId: 'getAuthToken',
      summary: 'Read a token of a user',
      access,
      params: AuthTokenParams,
      reply: { 200: AuthTokenReply },
    }),
    async (request) => {
      const { id, uid } = subjectOf(request)
      const tokens = await directory.listUserTokens(callerOf(request).actor, { userId: id })
      const token = tokens.find(({ value }) => value === request.params.authToken)
      if (token === undefined) throw new CometChatRefusal('auth_token_not_found')
      return { data: presentToken(uid, token) }
    },
  )

  app.put(
    '/users/:uid/auth_tokens/:authToken',
    operation(deps, {
      operationId: 'updateAuthToken',
      summary: 'Keep facts with a token of a user',
      access,
      params: AuthTokenParams,
      body: DeviceBody,
      reply: { 200: AuthTokenReply },
    }),
    async (request) => {
      const { id, uid } = subjectOf(request)
      const token = await directory.describeUserToken(callerOf(request).actor, {
        userId: id,
        value: request.params.authToken,
        details: deviceOf(request.body),
      })
      return { data: presentToken(uid, token) }
    },
  )

  app.delete(
    '/users/:uid/auth_tokens/:authToken',
    operation(deps, {
      operationId: 'deleteAuthToken',
      summary: 'End a token of a user',
      access,
      params: AuthTokenParams,
      reply: { 200: Done },
    }),
    async (request) => {
      const { id, uid } = subjectOf(request)
      await directory.deleteUserToken(callerOf(request).actor, { userId: id, value: request.params.authToken })
      return done(`The auth token of the user with the uid ${uid} has been deleted.`)
    },
  )
}
