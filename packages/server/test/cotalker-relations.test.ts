import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { at, startRollcall } from './support.ts'

const { call, adminToken, ...rollcall } = await startRollcall({ after })
const people = peopleOf({ call, adminToken, ...rollcall })

const property = 'fab000000000000000000001'
const role = await people.role(['some-company:view'])
const centre = await people.user({ properties: [property], accessRoles: [role] })
const boss = await people.user({ subordinates: [centre.id] })
const worker = await people.user({ bosses: [centre.id] })
const gone = await people.user({ bosses: [centre.id], active: false })
const peer = await people.user({ peers: [centre.id], properties: [property] })
const stranger = await people.user({ accessRoles: [role] })

const related = async (path: string, token = adminToken, admin = false) => {
  const { status, body, text } = await call('GET', `/api/v2/users/relations/${path}`, { token, admin })
  const users = at(body, 'data', 'users')
  const ids = Array.isArray(users) ? users.map((user: unknown) => at(user, '_id')).sort() : text
  return { status, ids, count: at(body, 'data', 'count'), counter: at(body, 'data', 'counter') }
}
const idsOf = (...users: { id: string }[]) => users.map(({ id }) => id).sort()

describe('each type: users whose own field names the id', () => {
  const cases: Record<string, readonly [string, string[]]> = {
    boss: [`boss/${centre.id}`, idsOf(worker, gone)],
    subordinate: [`subordinate/${centre.id}`, idsOf(boss)],
    peers: [`peers/${centre.id}`, idsOf(peer)],
    relateduser: [`relateduser/${centre.id}`, idsOf(boss, worker, gone, peer)],
    property: [`property/${property}`, idsOf(centre, peer)],
    accessrole: [`accessrole/${role}`, idsOf(centre, stranger)],
    'an id in upper case': [`boss/${centre.id.toUpperCase()}`, idsOf(worker, gone)],
    'an id that nobody has': ['boss/ffffffffffffffffffffffff', []],
    'only active ones': [`boss/${centre.id}?isActive=true`, idsOf(worker)],
    'only inactive ones': [`boss/${centre.id}?isActive=false`, idsOf(gone)],
  }
  for (const [title, [path, ids]] of Object.entries(cases)) {
    test(title, async () => {
      assert.deepEqual((await related(path)).ids, ids)
      const { count, counter } = await related(`${path}${path.includes('?') ? '&' : '?'}count=true`)
      assert.deepEqual([count, counter], [ids.length, ids.length])
    })
  }

  test('all pages together are the whole, and the total is of all', async () => {
    const seen = []
    for (const page of [1, 2, 3, 4]) {
      const { ids, count } = await related(`relateduser/${centre.id}?limit=1&count=true&page=${page}`)
      assert.equal(count, 4)
      seen.push(...ids)
    }
    assert.deepEqual(seen.sort(), idsOf(boss, worker, gone, peer))
    assert.deepEqual((await related(`relateduser/${centre.id}?limit=1&page=5`)).ids, [])
  })

  test('in the order that is asked for', async () => {
    const order = async (query: string) => {
      const { body } = await call('GET', `/api/v3/users/relations/relateduser/${centre.id}?${query}`, {
        token: adminToken,
      })
      const users = at(body, 'data', 'users')
      return Array.isArray(users) ? users.map((user: unknown) => at(user, '_id')) : []
    }
    assert.deepEqual(await order('orderBy=asc'), (await order('orderBy=desc')).toReversed())
  })
})

test('who may not read others finds only itself, and is refused with Admin', async () => {
  const caller = await people.caller([], { bosses: [centre.id] })
  assert.deepEqual(await related(`boss/${centre.id}?count=true`, caller.token), {
    status: 200,
    ids: [caller.id],
    count: 1,
    counter: 1,
  })
  assert.deepEqual((await related(`peers/${centre.id}`, caller.token)).ids, [])
  assert.equal((await related(`boss/${centre.id}`, caller.token, true)).status, 403)
})

test('an unknown type, a malformed id and bad paging are 400', async () => {
  const id = centre.id
  for (const [path, message] of [
    [`friends/${id}`, 'type: must be one of boss, peers, subordinate, property, accessrole, relateduser'],
    [`Boss/${id}`, 'type: must be one of boss, peers, subordinate, property, accessrole, relateduser'],
    ['boss/x', 'id: must be an ObjectId of 24 hexadecimal digits'],
    [`boss/${id}?limit=0`, 'limit: must be at least 1'],
    [`boss/${id}?isActive=yes`, 'isActive: must be one of all, true, false'],
  ] as const) {
    const { status, body } = await call('GET', `/api/v2/users/relations/${path}`, { token: adminToken })
    assert.equal(status, 400)
    assert.equal(at(body, 'message'), message)
  }
})

test('activities: offline; anyone may ask, of whom there is, and whoever may read everything learns of logins', async () => {
  const user = await people.user({ email: 'seen@example.com', password: 'a password' })
  const { token } = await people.caller()
  const activity = () => call('GET', `/api/v2/user-activities/${user.id}`, { token })
  const now = rollcall.clock.now().toISOString()
  assert.deepEqual((await activity()).body, { data: { date: now, connectionStatus: { online: false } } })
  await call('POST', '/auth/local', { body: { email: user.email, password: 'a password' } })
  assert.deepEqual((await activity()).body, { data: { date: now, connectionStatus: { online: false } } })
  const told = await call('GET', `/api/v2/user-activities/${user.id}`, { token: adminToken })
  assert.deepEqual(told.body, { data: { date: now, connectionStatus: { online: false, lastOnline: now } } })
  assert.equal((await call('GET', '/api/v2/user-activities/ffffffffffffffffffffffff', { token })).status, 404)
  assert.equal((await call('GET', '/api/v2/user-activities/me', { token })).status, 400)
  assert.equal((await call('GET', `/api/v2/user-activities/${user.id}`)).status, 401)
})
