import { fastifySwagger } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { withErrorReplies } from '../_kit/openapi.ts'
import { validateStrictly } from '../_kit/validation.ts'
import type { Dialect, DialectDeps } from '../dialect.ts'
import { dialectName } from './auth.ts'
import { COTAccessRole, COTApiToken, COTCompany, COTJobTitle } from './catalogue-schemas.ts'
import { answerError, answerNoRoute, refusalsByStatus } from './errors.ts'
import { fidelity } from './fidelity.ts'
import { rolesRoutes } from './routes/access-roles.ts'
import { apiTokensRoutes } from './routes/api-tokens.ts'
import { bareMeRoute, findRoute } from './routes/bare.ts'
import { companiesRoutes } from './routes/companies.ts'
import { jobTitlesRoutes } from './routes/job-titles.ts'
import { loginRoutes } from './routes/login.ts'
import { usersRoutes } from './routes/users.ts'
import { webhooksRoutes } from './routes/webhooks.ts'
import { COTError, Debug } from './schema-parts.ts'
import { COTUser } from './schemas.ts'
import { webhookFormat } from './webhook-format.ts'
import { COTWebhook, COTWebhookLog } from './webhook-schemas.ts'

/** What operations name in their documents. */
const components = [
  COTUser,
  COTAccessRole,
  COTJobTitle,
  COTCompany,
  COTApiToken,
  COTWebhook,
  COTWebhookLog,
  Debug,
  COTError,
]

const description = `Cotalker's users API, served by Rollcall. Log in at /auth/local, then send the token as
\`Authorization: Bearer\`. \`Admin: true\` selects the admin API; it grants nothing by itself.`

/** Cotalker's wire protocol: README.md beside this file has its operations and known differences. */
export const cotalker: Dialect = {
  name: dialectName,
  prefixes: ['/auth/local', '/api/v2', '/api/v3'],
  exactPaths: ['/api/users/me', '/api/users/find', '/api/companies', '/api/v1/users/me', '/api/v1/companies'],
  answerError,
  fidelity,
  webhooks: () => webhookFormat,
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
    await api.register(loginRoutes, { ...deps, operationId: 'postAuthLocal' })
  })
  for (const version of ['V2', 'V3'] as const) {
    await mount(`/api/${version.toLowerCase()}`, async (api) => {
      await api.register(usersRoutes, { ...deps, version })
      await api.register(rolesRoutes, { ...deps, version })
      await api.register(jobTitlesRoutes, { ...deps, version })
      await api.register(apiTokensRoutes, { ...deps, version })
      if (version === 'V3') {
        await mountOldAuth(api, deps)
        await api.register(webhooksRoutes, { ...deps, version, prefix: '/webhook/subscription' })
      }
    })
  }
  // Under prefixes that others may own: these paths only, with our own hooks and errors.
  await app.register(
    async (api) => {
      await api.register(findRoute, deps)
      await api.register(bareMeRoute, { ...deps, path: '/users/me', operationId: 'getUsersMe' })
      await api.register(bareMeRoute, { ...deps, path: '/v1/users/me', operationId: 'getV1UsersMe' })
      await api.register(companiesRoutes, { ...deps, version: '' })
      await api.register(companiesRoutes, { ...deps, version: 'V1', prefix: '/v1' })
    },
    { prefix: '/api' },
  )
}

/** An older client's spelling of login and "me". */
async function mountOldAuth(api: FastifyInstance, deps: DialectDeps): Promise<void> {
  await api.register(loginRoutes, { ...deps, operationId: 'postV3AuthAuthLocal', prefix: '/auth/auth/local' })
  await api.register(bareMeRoute, { ...deps, path: '/auth/auth', operationId: 'getV3AuthAuth' })
}
