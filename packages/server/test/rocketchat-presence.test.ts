import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { clock, directory, operator } = rollcall
const people = workspaceOf(rollcall)
const { get, post } = people
const editor = await people.member(['view-d-room', 'edit-other-user-info'], { username: 'editor', name: 'Editor' })
const here = await people.memberIn(['user'], { username: 'hera', name: 'Hera', utcOffset: 2 })
const away = await people.memberIn(['user'], { username: 'away', name: 'Away' })
const hidden = await people.memberIn(['user'], { username: 'hidden', name: 'Hidden' })
const nobody = await people.member([], { username: 'nobody', name: 'Nobody' })
const minute = 60_000

const done = { success: true }
const lacking = 'User does not have the permissions required for this action [error-unauthorized]'
const unknown = {
  success: false,
  error: 'The required "userId" or "username" param provided does not match any users [error-invalid-user]',
  errorType: 'error-invalid-user',
}
const present = async (path: string, as: Member) => {
  const { status, body, text } = await get(path, as)
  assert.equal(status, 200, text)
  const names = [at(body, 'users')].flat().map((user) => at(user, 'username'))
  return { names: names.sort(), full: at(body, 'full') }
}

test('who set nothing is offline; a call changes nothing about that', async () => {
  assert.deepEqual((await get('users.getStatus', here)).body, {
    ...{ _id: here.id, status: 'offline', connectionStatus: 'offline' },
    ...done,
  })
  assert.deepEqual((await get('users.presence', here)).body, { users: [], full: true, ...done })
})

test('a status and its message are set, and seen by others', async () => {
  assert.deepEqual((await post('users.setStatus', { status: 'online', message: 'at work' }, here)).body, done)
  assert.deepEqual((await get('users.getStatus?username=HERA', away)).body, {
    ...{ _id: here.id, status: 'online', message: 'at work' },
    ...done,
  })
  assert.deepEqual((await get('users.getStatus', here)).body, {
    ...{ _id: here.id, status: 'online', message: 'at work', connectionStatus: 'online' },
    ...done,
  })
  assert.deepEqual((await get(`users.presence?ids=${here.id},${away.id},x`, away)).body, {
    users: [
      { ...{ _id: here.id, username: 'hera', name: 'Hera', utcOffset: 2 }, statusText: 'at work', status: 'online' },
    ],
    full: false,
    ...done,
  })
})

test('each alone leaves the other; an empty message clears it', async () => {
  assert.deepEqual((await post('users.setStatus', { status: 'busy' }, here)).body, done)
  assert.equal(at((await get('users.getStatus', here)).body, 'message'), 'at work')
  assert.deepEqual((await post('users.setStatus', { message: '', status: null }, here)).body, done)
  const { body } = await get('users.getStatus', here)
  assert.deepEqual([at(body, 'message'), at(body, 'status')], [undefined, 'busy'])
})

test('presence says whether somebody is here, and to oneself when one last logged in', async () => {
  assert.deepEqual((await get(`users.getPresence?userId=${here.id}`, away)).body, { presence: 'busy', ...done })
  assert.deepEqual((await get('users.getPresence', here)).body, {
    ...{ presence: 'busy', connectionStatus: 'busy' },
    ...done,
  })
  const admin = await people.memberOf(rollcall.admin)
  assert.equal(at((await get('users.getPresence', admin)).body, 'lastLogin'), '2026-01-01T00:00:00.000Z')
})

test('who is here, and who came or went within ten minutes, but for oneself', async () => {
  clock.advance(minute)
  await post('users.setStatus', { status: 'away' }, away)
  await post('users.setStatus', { status: 'offline' }, hidden)
  assert.deepEqual(await present('users.presence', editor), { names: ['away', 'hera'], full: true })
  const since = (minutes: number) => new Date(clock.now().getTime() - minutes * minute).toISOString()
  assert.deepEqual(await present(`users.presence?from=${since(0.5)}`, editor), {
    names: ['away', 'hidden'],
    full: false,
  })
  assert.deepEqual(await present(`users.presence?from=${since(0.5)}`, away), { names: ['hidden'], full: false })
  assert.deepEqual(await present(`users.presence?from=${since(10)}`, editor), { names: ['away', 'hera'], full: true })
  assert.deepEqual(await present('users.presence?from=lately', editor), { names: ['away', 'hera'], full: true })
})

