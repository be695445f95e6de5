import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { type TestContext, test } from 'node:test'
import { portOf } from '../src/cli/listen.ts'
import { browserMissing, startBrowser } from './browser.ts'
import { localPair } from './tls-support.ts'

const options = { timeout: 60_000, skip: browserMissing }

test('a page runs the published SDK, whose init asks for nothing', options, async (t) => {
  const browser = await startBrowser(t)
  const { page, origin, requests, console } = await browser.openPage()
  const initialised = await page.evaluate(async () => {
    const settings = new Comet.AppSettingsBuilder().setRegion('us').autoEstablishSocketConnection(false).build()
    return [await Comet.init('rollcall', settings), Comet.isInitialized()]
  })
  assert.deepEqual(initialised, [true, true])
  assert.equal(await page.evaluate('isSecureContext'), true)
  assert.deepEqual(requests, [`GET ${origin}/`, `GET ${origin}/cometchat.js`])
  assert.deepEqual(console, [])
})

test('a page holds what the test gives it, apart from every other page', options, async (t) => {
  const browser = await startBrowser(t)
  const html = '<!doctype html><p></p><script src="/bundle.js"></script>'
  const files = { '/bundle.js': 'document.querySelector("p").textContent = localStorage.seen = "bundle"' }
  const one = await browser.openPage({ html, files })
  const other = await browser.openPage({ html: '<!doctype html><script>throw new Error("thrown")</script>' })
  assert.equal(await one.page.textContent('p'), 'bundle')
  assert.equal(await other.page.evaluate('localStorage.seen'), undefined)
  assert.notEqual(one.origin, other.origin)
  assert.deepEqual(other.console, ['Error: thrown'])
})

test('nothing beyond this machine has an address', options, async (t) => {
  const { page } = await (await startBrowser(t)).openPage()
  const tried = [
    'http://example.com/',
    'https://apiclient-us.cometchat.io/',
    'http://192.0.2.1/',
    'http://[2001:db8::1]/',
  ]
  for (const url of tried) await assert.rejects(page.goto(url), /net::ERR_NAME_NOT_RESOLVED/, url)
})

const person = { uid: 'ada', name: 'Ada', role: 'default', status: 'offline' }
const answers: Readonly<Record<string, object>> = {
  'POST /v3.0/users/ada/auth_tokens': { data: { uid: 'ada', authToken: 'ada_token' } },
  'PUT /v3.0/me': { data: { ...person, authToken: 'ada_token' } },
  'GET /v3.0/users': {
    data: [person],
    // Without it the SDK's promise never settles.
    meta: { pagination: { total: 1, count: 1, per_page: 2, current_page: 1, total_pages: 1 } },
  },
  'DELETE /v3.0/me': { data: {} },
}

/** Answers a login and a list, and notes `METHOD host path` of each request, preflights included. */
async function startStub(t: TestContext): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = []
  const server = createServer({ ...localPair() }, (request, response) => {
    const { method, headers, url = '' } = request
    seen.push(`${method} ${headers.host} ${url}`)
    response.setHeader('access-control-allow-origin', '*')
    if (method === 'OPTIONS') {
      response.setHeader('access-control-allow-methods', 'GET, POST, PUT, DELETE')
      response.setHeader(
        'access-control-allow-headers',
        'accept, content-type, apikey, appid, authtoken, resource, sdk',
      )
      response.writeHead(204).end()
      return
    }
    const answer = answers[`${method} ${url.split('?')[0]}`]
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { error: { code: 'ERR_UID_NOT_FOUND', message: 'Nobody.' } }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: portOf(server), seen }
}

test('the SDK logs in, lists and logs out over HTTPS, under the names of the hosted service', options, async (t) => {
  const { port, seen } = await startStub(t)
  const browser = await startBrowser(t, { hosts: { '*.cometchat.io': port } })
  const { page, console } = await browser.openPage()
  const found = await page.evaluate(async () => {
    const settings = new Comet.AppSettingsBuilder().setRegion('us').autoEstablishSocketConnection(false).build()
    await Comet.init('rollcall', settings)
    const self = await Comet.login('ada', 'key')
    const users = await new Comet.UsersRequestBuilder().setLimit(2).build().fetchNext()
    await Comet.logout()
    return [self.getUid(), ...users.map((user) => user.getName())]
  })
  assert.deepEqual(found, ['ada', 'Ada'])
  assert.deepEqual(
    seen,
    [
      'POST rollcall.api-us.cometchat.io /v3.0/users/ada/auth_tokens',
      'PUT rollcall.apiclient-us.cometchat.io /v3.0/me',
      'GET rollcall.apiclient-us.cometchat.io /v3.0/users?per_page=2&page=1',
      'DELETE rollcall.apiclient-us.cometchat.io /v3.0/me',
    ].flatMap((line) => [line.replace(/^\S+/, 'OPTIONS'), line]),
  )
  assert.deepEqual(console, [])
})

test('the SDK takes another host and path, and tells what a refusal says', options, async (t) => {
  const { port, seen } = await startStub(t)
  const { page } = await (await startBrowser(t)).openPage()
  const refusal = await page.evaluate(async (host) => {
    const builder = new Comet.AppSettingsBuilder().setRegion('us').autoEstablishSocketConnection(false)
    await Comet.init('rollcall', builder.overrideAdminHost(host).overrideClientHost(host).build())
    await Comet.login('ada', 'key')
    return Comet.getUser('nobody').then(() => null, JSON.stringify)
  }, `localhost:${port}/v3.0`)
  assert.deepEqual(JSON.parse(refusal ?? ''), { code: 'ERR_UID_NOT_FOUND', message: 'Nobody.' })
  assert.equal(seen.at(-1), `GET localhost:${port} /v3.0/users/nobody`)
})
