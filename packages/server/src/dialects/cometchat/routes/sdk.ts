import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf } from '../auth.ts'
import { seconds } from '../presenter.ts'
import { SessionReply, SettingsReply } from '../schemas-tokens.ts'
import { operation } from './operation.ts'

/** What the JavaScript SDK asks for beside users. */
export const sdkRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  app.post(
    '/user_sessions',
    operation(deps, {
      operationId: 'createUserSession',
      summary: 'Tell of a device',
      description: 'Nothing is kept of it: what a client tells at sign-in is.',
      access: { keys: null, tokens: true },
      reply: { 200: SessionReply },
    }),
    async () => ({ data: {} }),
  )

  app.get(
    '/settings',
    operation(deps, {
      operationId: 'getSettings',
      summary: 'Where an SDK that opens a socket finds what',
      access: { keys: 'auth-only', tokens: true },
      reply: { 200: SettingsReply },
    }),
    async (request) => {
      const tenant = await directory.getTenant(callerOf(request).actor, {})
      const settings = { APP_ID: tenant.appId, ...settingsAt(request) }
      const settingsHash = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 32)
      return { data: { ...settings, settingsHash, settingsHashReceivedAt: seconds(tenant.createdAt) } }
    },
  )
}

/** The SDK builds every address from these; it can speak nothing but TLS. There is no socket behind the host. */
function settingsAt({ host, hostname }: FastifyRequest) {
  const [, region = 'us'] = /\bapi(?:client)?-([a-z0-9]+)\./.exec(hostname) ?? []
  return {
    CLIENT_API_HOST: host,
    ADMIN_API_HOST: host,
    CHAT_API_VERSION: 'v3.0',
    WS_API_VERSION: 'v3.0',
    CHAT_HOST: hostname,
    CHAT_WSS_PORT: /:(\d+)$/.exec(host)?.[1] ?? '443',
    CHAT_USE_SSL: true,
    REGION: region,
    MODE: 'DEFAULT',
    APP_VERSION: 4,
    ANALYTICS_PING_DISABLED: true,
    // Pinged all the same, at `/v1/ping`: SDK 4.2 hears that it is disabled only from settings of `/me`.
    ANALYTICS_HOST: host,
    ANALYTICS_VERSION: 'v1',
    EXTENSION_DOMAIN: hostname,
    extensions: [],
    parameters: {},
  }
}
