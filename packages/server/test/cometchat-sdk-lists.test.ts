import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { browserMissing, startBrowser, type TestPage } from './browser.ts'
import { fetchAll, initSdk, type Setters, serveSecurely } from './cometchat-page.ts'
import { cometchatOf } from './cometchat-people.ts'
import { startRollcall } from './support.ts'

const options = { timeout: 60_000, skip: browserMissing }
const rollcall = await startRollcall({ after }, { domain: 'cometchat.io' })
const { admin, clock, directory, operator, presence } = rollcall
const app = await cometchatOf(rollcall)

/** Seconds of the test's clock. */
const seconds = (): number => Math.floor(clock.now().getTime() / 1000)
const began = seconds()
const createdAt: Record<string, number> = {}
const person = async (uid: string, more: object) => {
  clock.advance(1000)
  createdAt[uid] = seconds()
  return app.person(uid, more)
}

await app.full('POST', '/roles', { body: { role: 'guide', name: 'Guide' } })
const ada = await person('ada', {
  displayName: 'Ada Moss',
  tags: ['red', 'a b'],
  link: 'https://ada.example/',
  avatar: { small: 'https://a.example/s', square: 'https://a.example/q', original: 'https://a.example/o' },
  statusText: 'Away till ten',
  extensions: { metadata: { team: 'A', '@private': { phone: '1' } } },
})
await person('bob', { displayName: 'Bob Reed', roleCodes: ['guide'] })
const cleo = await person('cleo', { displayName: 'Cleo Stone', tags: ['blue', 'x,y'] })
await person('dan', { displayName: 'dan lake', tags: ['red', '50% & more'] })
await person('eve', { displayName: 'Ádám Frost', roleCodes: ['guide'] })
const fay = await person('fay', { displayName: 'Fay Hill' })
const gone = await person('gone', { displayName: 'Gone' })
await directory.deactivateUser(operator, { userId: gone.id })
const vic = await person('vic', { displayName: 'Vic Viewer' })
await directory.updateUser(operator, { userId: ada.id, changes: { phone: '1' } })
const changed = seconds()
await app.full('POST', '/users/vic/friends', { body: { accepted: ['dan', 'cleo'] } })
await app.full('POST', '/users/vic/blockedusers', { body: { blockedUids: ['eve'] } })
await (await app.as(fay))('POST', '/blockedusers', { body: { blockedUids: ['vic', 'ada'] } })
await (await app.as(cleo))('GET', '/me')
await presence.flush()

/** What the SDK adds to every user. */
const always = { hasBlockedMe: false, blockedByMe: false, deactivatedAt: 0 }
const shown = (uid: string, name: string, more: object = {}) => ({
  ...always,
  uid,
  name,
  role: 'default',
  status: 'offline',
  createdAt: createdAt[uid],
  conversationId: [uid, 'vic'].sort().join('_user_'),
  ...more,
})
const people: Readonly<Record<string, object>> = {
  admin: shown(admin.uid, 'Administrator', { role: 'admin', createdAt: began, lastActiveAt: began }),
  ada: shown('ada', 'Ada Moss', {
    link: 'https://ada.example/',
    avatar: 'https://a.example/o',
    statusMessage: 'Away till ten',
    metadata: { team: 'A' },
    updatedAt: changed,
  }),
  bob: shown('bob', 'Bob Reed', { role: 'guide' }),
  cleo: shown('cleo', 'Cleo Stone', { status: 'online', lastActiveAt: changed }),
  dan: shown('dan', 'dan lake'),
  eve: shown('eve', 'Ádám Frost', {
    role: 'guide',
    blockedByMe: true,
    blockedByMeAt: changed,
    blockedAt: changed,
  }),
  fay: shown('fay', 'Fay Hill', {
    hasBlockedMe: true,
    hasBlockedMeAt: changed,
    status: 'online',
    lastActiveAt: changed,
  }),
}
const tags: Readonly<Record<string, object>> = {
  ada: { tags: ['red', 'a b'] },
  cleo: { tags: ['blue', 'x,y'] },
  dan: { tags: ['red', '50% & more'] },
}
const tagged = (uid: string) => ({ ...people[uid], ...tags[uid] })

