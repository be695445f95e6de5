import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { browserMissing, startBrowser, type TestPage } from './browser.ts'
import { initSdk, serveSecurely } from './cometchat-page.ts'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

const options = { timeout: 60_000, skip: browserMissing }
const rollcall = await startRollcall({ after }, { domain: 'cometchat.io' })
const app = await cometchatOf(rollcall)
const { authOnly } = app.keys
const createdAt = Math.floor(rollcall.clock.now().getTime() / 1000)
const ada = await app.person('ada', { displayName: 'Ada', tags: ['red'] })
const bob = await app.person('bob', { displayName: 'Bob' })

async function openBrowser() {
  const port = await serveSecurely({ after }, rollcall)
  return { port, browser: await startBrowser({ after }, { hosts: { '*.cometchat.io': port } }) }
}
const opened = browserMissing === false ? await openBrowser() : undefined

/** How an app finds the server: what it is told, and where requests with a key and with a token then go. */
interface Way {
  readonly host?: string
  readonly byKey: string
  readonly byToken: string
}
const overridden = `localhost:${opened?.port}/v3`
const ways: Readonly<Record<string, Way>> = {
  'hosts of its own': { host: overridden, byKey: `https://${overridden}`, byToken: `https://${overridden}` },
  "the hosted service's names": {
    byKey: 'https://rollcall.api-us.cometchat.io/v3.0',
    byToken: 'https://rollcall.apiclient-us.cometchat.io/v3.0',
  },
}

async function openApp({ host }: Partial<Way> = { host: overridden }): Promise<TestPage> {
  assert.ok(opened)
  const testPage = await opened.browser.openPage()
  assert.equal(await initSdk(testPage.page, { appId: 'rollcall', ...(host !== undefined && { host }) }), true)
  return testPage
}
/** An app whose user is signed in. */
async function signedIn(user: { id: string; uid: string }) {
  const testPage = await openApp()
  const token = await app.tokenOf(user)
  await testPage.page.evaluate((value) => Comet.login(value), token)
  return { ...testPage, token }
}

/** What a call of the SDK is refused with, as the app gets it. */
const refusal = (page: Page, call: (given: readonly string[]) => Promise<unknown>, ...given: string[]) =>
  page.evaluate(
    async ([text, args]) => {
      const run: unknown = new Function(`return (${text})`)()
      try {
        if (typeof run !== 'function') return null
        return { not: await run(args) }
      } catch (error) {
        return { ...Object(error) }
      }
    },
    [call.toString(), given] as const,
  )

/** What the SDK adds to every user. */
const always = { hasBlockedMe: false, blockedByMe: false, deactivatedAt: 0 }
const nobody = { code: 'ERR_UID_NOT_FOUND', message: 'The user with the uid nobody does not exist.' }

