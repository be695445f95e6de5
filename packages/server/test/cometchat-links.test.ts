import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, tenant } = rollcall
const app = await cometchatOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const uidsIn = (body: unknown) => Object.values(Object(at(body, 'data'))).map((one) => at(one, 'uid'))
const codesIn = (rows: unknown) =>
  Object.fromEntries(
    Object.entries(Object(rows)).map(([uid, row]) => [uid, at(row, 'error', 'code') ?? at(row, 'success')]),
  )

test('a thousand friends are the most: who finds room becomes one, the others are told one by one', async () => {
  const popular = await app.person('popular')
  const ids: string[] = []
  for (let n = 0; n < 1002; n += 1) ids.push((await app.person(`friend-${n}`)).id)
  await directory.befriendUsers(operator, { userId: popular.id, otherIds: ids.slice(0, 999) })

  const befriend = (uid: string, accepted: string[]) =>
    app.full('POST', `/users/${uid}/friends`, { body: { accepted } })
  const sent = ['friend-0', 'friend-999', 'friend-1000', 'friend-1001', 'nobody']
  const { status, body } = await befriend('popular', sent)
  assert.equal(status, 200)
  assert.deepEqual(codesIn(at(body, 'data', 'accepted')), {
    'friend-0': 'ERR_ALREADY_FRIEND',
    'friend-999': true,
    'friend-1000': 'ERR_FAILED_TO_ADD_FRIEND',
    'friend-1001': 'ERR_FAILED_TO_ADD_FRIEND',
    nobody: 'ERR_UID_NOT_FOUND',
  })
  const other = await stored.unchanged(() => befriend('friend-1000', ['popular']))
  assert.deepEqual(codesIn(at(other.body, 'data', 'accepted')), { popular: 'ERR_FAILED_TO_ADD_FRIEND' })
  const page = await app.full('GET', '/users/popular/friends?perPage=1000')
  assert.equal(at(page.body, 'meta', 'pagination', 'total'), 1000)
  assert.equal(uidsIn(page.body).length, 1000)
  await app.full('DELETE', '/users/popular/friends', { body: { friends: ['friend-0'] } })
  const room = await befriend('friend-1000', ['popular'])
  assert.deepEqual(codesIn(at(room.body, 'data', 'accepted')), { popular: true })
})

test('who is here comes first, then names decide; all pages together are all of them', async () => {
  const owner = await app.person('owner')
  const names = ['Émile', 'adam', 'Zoe', 'Bert', 'eve']
  const uids = names.map((_, n) => `linked-${n}`)
  for (const [n, name] of names.entries()) await app.person(uids[n] ?? '', { name })
  await app.full('POST', '/users/owner/blockedusers', { body: { blockedUids: uids } })
  await app.full('POST', '/users/owner/friends', { body: { accepted: uids } })
  await (await app.as({ id: owner.id, uid: 'owner' }))('GET', '/users/owner')
  const zoe = await directory.findUser(operator, { keys: [{ uid: 'linked-2' }] })
  assert.equal(zoe?.view, 'full')
  await (await app.as(zoe.user))('GET', '/users/owner')
  await rollcall.presence.flush()
  for (const path of ['/users/owner/blockedusers', '/users/owner/friends']) {
    const all = await app.full('GET', path)
    assert.deepEqual(uidsIn(all.body), ['linked-2', 'linked-1', 'linked-3', 'linked-0', 'linked-4'], path)
    const pages = []
    for (const page of [1, 2, 3]) pages.push(...uidsIn((await app.full('GET', `${path}?perPage=2&page=${page}`)).body))
    assert.deepEqual(pages, uidsIn(all.body), path)
    assert.deepEqual(uidsIn((await app.full('GET', `${path}?searchKey=EM`)).body), ['linked-0'], path)
  }
})

test('whoever is deactivated is hidden from the lists, and there again afterwards; whoever is erased is gone', async () => {
  await app.person('here')
  const away = await app.person('away')
  for (const [path, list] of [
    ['blockedusers', 'blockedUids'],
    ['friends', 'accepted'],
  ] as const) {
    await app.full('POST', `/users/here/${path}`, { body: { [list]: ['away'] } })
  }
  const seen = async () => [
    uidsIn((await app.full('GET', '/users/here/blockedusers')).body),
    uidsIn((await app.full('GET', '/users/here/friends')).body),
  ]
  assert.deepEqual(await seen(), [['away'], ['away']])
  await directory.deactivateUser(operator, { userId: away.id })
  assert.deepEqual(await seen(), [[], []])
  await directory.reactivateUser(operator, { userId: away.id })
  assert.deepEqual(await seen(), [['away'], ['away']])
  await directory.deleteUser(operator, { userId: away.id })
  assert.deepEqual(await seen(), [[], []])
  await app.person('away')
  assert.deepEqual(await seen(), [[], []], 'somebody else of that uid')
})

test('people of another app are strangers', async () => {
  assert.equal(tenant.appId, 'rollcall')
  const other = await directory.operator(directory.newId())
  await directory.createTenant(other, {
    appId: 'acme',
    name: 'Acme',
    admin: { email: 'admin@acme.example', password: 'the first password' },
  })
  await (await cometchatOf({ ...rollcall, operator: other })).person('theirs')
  await app.person('ours')
  for (const [path, list] of [
    ['blockedusers', 'blockedUids'],
    ['friends', 'accepted'],
  ] as const) {
    const { body } = await stored.unchanged(() =>
      app.full('POST', `/users/ours/${path}`, { body: { [list]: ['theirs'] } }),
    )
    assert.match(JSON.stringify(body), /"success":false,"error":\{"code":"ERR_UID_NOT_FOUND"/)
  }
})