type Way = 'hosts of its own' | "the hosted service's names"
const ways: readonly Way[] = ['hosts of its own', "the hosted service's names"]
async function openPages(): Promise<Record<Way, TestPage>> {
  const port = await serveSecurely({ after }, rollcall)
  const browser = await startBrowser({ after }, { hosts: { '*.cometchat.io': port } })
  const openPage = async (host: object): Promise<TestPage> => {
    const opened = await browser.openPage()
    await initSdk(opened.page, { appId: 'rollcall', ...host })
    await opened.page.evaluate((token) => Comet.login(token), await app.tokenOf(vic))
    return opened
  }
  return {
    'hosts of its own': await openPage({ host: `localhost:${port}/v3` }),
    "the hosted service's names": await openPage({}),
  }
}
const pages = browserMissing === false ? await openPages() : undefined

const opened = (way: Way): TestPage => pages?.[way] ?? assert.fail('no page')

/** What one of the pages asks of the server meanwhile: `METHOD path` each. */
async function asked(way: Way, run: (page: Page) => Promise<unknown>): Promise<string[]> {
  const { page, requests } = opened(way)
  const start = requests.length
  await run(page)
  const sent = requests.slice(start).map((line) => line.replace(/https:\/\/[^/]+\/v3(\.0)?/, ''))
  // The SDK reports its session five seconds after the login, whatever it is doing then.
  return sent.filter((line) => !line.endsWith('/user_sessions'))
}

const everybody = ['cleo', 'fay', 'ada', 'eve', 'admin', 'bob', 'dan']

