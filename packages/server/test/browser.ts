import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CometChat } from '@cometchat/chat-sdk-javascript'
import { chromium, type Page } from 'playwright-core'
import { portOf } from '../src/cli/listen.ts'
import { browserFiles } from './browser-files.ts'

export { browserMissing } from './browser-files.ts'

declare global {
  /** In pages of `openPage`: the SDK's class. Modules can not use the name that the SDK's own types give it. */
  var Comet: typeof CometChat
}

type Scope = { after(cleanUp: () => Promise<void>): void }

export interface TestPage {
  /** Playwright's page; `page.evaluate` runs a function in it. */
  readonly page: Page
  /** Its origin, of which no other page is. */
  readonly origin: string
  /** `METHOD URL` of all that the page has asked for so far. Chromium tells nobody of its preflights. */
  readonly requests: readonly string[]
  /** What it has written to its console, and errors that nobody caught. */
  readonly console: readonly string[]
}

export interface TestBrowser {
  /** A page with storage and an origin of its own, on a plain HTTP server that ends with the test. */
  openPage(content?: PageContent): Promise<TestPage>
}

export interface PageContent {
  /** What stands at `/`; a page that loads the SDK when absent. */
  readonly html?: string
  /** More files, by their path, such as `/bundle.js`. */
  readonly files?: Readonly<Record<string, string>>
}

export interface BrowserOptions {
  /**
   * Ports of this machine that stand for HTTPS hosts, by the host's name or pattern: with `{ '*.example.com': 4711 }`,
   * `https://a.example.com/` is 127.0.0.1:4711.
   */
  readonly hosts?: Readonly<Record<string, number>>
}

/** Where the SDK's published file stands on every page's server. */
export const sdkPath = '/cometchat.js'
const sdkPage = `<!doctype html><title>test</title><script src="${sdkPath}"></script><script>Comet = CometChat</script>`
const sdkFile = fileURLToPath(import.meta.resolve('@cometchat/chat-sdk-javascript'))

/** Names that stay as they are; nothing else has an address. */
const loopback = ['localhost', '*.localhost', '127.0.0.1', '::1']

function flags({ hosts = {} }: BrowserOptions): string[] {
  const rules = [
    ...Object.entries(hosts).map(([host, port]) => `MAP ${host}:443 127.0.0.1:${port}`),
    ...loopback.map((name) => `EXCLUDE ${name}`),
    'MAP * ~NOTFOUND',
  ]
  return [
    '--headless=shell',
    // It runs in containers and as root, and opens only pages of ours.
    '--no-sandbox',
    `--host-resolver-rules=${rules.join(', ')}`,
    '--no-proxy-server',
    '--disable-quic',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--disable-domain-reliability',
    '--no-pings',
    '--disable-gpu',
  ]
}

/**
 * A headless Chromium that ends with the test or test file. It reaches this machine's loopback addresses alone, and
 * trusts any certificate there. Skip the test where `browserMissing` gives a reason.
 */
export async function startBrowser(scope: Scope, options: BrowserOptions = {}): Promise<TestBrowser> {
  const { executable, env } = await browserFiles()
  const home = mkdtempSync(join(tmpdir(), 'rollcall-browser-home-'))
  const cleanUps: (() => Promise<unknown>)[] = [
    async () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }),
  ]
  scope.after(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp()
  })
  const browser = await chromium.launch({
    executablePath: executable,
    args: flags(options),
    env: { HOME: home, TMPDIR: home, XDG_CACHE_HOME: home, PATH: process.env.PATH ?? '', ...env },
  })
  cleanUps.push(() => browser.close())

  const serve = async (files: Readonly<Record<string, string | Buffer>>): Promise<string> => {
    const server = createServer((request, response) => {
      const path = URL.parse(request.url ?? '', 'http://localhost')?.pathname ?? ''
      const file = files[path]
      const type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'text/html'
      if (file === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(file)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    cleanUps.push(async () => {
      server.closeAllConnections()
      server.close()
    })
    return `http://127.0.0.1:${portOf(server)}`
  }

  return {
    openPage: async ({ html = sdkPage, files = {} } = {}) => {
      // A browser asks for an icon once, and nobody should find that among the page's requests.
      const icon = { '/favicon.ico': '' }
      const origin = await serve({ ...icon, '/': html, [sdkPath]: readFileSync(sdkFile), ...files })
      const context = await browser.newContext({ ignoreHTTPSErrors: true })
      const page = await context.newPage()
      const [requests, said]: [string[], string[]] = [[], []]
      page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`))
      page.on('console', (message) => said.push(message.text()))
      page.on('pageerror', (error) => said.push(String(error)))
      await page.goto(`${origin}/`)
      return { page, origin, requests, console: said }
    },
  }
}
