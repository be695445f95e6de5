import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, clock } = rollcall
const admin = { token: rollcall.adminToken, admin: true }
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const get = async (id: string, server: Pick<typeof rollcall, 'call'> = rollcall) =>
  at((await server.call('GET', `/api/v2/users/${id}`, admin)).body, 'data')
const hierarchyOf = async (id: string, server?: Pick<typeof rollcall, 'call'>) =>
  at(await get(id, server), 'companies', 0, 'hierarchy')
const patch = (id: string, hierarchy: object, more: object = {}) =>
  call('PATCH', `/api/v2/users/${id}`, { ...admin, body: { companies: [{ hierarchy, ...more }] } })
const none = { boss: [], peers: [], subordinate: [] }

test('both sides show a relation at once, on every server; only the changed user was modified', async () => {
  const other = await rollcall.another()
  const [boss, worker, peer] = [await people.user(), await people.user(), await people.user()]
  const before = [at(await get(boss.id, other), 'modifiedAt'), at(await get(peer.id, other), 'modifiedAt')]
  clock.advance(60_000)
  const reply = await patch(worker.id, { boss: [boss.id], peers: [peer.id] })
  assert.deepEqual(at(reply.body, 'data', 'companies', 0, 'hierarchy'), { ...none, boss: [boss.id], peers: [peer.id] })
  for (const server of [other, rollcall]) {
    assert.deepEqual(await hierarchyOf(boss.id, server), { ...none, subordinate: [worker.id] })
    assert.deepEqual(await hierarchyOf(peer.id, server), { ...none, peers: [worker.id] })
    assert.deepEqual(
      [at(await get(boss.id, server), 'modifiedAt'), at(await get(peer.id, server), 'modifiedAt')],
      before,
    )
  }
  assert.equal(at(await get(worker.id), 'modifiedAt'), clock.now().toISOString())

  // From the other side, and lists that are left out are empty ones.
  await patch(boss.id, { subordinate: [] })
  assert.deepEqual(await hierarchyOf(worker.id, other), { ...none, peers: [peer.id] })
  await patch(worker.id, {})
  for (const id of [worker.id, peer.id, boss.id]) assert.deepEqual(await hierarchyOf(id, other), none)
})

test('relatedUser finds bosses, peers and subordinates from either side', async () => {
  const [boss, worker, peer] = [await people.user(), await people.user(), await people.user()]
  await patch(worker.id, { boss: [boss.id], peers: [peer.id] })
  const related = async (id: string) => {
    const { body } = await call('GET', `/api/v2/users?relatedUser=${id}&count=true`, admin)
    const users = at(body, 'data', 'users')
    assert.ok(Array.isArray(users))
    assert.equal(at(body, 'data', 'count'), users.length)
    return users.map((user: unknown) => at(user, '_id')).sort()
  }
  assert.deepEqual(await related(worker.id), [boss.id, peer.id].sort())
  assert.deepEqual(await related(boss.id), [worker.id])
  assert.deepEqual(await related(peer.id), [worker.id])
})

test('lists keep their order, name each once, and take ids in any letter case', async () => {
  const [boss, one, two] = [await people.user(), await people.user(), await people.user()]
  await patch(boss.id, { subordinate: [two.id.toUpperCase(), one.id, two.id] })
  assert.deepEqual(await hierarchyOf(boss.id), { ...none, subordinate: [two.id, one.id] })
  await patch(boss.id, { subordinate: [one.id, two.id] })
  assert.deepEqual(await hierarchyOf(boss.id), { ...none, subordinate: [one.id, two.id] })
  const again = await stored.unchanged(() => patch(boss.id, { subordinate: [one.id, two.id] }))
  assert.equal(again.status, 200)
})

test("a user is made with its relations; the entry's ids are the server's", async () => {
  const boss = await people.user()
  const made = await call('POST', '/api/v2/users', {
    ...admin,
    body: {
      email: 'related@example.com',
      name: { names: 'R' },
      accessRoles: [],
      companies: [{ hierarchy: { boss: [boss.id] }, _id: 'f'.repeat(24), companyId: 'f'.repeat(24) }],
    },
  })
  const id = String(at(made.body, '_id'))
  const [entry] = [at(made.body, 'companies', 0)]
  assert.deepEqual(at(entry, 'hierarchy'), { ...none, boss: [boss.id] })
  assert.equal(at(entry, 'companyId'), rollcall.tenant.id)
  assert.notEqual(at(entry, '_id'), 'f'.repeat(24))
  assert.deepEqual(await hierarchyOf(boss.id), { ...none, subordinate: [id] })
  const kept = await stored.unchanged(() =>
    patch(id, { boss: [boss.id] }, { companyId: 'f'.repeat(24), _id: 'f'.repeat(24) }),
  )
  assert.deepEqual(at(kept.body, 'data', 'companies', 0), entry)
})

test('strangers and oneself are refused, whatever stands beside them', async () => {
  const user = await people.user()
  for (const [hierarchy, message] of [
    [{ boss: ['f'.repeat(24)] }, /^companies\.0\.hierarchy.*No user has/],
    [{ boss: [user.id] }, /^companies\.0\.hierarchy\.boss: must not name the user itself$/],
    [{ peers: [user.id] }, /^companies\.0\.hierarchy\.peers: must not name the user itself$/],
    [{ subordinate: [user.id] }, /^companies\.0\.hierarchy\.subordinate: must not name the user itself$/],
    [{ boss: ['abc'] }, /^companies\.0\.hierarchy\.boss\.0: must be an ObjectId/],
    [{ boss: rollcall.admin.id }, /^companies\.0\.hierarchy\.boss: must be a list$/],
  ] as const) {
    const body = { companies: [{ hierarchy }], jobTitle: 'changed' }
    const reply = await stored.unchanged(() => call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body }))
    assert.equal(reply.status, 400, reply.text)
    assert.match(String(at(reply.body, 'message')), message)
  }
})

test('many changes of the same people at once all end, and both sides agree', async () => {
  const circle: string[] = []
  for (let count = 0; count < 6; count += 1) circle.push((await people.user()).id)
  const other = await rollcall.another()
  const replies = await Promise.all(
    circle.flatMap((id, at) => {
      const [next = '', before = ''] = [circle[(at + 1) % 6], circle[(at + 5) % 6]]
      return [
        patch(id, { boss: [next], subordinate: [before] }),
        other.call('PATCH', `/api/v2/users/${id}`, {
          ...admin,
          body: { companies: [{ hierarchy: { peers: [next] } }] },
        }),
      ]
    }),
  )
  for (const { status, text } of replies) assert.equal(status, 200, text)
  const lists = new Map<string, unknown>()
  for (const id of circle) lists.set(id, await hierarchyOf(id))
  const listed = (id: string, kind: string) => {
    const list = at(lists.get(id), kind)
    return Array.isArray(list) ? list.map(String) : []
  }
  for (const id of circle) {
    for (const boss of listed(id, 'boss')) assert.ok(listed(boss, 'subordinate').includes(id))
    for (const worker of listed(id, 'subordinate')) assert.ok(listed(worker, 'boss').includes(id))
    for (const peer of listed(id, 'peers')) assert.ok(listed(peer, 'peers').includes(id))
  }
})