for (const [title, way] of Object.entries(ways)) {
  test(`a whole session, by ${title}`, options, async () => {
    const uid = way.host === undefined ? 'cleo' : 'dan'
    const { page, origin, requests } = await openApp(way)
    const made = await page.evaluate(
      async ([name, key]) => {
        const user = new Comet.User(name.toUpperCase())
        user.setName('New')
        user.setAvatar('https://a.example/a.png')
        user.setLink('https://a.example/')
        user.setStatusMessage('Here')
        user.setMetadata({ team: 'A' })
        user.setTags(['red', 'a b'])
        return Comet.createUser(user, key)
      },
      [uid, authOnly] as const,
    )
    const person = {
      ...always,
      uid,
      name: 'New',
      avatar: 'https://a.example/a.png',
      link: 'https://a.example/',
      statusMessage: 'Here',
      metadata: { team: 'A' },
      tags: ['red', 'a b'],
      role: 'default',
      status: 'offline',
      createdAt,
    }
    assert.deepEqual(made, person)

    const self = await page.evaluate(([name, key]) => Comet.login(name, key), [uid, authOnly] as const)
    const authToken = String(at(self, 'authToken'))
    assert.match(authToken, new RegExp(`^${uid}_\\d{10}[0-9a-f]{32}$`))
    const { createdAt: _leftOut, ...own } = { ...person, authToken, status: 'online' }
    assert.deepEqual(self, own)
    assert.deepEqual(await page.evaluate(() => Comet.getLoggedinUser()), own)

    const other = { ...always, uid: 'ada', name: 'Ada', role: 'default', status: 'offline', createdAt }
    const seen = { ...other, conversationId: `ada_user_${uid}` }
    assert.deepEqual(await page.evaluate(() => Comet.getUser('ADA')), { ...seen, tags: ['red'] })

    const mine = await page.evaluate(async () => {
      const user = new Comet.User('ada')
      user.setName('Newer')
      user.setRole('admin')
      user.setStatus('online')
      user.setTags(['blue'])
      user.setMetadata({ team: 'B' })
      return Comet.updateCurrentUserDetails(user)
    })
    const changed = { ...person, name: 'Newer', tags: ['blue'], metadata: { team: 'B' }, updatedAt: createdAt }
    assert.deepEqual(mine, { ...changed, authToken })
    const byKey = await page.evaluate(
      async ([name, key]) => {
        const user = new Comet.User(name)
        user.setName('Newest')
        user.setRole('default')
        return Comet.updateUser(user, key)
      },
      [uid, authOnly] as const,
    )
    assert.deepEqual(byKey, { ...changed, name: 'Newest' })
    assert.deepEqual(at((await app.full('GET', `/users/${uid}`)).body, 'data', 'name'), 'Newest')

    const [blocked, list, unblocked, rest] = await page.evaluate(async () => {
      const blockedUsers = () => new Comet.BlockedUsersRequestBuilder().setLimit(30).blockedByMe().build().fetchNext()
      const block = await Comet.blockUsers(['ada', 'nobody', 'BOB'])
      const list = await blockedUsers()
      return [block, list, await Comet.unblockUsers(['ada', 'bob', 'nobody']), await blockedUsers()] as const
    })
    const failed = { success: false, error: { ...nobody, devMessage: nobody.message, source: 'chat-api' } }
    const done = (text: string) => ({ success: true, message: `The user with the uid ${uid} ${text}.` })
    assert.deepEqual(blocked, {
      ada: done('has blocked the user with the uid ada'),
      nobody: failed,
      BOB: done('has blocked the user with the uid bob'),
    })
    const blocks = { blockedByMe: true, blockedByMeAt: createdAt, blockedAt: createdAt }
    const another = { ...other, uid: 'bob', name: 'Bob', ...blocks, conversationId: `bob_user_${uid}` }
    assert.deepEqual(list, [{ ...seen, ...blocks }, another])
    assert.deepEqual(unblocked, {
      ada: done('does not block the user with the uid ada'),
      bob: done('does not block the user with the uid bob'),
      nobody: failed,
    })
    assert.deepEqual(rest, [])

    const ended = await page.evaluate(async () => [await Comet.logout(), await Comet.getLoggedinUser()])
    assert.deepEqual(ended, [{ success: true, message: 'The auth token has been deleted.' }, null])
    assert.equal((await app.withToken(authToken)('GET', '/me')).status, 401)

    // What it tells of the device seconds after a login may have come meanwhile.
    const told = `POST ${way.byToken}/user_sessions`
    const sent = requests.filter((line) => !line.startsWith(`GET ${origin}/`) && line !== told)
    assert.deepEqual(sent, [
      `POST ${way.byKey}/users`,
      `POST ${way.byKey}/users/${uid}/auth_tokens`,
      `PUT ${way.byToken}/me`,
      `GET ${way.byToken}/users/ADA`,
      `PUT ${way.byToken}/me`,
      `PUT ${way.byKey}/users/${uid}`,
      `POST ${way.byToken}/blockedusers`,
      `GET ${way.byToken}/blockedusers?per_page=30&direction=blockedByMe&page=1`,
      `DELETE ${way.byToken}/blockedusers`,
      `GET ${way.byToken}/blockedusers?per_page=30&direction=blockedByMe&page=1`,
      `DELETE ${way.byToken}/me`,
    ])
  })
}

