import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { clock, directory, operator } = rollcall
const app = await cometchatOf(rollcall)

const uidsOf = (body: unknown): string[] =>
  Object.values(Object(at(body, 'data'))).map((user) => String(at(user, 'uid')))
/** The uids that a list gives, without the tenant's first administrator. */
async function listed(call: typeof app.full, query: string, headers: Record<string, string> = {}): Promise<string[]> {
  const { status, body, text } = await call('GET', `/users?${query}`, { headers })
  assert.equal(status, 200, text)
  return uidsOf(body).filter((uid) => !/^[0-9a-f]{24}$/.test(uid))
}

/** Everybody a millisecond apart: Bea was made first. */
const person: typeof app.person = (uid, more) => {
  clock.advance(1000)
  return app.person(uid, more)
}
await person('bea', { name: 'Bea Okafor', tags: ['red', 'a b'] })
await person('abe', { name: 'Ábe Lindqvist', tags: ['blue'] })
await person('cleo', { name: '50% off', tags: ['green', 'x,y'] })
const gone = await person('gone', { name: 'Abbo' })
await directory.deactivateUser(operator, { userId: gone.id })

describe('whom a list has', () => {
  const cases: readonly (readonly [query: string, uids: readonly string[]])[] = [
    ['', ['cleo', 'abe', 'bea']],
    ['searchKey=ab', ['abe']],
    ['searchKey=', ['cleo', 'abe', 'bea']],
    ['searchKey=%25', []],
    ['searchKey=50%25', ['cleo']],
    ['searchKey=ABE', ['abe']],
    ['searchKey=okafor', []],
    ['searchKey=c&searchIn=name', []],
    ['searchKey=c&searchIn=uid', ['cleo']],
    ['searchKey=c&searchIn=email', ['cleo']],
    ['searchKey=bea&searchIn=uid,name', ['bea']],
    ['tags=red,blue', ['abe', 'bea']],
    ['tags[]=red&tags[]=blue', ['abe', 'bea']],
    ['tags[0]=red', ['bea']],
    ['tags=a%20b', ['bea']],
    ['tags[]=x%2Cy', ['cleo']],
    ['uids=BEA,nobody', ['bea']],
    ['onlyDeactivated=1', ['gone']],
    ['withDeactivated=True', ['gone', 'cleo', 'abe', 'bea']],
    ['withDeactivated=yes', ['cleo', 'abe', 'bea']],
    ['withDeactivated=1&onlyDeactivated=true', ['gone']],
    ['status=available', []],
    ['status=offline', ['cleo', 'abe', 'bea']],
    ['status=elsewhere', ['cleo', 'abe', 'bea']],
    ['role=default', ['cleo', 'abe', 'bea']],
    ['roles=nobody&roles=default', ['cleo', 'abe', 'bea']],
    ['roles=nobody', []],
    ['role=ADMIN', []],
    ['sortBy=name', ['cleo', 'abe', 'bea']],
    ['sortBy=name&sortOrder=DESC', ['bea', 'abe', 'cleo']],
    ['sortBy=createdat&sortOrder=asc', ['cleo', 'abe', 'bea']],
    ['friendsOnly=1&hideBlockedUsers=1', ['cleo', 'abe', 'bea']],
  ]
  for (const [query, uids] of cases) {
    test(query === '' ? 'nothing asked' : query, async () => {
      assert.deepEqual(await listed(app.full, query), uids)
    })
  }
})

describe('what a viewing user sees', () => {
  test('who is here first, then by name and uid; not itself, and friends alone where its role says so', async () => {
    const { id: guest } = await directory.createRole(operator, {
      code: 'visitor',
      name: 'Visitor',
      permissions: [],
      details: { settings: { listUsers: 'friendsOnly' } },
    })
    const [viewer, friend] = [await person('viewer'), await person('zoe', { name: 'Zoe' })]
    await directory.befriendUsers(operator, { userId: viewer.id, otherIds: [friend.id] })
    const asViewer = await app.as(viewer)
    const onBehalfOf = { onBehalfOf: 'VIEWER' }
    for (const list of [
      (query: string) => listed(asViewer, query),
      (query: string) => listed(app.full, query, onBehalfOf),
    ]) {
      assert.deepEqual(await list(''), ['cleo', 'abe', 'bea', 'zoe'])
      assert.deepEqual(await list('friendsOnly=1'), ['zoe'])
      assert.deepEqual(await list('sortBy=name&sortOrder=desc'), ['zoe', 'bea', 'abe', 'cleo'])
    }
    await directory.setPresence(operator, { userId: friend.id, status: 'busy' })
    assert.deepEqual(await listed(asViewer, ''), ['zoe', 'cleo', 'abe', 'bea'])
    assert.deepEqual(await listed(asViewer, 'status=available'), ['zoe'])
    assert.deepEqual(await listed(asViewer, 'status=online'), ['zoe'])
    const pages = await Promise.all([1, 2, 3].map((page) => listed(asViewer, `perPage=2&page=${page}`)))
    assert.equal(new Set(pages.flat()).size, 4)

    await directory.updateUser(operator, { userId: viewer.id, changes: { accessRoles: [guest] } })
    assert.deepEqual(await listed(asViewer, ''), ['zoe'])
    assert.deepEqual(await listed(app.full, '', onBehalfOf), ['zoe'])
    assert.deepEqual(await listed(asViewer, 'searchKey=bea'), [])
    const { body } = await asViewer('GET', '/users')
    assert.deepEqual(at(body, 'meta', 'pagination', 'total'), 1)
  })

  test('deactivated people are on no list of a user', async () => {
    const asAda = await app.as(await person('ada', { name: 'Ada' }))
    for (const flag of ['withDeactivated', 'onlyDeactivated']) {
      assert.ok(!(await listed(asAda, `${flag}=1`)).includes('gone'))
    }
  })
})

