import { fastifySwagger } from '@fastify/swagger'
import { fastifySwaggerUi } from '@fastify/swagger-ui'
import type { FastifyPluginAsync } from 'fastify'

export type DocsDeps = {
  /** The OpenAPI document of each dialect, by the dialect's name. Asked for once, at the first request for it. */
  documents: Record<string, () => object>
}

/** Nothing from elsewhere, no inline script; the page may call this server, which is what it is for. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40" viewBox="0 0 160 40">
<text x="0" y="28" font-family="sans-serif" font-size="26" font-weight="700" fill="#fff">Rollcall</text></svg>`

/** `/docs`: a page to read the API documents and try them. `/docs/<dialect>.json`: the documents themselves. */
export const docsPage: FastifyPluginAsync<DocsDeps> = async (app, { documents }) => {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', contentSecurityPolicy)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
  })

  for (const [dialect, document] of Object.entries(documents)) {
    let text: string | undefined
    app.get(`/docs/${dialect}.json`, { schema: { hide: true } }, (_request, reply) => {
      text ??= JSON.stringify(document())
      return reply.type('application/json; charset=utf-8').send(text)
    })
  }

  // The page insists on a document of its own; this empty one only says where the others are.
  await app.register(fastifySwagger, {
    mode: 'static',
    specification: { document: { openapi: '3.1.0', info: { title: 'Rollcall', version: '1' }, paths: {} } },
  })
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: {
      urls: Object.keys(documents).map((dialect) => ({ name: dialect, url: `/docs/${dialect}.json` })),
      validatorUrl: null,
      docExpansion: 'list',
      displayRequestDuration: true,
    },
    theme: { title: 'Rollcall API documents' },
    logo: { type: 'image/svg+xml', content: Buffer.from(logo), href: '/docs' },
  })
}
