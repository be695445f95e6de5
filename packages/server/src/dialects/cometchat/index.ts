import { fastifySwagger } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { Dialect, DialectDeps } from '../dialect.ts'
import { dialectName } from './auth.ts'
import { allowEveryPage, answerPreflights } from './cors.ts'
import { answerError, answerNoRoute, answerNoVersion } from './errors.ts'
import { fidelity } from './fidelity.ts'
import { apiRoutes } from './routes/index.ts'
import { CometChatError } from './schema-parts.ts'
import { CometChatUser } from './schemas.ts'
import { validateWhole } from './validation.ts'

/** What operations name in their documents. */
const components = [CometChatUser, CometChatError]

const [prefix, alias] = ['/v3', '/v3.0']
/** First segments that name another version, or one of these two in another spelling. */
const otherVersion = '[vV]\\d[^/]*'
/** By a pattern of its own: the router would come back to it for what is unknown below the two. */
const otherVersions = `/:version(^(?!v3$|v3[.]0$)${otherVersion}$)`
/** In bytes: the platform's own limit is smaller. */
const largestBody = 65_536

const description = `CometChat's users API, served by Rollcall. Scripts send a key as \`apikey\`, apps the token of their
user as \`authToken\`. Everything below /v3 is served below /v3.0 alike.`

const header = (name: string) => ({ type: 'apiKey', in: 'header', name }) as const

/** CometChat's wire protocol: README.md beside this file has its operations and known differences. */
export const cometchat: Dialect = {
  name: dialectName,
  prefixes: [prefix, alias],
  exactPaths: [],
  leftOver: new RegExp(`^/${otherVersion}`),
  answerError,
  fidelity,
  mount: async (root, deps) => {
    let document = (): object => ({})
    await root.register(async (app) => {
      await app.register(fastifySwagger, {
        openapi: {
          openapi: '3.1.0',
          info: { title: 'CometChat users API', version: '3', description },
          components: { securitySchemes: { apikey: header('apikey'), authToken: header('authToken') } },
        },
        refResolver: { buildLocalReference: (schema, _base, _fragment, at) => String(schema.$id ?? `def-${at}`) },
        // The same operations twice would have the same names.
        transform: ({ schema, url }) => ({
          schema: url.startsWith(`${alias}/`) ? { ...schema, hide: true } : schema,
          url,
        }),
      })
      document = () => app.swagger()
      await mountRoutes(app, deps)
    })
    return () => document()
  },
}

async function mountRoutes(app: FastifyInstance, deps: DialectDeps): Promise<void> {
  allowEveryPage(app)
  validateWhole(app)
  readBodies(app)
  for (const component of components) app.addSchema(component)
  app.setErrorHandler<Error>(answerError)
  for (const at of [prefix, alias]) {
    await app.register(
      async (api) => {
        api.setNotFoundHandler(answerNoRoute)
        answerPreflights(api)
        for (const plugin of apiRoutes) await api.register(plugin, deps)
      },
      { prefix: at },
    )
  }
  await app.register(refuseVersions, { prefix: otherVersions })
}

/** Refuses whatever is asked for, before any body is read. */
async function refuseVersions(api: FastifyInstance): Promise<void> {
  answerPreflights(api)
  for (const url of ['/', '/*']) {
    api.route({
      method: ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'],
      url,
      schema: { hide: true },
      onRequest: async (request, reply) => answerNoVersion(request, reply),
      handler: answerNoVersion,
    })
  }
}

/** JSON alone; nothing counts as `{}`, and so does the empty list that PHP writes for an empty map. */
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: largestBody }, (request, body, done) => {
    if (body.length === 0) {
      done(null, {})
      return
    }
    void parseJson(request, String(body), (error, value) => {
      done(error, Array.isArray(value) && value.length === 0 ? {} : value)
    })
  })
}
