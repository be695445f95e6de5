import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { PublicUser } from '../../../core/index.ts'
import { KeptBodies } from '../../_kit/kept-bodies.ts'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, noSuchUid, selfOf } from '../auth.ts'
import { parseChanges } from '../parse.ts'
import { dataText, foundText, joined } from '../presenter.ts'
import { deviceOf } from '../presenter-tokens.ts'
import { savedText } from '../relations.ts'
import { Done } from '../schema-parts.ts'
import { MeReply, UpdateMeBody } from '../schemas-tokens.ts'
import { done, operation, sendJson } from './operation.ts'

/** Only a user's own token says who "me" is. */
const access = { keys: null, tokens: true } as const

export const meRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  /**
   * The SDK adopts the token of this answer, and leaves its host and version as they are, since there are no `settings`: with
   * them it would build every later address from those.
   */
  const meText = (text: string, authToken: string): string => dataText(joined(text, JSON.stringify({ authToken })))

  const bodies = new KeptBodies<PublicUser>()
  const read = async (request: FastifyRequest): Promise<string | Buffer> => {
    const { self, token } = selfOf(request)
    const found = await directory.findUser(callerOf(request).actor, { keys: [{ id: self.id }] })
    if (found === null) throw noSuchUid(self.uid)
    const { user, catalogue, presence } = found
    return bodies.body(user, [catalogue, presence, token], () =>
      meText(foundText(found, { viewer: self, tags: true }), token),
    )
  }

  app.get(
    '/me',
    operation(deps, { operationId: 'getMe', summary: 'The caller', access, reply: { 200: MeReply } }),
    async (request, reply) => sendJson(reply, await read(request)),
  )

  app.put(
    '/me',
    operation(deps, {
      operationId: 'updateMe',
      summary: 'Sign in with a token, or change the caller',
      description: 'What clients tell of their device is kept with the token. A role is never changed here.',
      access,
      body: UpdateMeBody,
      reply: { 200: MeReply },
    }),
    async (request, reply) => {
      const { actor } = callerOf(request)
      const { self, token } = selfOf(request)
      const [changes, details] = [parseChanges(request.body), deviceOf(request.body)]
      const told = Object.keys(details).length > 0 ? { value: token, details } : null
      if (Object.keys(changes).length === 0) {
        if (told !== null) await directory.describeUserToken(actor, { userId: self.id, ...told })
        return sendJson(reply, await read(request))
      }
      const changed = await directory.updateOwnProfile(actor, { changes, ...(told && { token: told }) })
      return sendJson(reply, meText(await savedText(directory, callerOf(request), changed), token))
    },
  )

  app.delete(
    '/me',
    operation(deps, {
      operationId: 'deleteMe',
      summary: 'Sign out',
      description: 'Ends the token that the request came with.',
      access,
      reply: { 200: Done },
    }),
    async (request) => {
      await directory.logout(callerOf(request).actor, null)
      return done('The auth token has been deleted.')
    },
  )
}
