import { once } from 'node:events'
import { createServer } from 'node:https'
import type { Page } from 'playwright-core'
import { portOf } from '../src/cli/listen.ts'
import type { TestServer } from './support.ts'
import { localPair } from './tls-support.ts'

type Scope = { after(cleanUp: () => Promise<void>): void }

/** Answers HTTPS on a port of this machine until the test ends; gives the port. */
export async function serveSecurely(scope: Scope, { server }: TestServer): Promise<number> {
  await server.ready()
  const secure = createServer(localPair(), (request, response) => server.routing(request, response))
  secure.listen(0, '127.0.0.1')
  await once(secure, 'listening')
  scope.after(async () => {
    secure.closeAllConnections()
    secure.close()
  })
  return portOf(secure)
}

export interface SdkSettings {
  readonly appId: string
  /** Instead of the hosted service's names: host, port and path. */
  readonly host?: string
  /** Leaves the SDK's socket on, as it is by default. */
  readonly socket?: boolean
}

/** What an app does before anything else. */
export const initSdk = (page: Page, settings: SdkSettings): Promise<boolean> =>
  page.evaluate(async ({ appId, host, socket }) => {
    const builder = new Comet.AppSettingsBuilder().setRegion('us')
    if (socket !== true) builder.autoEstablishSocketConnection(false)
    if (host !== undefined) builder.overrideAdminHost(host).overrideClientHost(host)
    return Comet.init(appId, builder.build())
  }, settings)

/** Setters of a request's builder with what each is given. */
export type Setters = Readonly<Record<string, number | string | boolean | readonly string[]>>
export type Builder = 'UsersRequestBuilder' | 'BlockedUsersRequestBuilder'

/** All pages that a request gives until one is empty, that one left out. */
export const fetchAll = (page: Page, kind: Builder, setters: Setters): Promise<unknown[][]> =>
  page.evaluate(
    async ([name, given]) => {
      const builder = new Comet[name]()
      for (const [setter, value] of Object.entries(given)) Reflect.get(builder, setter).call(builder, value)
      const request = builder.build()
      const pages: unknown[][] = []
      for (;;) {
        const users = await request.fetchNext()
        if (users.length === 0) return pages
        pages.push(users)
      }
    },
    [kind, setters] as const,
  )
