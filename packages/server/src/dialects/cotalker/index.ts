import { fastifySwagger } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { withErrorReplies } from '../_kit/openapi.ts'
import { validateStrictly } from '../_kit/validation.ts'
import type { Dialect, DialectDeps } from '../dialect.ts'
import { dialectName } from './auth.ts'
import { answerError, answerNoRoute, refusalsByStatus } from './errors.ts'
import { loginRoutes, rolesRoutes, usersRoutes } from './routes.ts'
import { components } from './schemas.ts'

const description = `Cotalker's users API, served by Rollcall. Log in at /auth/local, then send the token as
\`Authorization: Bearer\`. \`Admin: true\` selects the admin API; it grants nothing by itself.`

/** Cotalker's wire protocol: README.md beside this file has its operations and known differences. */
export const cotalker: Dialect = {
  name: dialectName,
  prefixes: ['/auth/local', '/api/v2', '/api/v3'],
  answerError,
  mount: async (root, deps) => {
    let document = (): object => ({})
    await root.register(async (app) => {
      await app.register(fastifySwagger, {
        openapi: {
          openapi: '3.1.0',
          info: { title: 'Cotalker users API', version: '1', description },
          components: { securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
        },
        refResolver: { buildLocalReference: (schema, _base, _fragment, at) => String(schema.$id ?? `def-${at}`) },
      })
      document = () => withErrorReplies(app.swagger(), refusalsByStatus, '#/components/schemas/COTError')
      await mountRoutes(app, deps)
    })
    return () => document()
  },
}

async function mountRoutes(app: FastifyInstance, deps: DialectDeps): Promise<void> {
  validateStrictly(app)
  app.removeContentTypeParser('text/plain')
  for (const component of components) app.addSchema(component)
  app.setErrorHandler<Error>(answerError)
  const mount = (prefix: string, routes: (api: FastifyInstance) => Promise<void>) =>
    app.register(
      async (api) => {
        api.setNotFoundHandler(answerNoRoute)
        await routes(api)
      },
      { prefix },
    )
  await mount('/auth/local', async (api) => {
    await api.register(loginRoutes, deps)
  })
  for (const version of ['V2', 'V3'] as const) {
    await mount(`/api/${version.toLowerCase()}`, async (api) => {
      await api.register(usersRoutes, { ...deps, version })
      await api.register(rolesRoutes, { ...deps, version })
    })
  }
}