test('some users: those of them who are here, by a list or by a repeated name', async () => {
  const ids = [here.id, away.id, hidden.id, nobody.id]
  const expected = { names: ['away', 'hera'], full: false }
  assert.deepEqual(await present(`users.presence?ids=${ids.join(',')}`, editor), expected)
  assert.deepEqual(await present(`users.presence?${ids.map((id) => `ids[]=${id}`).join('&')}`, editor), expected)
  assert.deepEqual(await present('users.presence?ids=nobody', editor), { names: [], full: false })
  assert.equal((await get('users.presence?ids=a%00b', editor)).status, 400)
})

test("others' status takes edit-other-user-info", async () => {
  assert.deepEqual((await post('users.setStatus', { username: 'hera', status: 'away' }, editor)).body, done)
  assert.equal(at((await get('users.getStatus', here)).body, 'status'), 'away')
  for (const username of ['hera', 'nobody.at.all']) {
    const { status, body } = await post('users.setStatus', { username, status: 'busy' }, away)
    assert.equal(status, 403)
    assert.deepEqual(body, { success: false, error: 'unauthorized' })
  }
  const { status, body } = await post('users.setStatus', { userId: 'nobody', message: 'x' }, away)
  assert.deepEqual([status, body], [403, { success: false, error: 'unauthorized' }])
  const missing = await post('users.setStatus', { userId: 'nobody.at.all', message: 'x' }, editor)
  assert.deepEqual([missing.status, missing.body], [400, unknown])
})

test("no other right to change people is one to change others' status", async () => {
  const assigner = await people.member(['view-d-room', 'assign-roles'])
  const { status } = await post('users.update', { userId: here.id, data: { status: 'busy' } }, assigner)
  assert.equal(status, 400)
  assert.equal(at((await get('users.getStatus', here)).body, 'status'), 'away')
})

describe('what is refused', () => {
  const coded = (reason: string, errorType: string) => ({
    success: false,
    error: `${reason} [${errorType}]`,
    errorType,
  })
  const invalid = coded('Valid status types include online, away, offline, and busy.', 'error-invalid-status')
  const nothing = {
    success: false,
    error: 'Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation',
  }
  const cases: readonly [string, object, object][] = [
    ['nothing', {}, nothing],
    ['nothing of somebody', { userId: here.id }, nothing],
    ['a status that is none', { status: 'asleep' }, invalid],
    ['a status in another case', { status: 'Online', message: 'x' }, invalid],
  ]
  for (const [title, sent, expected] of cases) {
    test(title, async () => {
      const { status, body } = await post('users.setStatus', sent, here)
      assert.deepEqual([status, body], [400, expected])
    })
  }

  test('what the workspace has switched off', async (t) => {
    const set = (on: boolean) =>
      directory.updateTenant(operator, { changes: { settings: { ownStatusText: on, invisibility: on } } })
    await set(false)
    t.after(() => set(true))
    const message = await post('users.setStatus', { message: 'other' }, here)
    assert.deepEqual([message.status, message.body], [400, coded('Not allowed', 'error-not-allowed')])
    const offline = await post('users.setStatus', { status: 'offline' }, here)
    assert.deepEqual(
      [offline.status, offline.body],
      [400, coded('Invisible status is disabled', 'error-status-not-allowed')],
    )
  })

  test('to know about others takes view-d-room, about oneself nothing', async () => {
    for (const path of ['users.getStatus?username=hera', 'users.getPresence?userId=nobody.at.all', 'users.presence']) {
      const { status, body } = await get(path, nobody)
      assert.deepEqual([status, body], [403, { success: false, error: lacking }], path)
    }
    assert.equal((await get('users.getStatus', nobody)).status, 200)
    assert.equal((await get('users.getPresence', nobody)).status, 200)
  })

  test('somebody who is not there', async () => {
    for (const path of ['users.getStatus', 'users.getPresence']) {
      const { status, body } = await get(`${path}?username=nobody.at.all`, here)
      assert.deepEqual([status, body], [400, unknown])
    }
  })
})

test('whoever is deactivated is offline from then on', async () => {
  await directory.updateUser(operator, { userId: away.id, changes: { active: false } })
  assert.deepEqual(await present('users.presence', editor), { names: ['hera'], full: true })
  const { status } = await post('users.setStatus', { userId: away.id, status: 'online' }, editor)
  assert.equal(status, 400)
})
