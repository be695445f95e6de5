import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { DialectDeps } from '../../dialect.ts'
import { optionalActor } from '../auth.ts'
import { Dictionary, Envelope, Text } from '../schema-parts.ts'
import { envelope, operation } from './operation.ts'

/** The release whose API this dialect speaks. */
const release = '6.9.0'

const InfoReply = Envelope(
  { version: Text, info: Type.Optional(Dictionary) },
  'The release whose API is spoken: major and minor, and for whoever has a session all of it',
)

export const infoRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  app.get(
    '/info',
    operation({
      operationId: app.prefix === '/api' ? 'getApiInfo' : 'getInfo',
      summary: 'Read the version',
      security: [],
      reply: { 200: InfoReply },
    }),
    async (request) => {
      const { userId } = await optionalActor(deps, request)
      if (userId === null) return envelope({ version: release.split('.').slice(0, 2).join('.') })
      return envelope({ version: release, info: { version: release, build: {}, commit: {} } })
    },
  )
}