test('an app that leaves its socket on goes on at the same server, without one', options, async () => {
  assert.ok(opened)
  for (const { host, byToken } of Object.values(ways)) {
    const { page, requests } = await opened.browser.openPage()
    await initSdk(page, { appId: 'rollcall', socket: true, ...(host !== undefined && { host }) })
    const { host: place } = new URL(byToken)
    const start = requests.length
    const socket = page.waitForEvent('websocket')
    const ping = page.waitForRequest(`https://${place}/v1/ping`)
    await page.evaluate((token) => Comet.login(token), await app.tokenOf(ada))
    assert.equal((await socket).url(), `wss://${place}/`)
    await ping
    const found = await page.evaluate(
      async ([key]) => [await Comet.getUser('bob'), await Comet.updateUser(new Comet.User('bob'), key)],
      [authOnly] as const,
    )
    assert.deepEqual([at(found, 0, 'name'), at(found, 1, 'name')], ['Bob', 'Bob'])
    await page.evaluate(() => Comet.logout())
    assert.deepEqual(
      [...new Set(requests.slice(start))].filter((line) => !line.endsWith('/ping')),
      [
        `PUT ${byToken}/me`,
        `GET ${byToken}/settings`,
        `GET https://${place}/v3.0/users/bob`,
        `PUT https://${place}/v3.0/users/bob`,
        `DELETE https://${place}/v3.0/me`,
      ],
    )
  }
})

describe('a token', () => {
  test('signs in by itself, with one request', options, async () => {
    const { page, requests } = await openApp()
    const start = requests.length
    const token = await app.tokenOf(ada)
    const self = await page.evaluate((value) => Comet.login(value), token)
    const tags = ['red']
    const expected = { ...always, uid: 'ada', name: 'Ada', role: 'default', status: 'online', authToken: token, tags }
    assert.deepEqual(self, expected)
    assert.deepEqual(requests.slice(start), [`PUT https://${overridden}/me`])
  })

  test('is followed by word of the device', options, async () => {
    const { page } = await openApp()
    await page.clock.install()
    const told = page.waitForResponse(`https://${overridden}/user_sessions`)
    await page.evaluate((value) => Comet.login(value), await app.tokenOf(ada))
    await page.clock.fastForward(6000)
    assert.deepEqual(await (await told).json(), { data: {} })
  })

  test('survives a reload of the page', options, async () => {
    const { page, token } = await signedIn(ada)
    await page.reload()
    await initSdk(page, { appId: 'rollcall', host: overridden })
    assert.equal(at(await page.evaluate(() => Comet.getLoggedinUser()), 'authToken'), token)
    assert.equal(at(await page.evaluate(() => Comet.getUser('bob')), 'name'), 'Bob')
  })

  test('that was revoked signs the app out', options, async () => {
    const { page } = await signedIn(bob)
    await page.evaluate(() => {
      const logoutSuccess = () => {
        Reflect.set(Comet, 'signedOut', true)
      }
      Comet.addLoginListener('test', new Comet.LoginListener({ logoutSuccess }))
    })
    const refused = await refusal(page, () => Comet.getUser('nobody'))
    assert.deepEqual(refused, nobody)
    assert.equal(at(await page.evaluate(() => Comet.getLoggedinUser()), 'uid'), 'bob')
    assert.equal((await app.full('DELETE', '/users/bob/auth_tokens')).status, 200)
    assert.deepEqual(await refusal(page, () => Comet.getUser('ada')), {
      code: 'AUTH_ERR_AUTH_TOKEN_NOT_FOUND',
      message: 'The auth token does not exist. Please use a correct one.',
    })
    await page.waitForFunction(() => Reflect.get(Comet, 'signedOut') === true)
    assert.equal(await page.evaluate(() => Comet.getLoggedinUser()), null)
    assert.equal(at(await refusal(page, () => Comet.getUser('ada')), 'code'), 'USER_NOT_LOGED_IN')
  })

  test('of a deactivated user does so as well', options, async () => {
    const eve = await app.person('eve')
    const { page } = await signedIn(eve)
    assert.equal((await app.full('DELETE', '/users/eve')).status, 200)
    const refused = await refusal(page, () => new Comet.UsersRequestBuilder().setLimit(3).build().fetchNext())
    assert.equal(at(refused, 'code'), 'AUTH_ERR_AUTH_TOKEN_NOT_FOUND')
    await page.waitForFunction(async () => (await Comet.getLoggedinUser()) === null)
  })
})

