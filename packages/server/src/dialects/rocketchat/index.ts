import { parse as parseForm } from 'node:querystring'
import { fastifyFormbody } from '@fastify/formbody'
import { fastifySwagger } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { withErrorReplies } from '../_kit/openapi.ts'
import { validateReadingTexts } from '../_kit/validation.ts'
import type { Dialect, DialectDeps } from '../dialect.ts'
import { dialectName } from './auth.ts'
import { answerError, answerNoRoute, refusalsByStatus } from './errors.ts'
import { fidelity } from './fidelity.ts'
import { apiRoutes, avatarRoutes, infoRoutes } from './routes/index.ts'
import { RocketChatError } from './schema-parts.ts'
import { RocketChatUser } from './schemas.ts'

/** What operations name in their documents. */
const components = [RocketChatUser, RocketChatError]

const description = `Rocket.Chat's users API, served by Rollcall. Log in at /api/v1/login, then send the token as
\`X-Auth-Token\` and the user's id as \`X-User-Id\`.`

const header = (name: string) => ({ type: 'apiKey', in: 'header', name }) as const

/** Rocket.Chat's wire protocol: README.md beside this file has its operations and known differences. */
export const rocketchat: Dialect = {
  name: dialectName,
  prefixes: ['/api/v1', '/avatar'],
  exactPaths: ['/api/info'],
  answerError,
  fidelity,
  mount: async (root, deps) => {
    let document = (): object => ({})
    await root.register(async (app) => {
      await app.register(fastifySwagger, {
        openapi: {
          openapi: '3.1.0',
          info: { title: 'Rocket.Chat users API', version: '1', description },
          components: { securitySchemes: { authToken: header('X-Auth-Token'), userId: header('X-User-Id') } },
        },
        refResolver: { buildLocalReference: (schema, _base, _fragment, at) => String(schema.$id ?? `def-${at}`) },
      })
      document = () => withErrorReplies(app.swagger(), refusalsByStatus, '#/components/schemas/RocketChatError')
      await mountRoutes(app, deps)
    })
    return () => document()
  },
}

async function mountRoutes(app: FastifyInstance, deps: DialectDeps): Promise<void> {
  validateReadingTexts(app)
  await readBodies(app)
  for (const component of components) app.addSchema(component)
  app.setErrorHandler<Error>(answerError)
  for (const [prefix, plugins] of [
    ['/api/v1', apiRoutes],
    ['/avatar', avatarRoutes],
  ] as const) {
    await app.register(
      async (api) => {
        api.setNotFoundHandler(answerNoRoute)
        for (const routes of plugins) await api.register(routes, deps)
      },
      { prefix },
    )
  }
  // Of `/api`, this path only.
  await app.register(infoRoutes, { ...deps, prefix: '/api' })
}

/** JSON, where nothing counts as `{}`, and forms, where `roles[]=a` is a list. */
async function readBodies(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers()
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, {})
    else void parseJson(request, String(body), done)
  })
  await app.register(fastifyFormbody, { parser: formOf })
}

const formOf = (text: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(parseForm(text)).map(([key, value]) =>
      key.endsWith('[]') ? [key.slice(0, -2), [value].flat()] : [key, value],
    ),
  )
