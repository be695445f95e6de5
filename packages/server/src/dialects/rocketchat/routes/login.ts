import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor, User } from '../../../core/index.ts'
import { actorOf, originOf } from '../../_kit/actor.ts'
import { tenantIdOf } from '../../_kit/host-tenant.ts'
import { KeptBodies } from '../../_kit/kept-bodies.ts'
import type { DialectDeps } from '../../dialect.ts'
import { actorOfToken, dialectName, mintToken, ownId, requireAuthentication, sessionLifetime } from '../auth.ts'
import { parseLogin } from '../parse-login.ts'
import { joined, ownText } from '../presenter.ts'
import { LoginBody, LoginReply, LogoutReply, MeReply } from '../schemas-login.ts'
import { siteUrl } from '../site.ts'
import { operation, sendJson } from './operation.ts'

/** The caller's own profile, as JSON text. */
async function ownProfile({ directory }: DialectDeps, request: FastifyRequest, actor: Actor): Promise<string> {
  const { user, catalogue, presence } = await directory.getUser(actor, { userId: ownId(actor) })
  return ownText(user, catalogue, presence ?? undefined, siteUrl(request))
}

export const loginRoute: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory, hostNames, signer } = deps
  const mint = mintToken(signer)

  app.post(
    '/login',
    operation({
      operationId: 'postLogin',
      summary: 'Log in, or go on with a session',
      security: [],
      body: LoginBody,
      reply: { 200: LoginReply },
      errors: 'login',
    }),
    async (request, reply) => {
      const sent = parseLogin(request.body)
      const open = async (): Promise<string> => {
        if ('resume' in sent) return sent.resume
        const tenantId = await tenantIdOf(request, hostNames, directory)
        const stranger = directory.anonymous(tenantId, originOf(dialectName, request))
        return (await directory.login(stranger, { ...sent, lifetime: sessionLifetime, mint })).token
      }
      const authToken = await open()
      const actor = await actorOfToken(deps, request, authToken)
      const [userId, me] = [JSON.stringify(actor.userId), await ownProfile(deps, request, actor)]
      const data = `{"userId":${userId},"authToken":${JSON.stringify(authToken)},"me":${me}}`
      return sendJson(reply, `{"status":"success","success":true,"data":${data}}`)
    },
  )
}

export const ownSessionRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  const bodies = new KeptBodies<User>()
  requireAuthentication(app, deps)

  const logOut = async (request: FastifyRequest) => {
    await directory.logout(actorOf(request), null)
    return { status: 'success' as const, data: { message: "You've been logged out!" } }
  }
  const leaving = { summary: 'End the session of this request', reply: { 200: LogoutReply } }
  app.post('/logout', operation({ operationId: 'postLogout', ...leaving }), logOut)
  // An older client logs out by it.
  app.get('/logout', operation({ operationId: 'getLogout', ...leaving }), logOut)

  app.get(
    '/me',
    operation({ operationId: 'getMe', summary: 'Read oneself', reply: { 200: MeReply } }),
    async (request, reply: FastifyReply) => {
      const actor = actorOf(request)
      const { user, catalogue, presence } = await directory.getUser(actor, { userId: ownId(actor) })
      const site = siteUrl(request)
      const body = bodies.body(user, [catalogue, presence, site], () =>
        joined(ownText(user, catalogue, presence ?? undefined, site), '{"success":true}'),
      )
      return sendJson(reply, body)
    },
  )
}
