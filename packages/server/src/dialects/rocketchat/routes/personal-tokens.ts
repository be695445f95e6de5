import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { mintToken, requireAuthentication } from '../auth.ts'
import { EmptyReply } from '../schema-parts.ts'
import { NewTokenBody, NewTokenReply, TokenNameBody, TokensReply } from '../schemas-login.ts'
import { envelope, operation } from './operation.ts'

/** One's own tokens for scripts: they never expire, and outlive one's sessions. */
export const personalTokensRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory, signer } = deps
  const mint = mintToken(signer)
  requireAuthentication(app, deps)

  for (const [name, replace] of [
    ['generate', false],
    ['regenerate', true],
  ] as const) {
    app.post(
      `/users.${name}PersonalAccessToken`,
      operation({
        operationId: `postUsers${replace ? 'Regenerate' : 'Generate'}PersonalAccessToken`,
        summary: replace ? 'Replace a personal access token' : 'Make a personal access token',
        description: 'Needs create-personal-access-tokens.',
        body: NewTokenBody,
        reply: { 200: NewTokenReply },
        errors: 'personalTokens',
      }),
      async (request) => {
        const { tokenName, bypassTwoFactor } = request.body
        const { token } = await directory.issuePersonalToken(actorOf(request), {
          name: tokenName,
          ...(bypassTwoFactor !== undefined && { bypassSecondFactor: bypassTwoFactor }),
          replace,
          mint,
        })
        return envelope({ token })
      },
    )
  }

  app.post(
    '/users.removePersonalAccessToken',
    operation({
      operationId: 'postUsersRemovePersonalAccessToken',
      summary: 'End a personal access token',
      description: 'Needs create-personal-access-tokens.',
      body: TokenNameBody,
      reply: { 200: EmptyReply },
      errors: 'personalTokens',
    }),
    async (request) => {
      await directory.removePersonalToken(actorOf(request), { name: request.body.tokenName })
      return envelope({})
    },
  )

  app.get(
    '/users.getPersonalAccessTokens',
    operation({
      operationId: 'getUsersGetPersonalAccessTokens',
      summary: "List one's personal access tokens",
      description: 'Needs create-personal-access-tokens.',
      reply: { 200: TokensReply },
    }),
    async (request) => {
      const credentials = await directory.listPersonalTokens(actorOf(request), null)
      const tokens = credentials.map(({ name, createdAt, hint, bypassSecondFactor }) => ({
        name: name ?? '',
        createdAt: createdAt.toISOString(),
        lastTokenPart: hint ?? '',
        bypassTwoFactor: bypassSecondFactor,
      }))
      return envelope({ tokens })
    },
  )
}
