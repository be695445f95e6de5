import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { originOf } from '../../_kit/actor.ts'
import { tenantIdOf } from '../../_kit/host-tenant.ts'
import type { DialectDeps } from '../../dialect.ts'
import { dialectName, mintToken, sessionLifetime } from '../auth.ts'
import { LoginBody, LoginReply } from '../schemas.ts'
import { refused } from './operation.ts'

export interface LoginDeps extends DialectDeps {
  readonly operationId: string
}

export const loginRoutes: FastifyPluginAsyncTypebox<LoginDeps> = async (app, deps) => {
  const { directory, hostNames, signer, operationId } = deps
  const mint = mintToken(signer)

  app.post(
    '',
    {
      schema: {
        operationId,
        summary: 'Log in',
        security: [],
        body: LoginBody,
        response: { 200: LoginReply, ...refused },
      },
    },
    async (request) => {
      const tenantId = await tenantIdOf(request, hostNames, directory)
      const actor = directory.anonymous(tenantId, originOf(dialectName, request))
      const { email, password } = request.body
      const handle = { email }
      const { token, passwordDue } = await directory.login(actor, { handle, password, lifetime: sessionLifetime, mint })
      return { token, ...(passwordDue && { needPasswordChange: true }) }
    },
  )
}
