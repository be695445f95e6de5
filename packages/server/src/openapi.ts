import { buildApp } from './app.ts'
import { createLogger } from './http/logging.ts'
import { createMetrics } from './http/metrics.ts'
import { wire } from './wire.ts'

/** Each dialect's OpenAPI document, by its name. The application is built for it, but connects to nothing. */
export async function openapiDocuments(): Promise<Record<string, object>> {
  const wired = wire({
    connection: {},
    secret: 'signs nothing',
    previousSecret: null,
    mailer: { send: async () => {} },
    onError: () => {},
  })
  const { server, documents } = await buildApp({
    ...wired,
    seen: wired.presence.seen,
    hostNames: { domain: null, defaultAppId: 'rollcall' },
    options: { rocketchatQuery: 'on', rocketchatTokenSecret: null, cometchatAuthKey: 'users', openRegistration: false },
    log: createLogger({ level: 'silent' }),
    logLevel: 'silent',
    metrics: createMetrics({ processMetrics: false }),
    trustedProxies: [],
    ready: async () => ({ ok: false, detail: {} }),
  })
  try {
    await server.ready()
    return Object.fromEntries(Object.entries(documents).map(([dialect, document]) => [dialect, plain(document())]))
  } finally {
    await server.close()
    await wired.store.close()
  }
}

/** What JSON holds of it: schemas carry marks of their makers. */
const plain = (document: object): object => JSON.parse(JSON.stringify(document))