test('all pages together are all users, each once, and the last is told by their number', async () => {
  for (const perPage of [1, 2, 3, 7]) {
    const told: string[] = []
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const { body } = await app.full('GET', `/users?perPage=${perPage}&page=${page}&withDeactivated=1`)
      const pagination = Object(at(body, 'meta', 'pagination'))
      assert.equal(at(pagination, 'current_page'), page)
      pages = Number(at(pagination, 'total_pages'))
      told.push(...uidsOf(body))
      if (page === pages) assert.equal(at(pagination, 'total'), told.length)
    }
    assert.equal(new Set(told).size, told.length)
  }
})

test('two apps never see each other', async () => {
  const other = await directory.createTenant(directory.operator(directory.newId()), {
    appId: 'other',
    name: 'Other',
    admin: { email: 'admin@other.example', username: 'other.admin', password: 'the other password' },
  })
  const elsewhere = directory.operator(other.tenant.id)
  await directory.createUser(elsewhere, { uid: 'bea', name: 'Other Bea' })
  const value = 'e'.repeat(40)
  const keeper = { ...elsewhere, dialect: 'cometchat' }
  await directory.createKey(keeper, { name: 'x', scope: 'full-access', value })
  const full = app.withKey(value)
  assert.deepEqual(await listed(full, ''), ['bea'])
  assert.equal(at((await full('GET', '/users/bea')).body, 'data', 'name'), 'Other Bea')
  for (const [method, path, body] of [
    ['GET', '/users/cleo', undefined],
    ['PUT', '/users/cleo', { name: 'X' }],
    ['DELETE', '/users/cleo', { permanent: true }],
  ] as const) {
    assert.equal((await full(method, path, { ...(body && { body }) })).status, 404)
  }
  const many = await full('DELETE', '/users', { body: { uidsToDeactivate: ['cleo'] } })
  assert.deepEqual(many.body, { data: { notFound: ['cleo'] } })
  const { body: mine } = await app.full('GET', '/users?perPage=1')
  await full('PUT', '/users/bea', { body: { name: 'Changed' } })
  const next = String(at(mine, 'cursor', 'next'))
  assert.deepEqual(await listed(app.full, `next=${next}`), [])
  assert.deepEqual(await listed(full, `next=${next}`), ['bea'])
  assert.deepEqual(await listed(app.full, 'onlyDeactivated=1'), ['gone'])
  const taken = await app.full('POST', '/users', { body: { uid: 'only-mine', name: 'X' } })
  assert.deepEqual(
    [taken.status, (await full('POST', '/users', { body: { uid: 'only-mine', name: 'X' } })).status],
    [200, 200],
  )
})

test('a role is the first of the access roles alone', async () => {
  await directory.createRole(operator, { code: 'chief', name: 'Chief', permissions: [] })
  await person('first', { roleCodes: ['chief', 'bot'] })
  await person('second', { roleCodes: ['bot', 'chief'] })
  const none = await person('none')
  await directory.updateUser(operator, { userId: none.id, changes: { accessRoles: [] } })
  assert.deepEqual(await listed(app.full, 'role=Chief'), ['first'])
  assert.deepEqual(await listed(app.full, 'roles=bot,chief'), ['second', 'first'])
  assert.deepEqual(await listed(app.full, 'role=bot&roles=chief'), [])
  assert.deepEqual(await listed(app.full, 'roles=chief,default&uids=first,second,none'), ['none', 'first'])
})