const cases: readonly (readonly [Setters, query: string, ...expected: string[][]])[] = [
  [{ setLimit: 30 }, 'per_page=30', everybody],
  [{ setLimit: 3 }, 'per_page=3', everybody.slice(0, 3), everybody.slice(3, 6), ['dan']],
  [{ setLimit: 100, setSearchKeyword: 'AD' }, 'per_page=100&searchKey=AD', ['ada', 'eve', 'admin']],
  [{ setLimit: 30, setSearchKeyword: 'da', searchIn: ['uid'] }, 'per_page=30&searchKey=da&searchIn=uid', ['dan']],
  [
    { setLimit: 30, setSearchKeyword: 'e', searchIn: ['uid', 'name'] },
    'per_page=30&searchKey=e&searchIn=uid,name',
    ['eve'],
  ],
  [
    { setLimit: 30, setSearchKeyword: 'Fay H', searchIn: ['name'] },
    'per_page=30&searchKey=Fay%20H&searchIn=name',
    ['fay'],
  ],
  [{ setLimit: 30, setSearchKeyword: '50%' }, 'per_page=30&searchKey=50%25'],
  [{ setLimit: 1, setStatus: 'online' }, 'per_page=1&status=available', ['cleo'], ['fay']],
  [{ setLimit: 30, setStatus: 'offline' }, 'per_page=30&status=offline', everybody.slice(2)],
  [
    { setLimit: 30, hideBlockedUsers: true },
    'per_page=30&hideBlockedUsers=1',
    everybody.filter((uid) => uid !== 'eve'),
  ],
  [{ setLimit: 30, hideBlockedUsers: false }, 'per_page=30', everybody],
  [{ setLimit: 30, setRole: 'guide' }, 'per_page=30&roles=guide', ['eve', 'bob']],
  [{ setLimit: 30, setRoles: ['guide', 'admin'] }, 'per_page=30&roles=guide,admin', ['eve', 'admin', 'bob']],
  [{ setLimit: 30, setRole: 'admin', setRoles: ['guide'] }, 'per_page=30&roles=guide,admin', ['eve', 'admin', 'bob']],
  [{ setLimit: 30, setTags: ['red', 'blue'] }, 'per_page=30&tags=red,blue', ['cleo', 'ada', 'dan']],
  [{ setLimit: 30, setTags: ['a b'] }, 'per_page=30&tags=a%20b', ['ada']],
  [{ setLimit: 30, setTags: ['x,y', '50% & more'] }, 'per_page=30&tags=x%2Cy,50%25%20%26%20more', ['cleo', 'dan']],
  [{ setLimit: 30, friendsOnly: true }, 'per_page=30&friendsOnly=1', ['cleo', 'dan']],
  [{ setLimit: 30, setUIDs: ['dan', 'BOB', 'nobody', 'gone'] }, 'per_page=30&uids=dan,BOB,nobody,gone', ['bob', 'dan']],
  [{ setLimit: 30, setUIDs: ['vic'] }, 'per_page=30&uids=vic'],
  [{ setLimit: 4, sortBy: 'name' }, 'per_page=4&sortBy=name', ['ada', 'eve', 'admin', 'bob'], ['cleo', 'dan', 'fay']],
  [
    { setLimit: 30, sortBy: 'name', sortByOrder: 'desc' },
    'per_page=30&sortBy=name&sortOrder=desc',
    ['fay', 'dan', 'cleo', 'bob', 'admin', 'eve', 'ada'],
  ],
  [{ setLimit: 30, sortBy: 'status', sortByOrder: 'asc' }, 'per_page=30&sortBy=status&sortOrder=asc', everybody],
  [{ setLimit: 3, setPage: 1 }, 'per_page=3', everybody.slice(3, 6), ['dan']],
]
for (const way of ways) {
  describe(`users, as a request of the SDK gives them, by ${way}`, () => {
    for (const [setters, query, ...expected] of cases) {
      test(JSON.stringify(setters), options, async () => {
        let found: unknown
        const sent = await asked(way, async (page) => {
          found = await fetchAll(page, 'UsersRequestBuilder', setters)
        })
        assert.deepEqual(
          found,
          expected.map((uids) => uids.map((uid) => people[uid])),
        )
        assert.equal(sent[0]?.replace(/&page=\d$/, ''), `GET /users?${query}`)
        assert.equal(sent.length, expected.length + 1)
      })
    }

    test('with tags, and everything at once', options, async () => {
      const { page } = opened(way)
      const withTags = { setLimit: 30, withTags: true }
      assert.deepEqual(await fetchAll(page, 'UsersRequestBuilder', withTags), [everybody.map(tagged)])
      const all = {
        ...{
          setLimit: 1,
          setSearchKeyword: 'c',
          searchIn: ['name', 'uid'],
          setStatus: 'online',
          hideBlockedUsers: true,
        },
        ...{ setRole: 'default', setRoles: ['guide'], setTags: ['blue'], withTags: true, setUIDs: ['cleo', 'dan'] },
        ...{ friendsOnly: true, sortBy: 'name', sortByOrder: 'desc' },
      }
      assert.deepEqual(await fetchAll(page, 'UsersRequestBuilder', all), [[tagged('cleo')]])
    })

    test('a second call while one runs gives nothing, and loses nothing', options, async () => {
      const found = await opened(way).page.evaluate(async () => {
        const request = new Comet.UsersRequestBuilder().setLimit(4).build()
        const [one, other] = await Promise.all([request.fetchNext(), request.fetchNext()])
        return [one, other, await request.fetchNext()].map((users) => users.map((user) => user.getUid()))
      })
      assert.deepEqual(found, [['cleo', 'fay', 'ada', 'eve'], [], [admin.uid, 'bob', 'dan']])
    })

    test('one user is as in the list, with its tags', options, async () => {
      for (const uid of ['ada', 'bob', 'cleo', 'eve', 'fay']) {
        assert.deepEqual(await opened(way).page.evaluate((one) => Comet.getUser(one), uid.toUpperCase()), tagged(uid))
      }
    })
  })

  test(`whom one blocks, who blocks one, and both, by ${way}`, options, async () => {
    const blocked = async (setters: Setters, query: string, ...expected: string[][]) => {
      let found: unknown
      const sent = await asked(way, async (page) => {
        found = await fetchAll(page, 'BlockedUsersRequestBuilder', { setLimit: 30, ...setters })
      })
      assert.deepEqual(
        found,
        expected.map((uids) => uids.map((uid) => people[uid])),
      )
      assert.equal(sent[0], `GET /blockedusers?per_page=${query}&page=1`)
    }
    await blocked({}, '30', ['fay', 'eve'])
    await blocked({ setLimit: 1, setDirection: 'both' }, '1&direction=both', ['fay'], ['eve'])
    await blocked({ setDirection: 'blockedByMe' }, '30&direction=blockedByMe', ['eve'])
    await blocked({ setDirection: 'hasBlockedMe' }, '30&direction=hasBlockedMe', ['fay'])
    await blocked({ setSearchKeyword: 'Á' }, '30&searchKey=%C3%81', ['eve'])
    await blocked({ setSearchKeyword: 'z' }, '30&searchKey=z')
  })
}
