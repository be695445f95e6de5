import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf, dialectName, mintToken, requireAuthentication } from '../auth.ts'
import {
  ApiTokensQuery,
  ApiTokensReply,
  CreateApiTokenBody,
  NewApiTokenReply,
  RevokedApiTokenReply,
} from '../catalogue-schemas.ts'
import { debugText } from '../debug.ts'
import { idsOf } from '../parse.ts'
import { parseExpiry } from '../parse-catalogue.ts'
import { joined, presentData, presentList } from '../presenter.ts'
import { apiTokenText } from '../presenter-catalogue.ts'
import { AdminHeader, DebugQuery, IdParams } from '../schema-parts.ts'
import { type CotalkerDeps, operation, sendJson } from './operation.ts'

/** Cotalker issues API tokens in its panel only; these paths are Rollcall's own. */
export const apiTokensRoutes: FastifyPluginAsyncTypebox<CotalkerDeps> = async (app, deps) => {
  const { directory, signer, version } = deps
  const mint = mintToken(signer)
  requireAuthentication(app, deps)

  app.get(
    '/apitokens',
    operation({
      operationId: `get${version}Apitokens`,
      summary: 'List API tokens',
      description: 'Needs `Admin: true` and admin-apitokens-write, but for those of oneself.',
      headers: AdminHeader,
      querystring: ApiTokensQuery,
      reply: { 200: ApiTokensReply },
    }),
    async (request, reply) => {
      const userId = request.query.user?.toLowerCase()
      const credentials = await directory.listCredentials(callerOf(request), {
        dialect: dialectName,
        ...(userId !== undefined && { userId }),
      })
      const texts = credentials.filter(({ kind }) => kind === 'api-token').map(apiTokenText)
      return sendJson(reply, presentList(['apiTokens'], texts, null, debugText(request)))
    },
  )

  app.post(
    '/apitokens',
    operation({
      operationId: `post${version}Apitokens`,
      summary: 'Issue an API token',
      description:
        'Needs `Admin: true` and admin-apitokens-write. It acts as a user, with all its roles or some of them.',
      headers: AdminHeader,
      querystring: DebugQuery,
      body: CreateApiTokenBody,
      reply: { 201: NewApiTokenReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const { name, user, accessRoles, expiresAt } = request.body
      const { token, credential } = await directory.createCredential(actor, {
        userId: user?.toLowerCase() ?? actor.userId ?? '',
        dialect: dialectName,
        kind: 'api-token',
        name,
        expiresAt: parseExpiry(expiresAt),
        ...(accessRoles !== undefined && { accessRoles: idsOf(accessRoles) }),
        mint,
      })
      const text = joined(apiTokenText(credential), JSON.stringify({ token }))
      return sendJson(reply, presentData(text, debugText(request)), 201)
    },
  )

  app.delete(
    '/apitokens/:id',
    operation({
      operationId: `delete${version}ApitokensId`,
      summary: 'Revoke an API token',
      description:
        'Needs `Admin: true` and admin-apitokens-write, but for a token of oneself. It is refused from then on.',
      headers: AdminHeader,
      params: IdParams,
      querystring: DebugQuery,
      reply: { 200: RevokedApiTokenReply },
    }),
    async (request, reply) => {
      const credentialId = request.params.id.toLowerCase()
      await directory.revokeCredential(callerOf(request), { credentialId })
      return sendJson(reply, presentData(JSON.stringify({ _id: credentialId }), debugText(request)))
    },
  )
}
