import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserMissing, startBrowser } from './browser.ts'
import { fetchAll, initSdk } from './cometchat-page.ts'
import { eventually } from './embedded-support.ts'
import { runToEnd, startServer } from './server-process.ts'
import { embeddedEnv, servedDataDir } from './server-support.ts'
import { at } from './support.ts'

const title = 'a server with a certificate of its own serves an app at its own port, and another by the hosted names'
test(title, { timeout: 120_000, skip: browserMissing }, async (t) => {
  const env = { ...embeddedEnv(await servedDataDir(t)), ROLLCALL_TLS: 'self-signed', ROLLCALL_DOMAIN: 'cometchat.io' }
  const makeKey = async (scope: string): Promise<string> => {
    const made = await runToEnd(['key', 'create', '--dialect', 'cometchat', '--name', scope, '--scope', scope], env)
    return /^key +(\S+)$/m.exec(made.output)?.[1] ?? assert.fail(made.errors)
  }
  const fullAccess = await makeKey('fullAccess')
  const server = await startServer(t, { ...env, ROLLCALL_TLS_PORT: '0' })
  const [, port = ''] = /^ {2}HTTPS +https:\S+:(\d+)$/m.exec(server.output()) ?? []
  const authOnly = await makeKey('authOnly')

  const browser = await startBrowser(t, { hosts: { '*.cometchat.io': Number(port) } })
  const open = async (uid: string, host?: string) => {
    const { page, requests } = await browser.openPage()
    await initSdk(page, { appId: 'rollcall', ...(host !== undefined && { host }) })
    await page.evaluate(
      async ([name, key]) => {
        const user = new Comet.User(name)
        user.setName(`The person ${name}`)
        await Comet.createUser(user, key)
        await Comet.login(name, key)
      },
      [uid, authOnly] as const,
    )
    return { page, requests }
  }
  const ada = await open('ada', `localhost:${port}/v3`)
  const bob = await open('bob')
  assert.equal(ada.requests.at(-1), `PUT https://localhost:${port}/v3/me`)
  assert.equal(bob.requests.at(-1), 'PUT https://rollcall.apiclient-us.cometchat.io/v3.0/me')

  const online = { setLimit: 30, setStatus: 'online', setSearchKeyword: 'the person' }
  for (const [{ page }, other] of [
    [ada, 'bob'],
    [bob, 'ada'],
  ] as const) {
    await eventually('the other is online', async () => {
      const [users = []] = await fetchAll(page, 'UsersRequestBuilder', online)
      return users.length === 1 && at(users, 0, 'uid') === other && at(users, 0, 'status') === 'online'
    })
  }

  await bob.page.evaluate(() => Comet.logout())
  const erased = await fetch(`${server.url}/v3/users/bob`, {
    method: 'DELETE',
    headers: { apikey: fullAccess, 'content-type': 'application/json' },
    body: '{"permanent":true}',
  })
  assert.equal(erased.status, 200)
  assert.equal(await ada.page.evaluate(() => Comet.getUser('bob').catch(({ code }) => code)), 'ERR_UID_NOT_FOUND')
  assert.equal(await server.stop(), 0)
})