describe('refusals, as the app gets them', () => {
  const cases: Readonly<Record<string, readonly [(given: readonly string[]) => Promise<unknown>, object]>> = {
    'a wrong key': [
      () => Comet.login('ada', '0123456789abcdef0123456789abcdef01234567'),
      {
        code: 'AUTH_ERR_APIKEY_NOT_FOUND',
        message: 'The API key 0123*****4567 does not exist. Please use a correct one.',
      },
    ],
    'an unknown uid': [([key = '']) => Comet.login('nobody', key), nobody],
    'a wrong token': [
      () => Comet.login(`ada_1600000000${'0'.repeat(32)}`),
      { code: 'AUTH_ERR_AUTH_TOKEN_NOT_FOUND', message: 'The auth token does not exist. Please use a correct one.' },
    ],
    'a token for an administrator': [
      ([key = '', uid = '']) => Comet.login(uid, key),
      { code: 'AUTH_ERR_NO_ACCESS', message: 'The credential has no access to this operation.' },
    ],
    'a uid that is taken': [
      ([key = '']) => {
        const user = new Comet.User('Ada')
        user.setName('Ada')
        return Comet.createUser(user, key)
      },
      {
        code: 'ERR_UID_ALREADY_EXISTS',
        message: 'The uid ada is taken already.',
        details: { uid: ['The uid ada is taken already.'] },
      },
    ],
    'a role': [
      ([key = '']) => {
        const user = new Comet.User('ada')
        user.setRole('admin')
        return Comet.updateUser(user, key)
      },
      { code: 'AUTH_ERR_NO_ACCESS', message: 'The credential has no access to this operation.' },
    ],
    'a uid that can be none': [
      ([key = '']) => {
        const user = new Comet.User('a b')
        user.setName('Name')
        user.setLink('no address')
        return Comet.createUser(user, key)
      },
      {
        code: 'ERR_BAD_REQUEST',
        message: 'Failed to validate the data sent with the request.',
        details: {
          link: ['The link must be a URL that begins with http:// or https://.'],
          uid: ['The uid must be 1 to 100 of letters, digits, - and _.'],
        },
      },
    ],
  }
  for (const [title, [call, expected]] of Object.entries(cases)) {
    test(title, options, async () => {
      const { page } = await openApp()
      assert.deepEqual(await refusal(page, call, authOnly, rollcall.admin.uid), expected)
      assert.equal(await page.evaluate(() => Comet.getLoggedinUser()), null)
    })
  }

  test('by the wrong app, whichever way it is named', options, async () => {
    assert.ok(opened)
    for (const host of [overridden, undefined]) {
      const { page } = await opened.browser.openPage()
      await initSdk(page, { appId: 'acme', ...(host !== undefined && { host }) })
      assert.deepEqual(await refusal(page, ([key = '']) => Comet.login('ada', key), authOnly), {
        code: 'AUTH_ERR_INVALID_APPID',
        message: 'The credential is not one of the app that was named.',
      })
    }
  })

  test('of what is asked of a signed-in user', options, async () => {
    const { page } = await signedIn(ada)
    assert.deepEqual(await refusal(page, () => Comet.getUser('nobody')), nobody)
    assert.equal(at(await refusal(page, () => Comet.getUser('a/b')), 'code'), 'ERR_API_NOT_FOUND')
    assert.equal(at(await refusal(page, () => Comet.blockUsers([''])), 'code'), 'ERR_BAD_REQUEST')
    assert.deepEqual(
      at(await refusal(page, () => Comet.blockUsers(['ADA'])), 'not', 'ADA', 'error', 'code'),
      'ERR_CANNOT_BLOCK_SELF',
    )
    const refused = await refusal(page, () => {
      const user = new Comet.User('ada')
      user.setAvatar('no address')
      return Comet.updateCurrentUserDetails(user)
    })
    assert.deepEqual(refused, {
      code: 'ERR_BAD_REQUEST',
      message: 'Failed to validate the data sent with the request.',
      details: { avatar: ['The avatar must be a URL that begins with http:// or https://.'] },
    })
    assert.equal(at(await page.evaluate(() => Comet.getLoggedinUser()), 'uid'), 'ada')
  })
})
