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
const otherVersions = ['/v1', '/v1.0', '/v2', '/v2.0', '/v2.1', '/v4', '/v4.0']
/** In bytes: the platform's own limit is smaller. */
const largestBody = 65_536

const description = `CometChat's users API, served by Rollcall. Scripts send a key as \`apikey\`, apps the token of their
user as \`authToken\`. Everything below /v3 is served below /v3.0 alike.`

const header = (name: string) => ({ type: 'apiKey', in: 'header', name }) as const

/** CometChat's wire protocol: README.md beside this file has its operations and known differences. */
export const cometchat: Dialect = {
  name: dialectName,
  prefixes: [prefix, alias, ...otherVersions],
  exactPaths: [],
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
  const mount = (at: string, answerOthers: typeof answerNoRoute, routes: typeof apiRoutes) =>
    app.register(
      async (api) => {
        api.setNotFoundHandler(answerOthers)
        answerPreflights(api)
        for (const plugin of routes) await api.register(plugin, deps)
      },
      { prefix: at },
    )
  for (const at of [prefix, alias]) await mount(at, answerNoRoute, apiRoutes)
  for (const at of otherVersions) await mount(at, answerNoVersion, [])
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
