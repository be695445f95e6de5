import { fastifySwagger } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { validateStrictly } from '../_kit/validation.ts'
import type { Dialect, DialectDeps } from '../dialect.ts'
import { dialectName } from './auth.ts'
import { answerError, answerNoRoute } from './errors.ts'
import { loginRoutes, rolesRoutes, usersRoutes } from './routes.ts'
import { COTAccessRole, COTUser } from './schemas.ts'

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
      document = () => app.swagger()
      await mountRoutes(app, deps)
    })
    return () => document()
  },
}

async function mountRoutes(app: FastifyInstance, deps: DialectDeps): Promise<void> {
  validateStrictly(app)
  app.addSchema(COTUser)
  app.addSchema(COTAccessRole)
  app.setErrorHandler<Error>(answerError)
  await app.register(loginRoutes, deps)
  for (const [prefix, version] of [
    ['/api/v2', 'V2'],
    ['/api/v3', 'V3'],
  ] as const) {
    await app.register(
      async (api) => {
        api.setNotFoundHandler(answerNoRoute)
        await api.register(usersRoutes, { ...deps, version })
        await api.register(rolesRoutes, { ...deps, version })
      },
      { prefix },
    )
  }
}
