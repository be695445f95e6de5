import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const people = workspaceOf(rollcall)
const { get } = people
const reader = await people.member(['view-full-other-user-info'], { username: 'reader', name: 'Reader One' })
const regular = await people.memberIn(['user'], { username: 'regular', name: 'Regular One' })
const guest = await people.memberIn(['guest'], { username: 'guest', name: 'Guest One' })
const nobody = await people.member([], { username: 'nobody', name: 'Nobody One' })

const usernames = (body: unknown): unknown[] => [at(body, 'users')].flat().map((user) => at(user, 'username'))

test('a page holds everybody, ordered by username, in the members that the caller may see', async () => {
  const { status, body, text } = await get('users.list?count=2&offset=2', regular)
  assert.equal(status, 200, text)
  const common = { type: 'user', active: true, status: 'offline' }
  assert.deepEqual(body, {
    users: [
      { _id: reader.id, username: 'reader', name: 'Reader One', nameInsensitive: 'reader one', ...common },
      { _id: regular.id, username: 'regular', name: 'Regular One', nameInsensitive: 'regular one', ...common },
    ],
    count: 2,
    offset: 2,
    total: 5,
    success: true,
  })
})

test('whoever may read private values sees addresses, roles and logins', async () => {
  const { body } = await get('users.list?count=1&offset=3', reader)
  assert.deepEqual(at(body, 'users', 0), {
    _id: regular.id,
    username: 'regular',
    name: 'Regular One',
    nameInsensitive: 'regular one',
    type: 'user',
    active: true,
    emails: [{ address: regular.user.email, verified: false }],
    roles: ['user'],
    status: 'offline',
  })
})

test('a guest may list, who has no right may not, who has no session is asked for one', async () => {
  assert.deepEqual(usernames((await get('users.list', guest)).body), [
    'guest',
    'nobody',
    'reader',
    'regular',
    'rollcall.admin',
  ])
  const refused = await get('users.list', nobody)
  assert.equal(refused.status, 403)
  assert.deepEqual(refused.body, {
    success: false,
    error: 'User does not have the permissions required for this action [error-unauthorized]',
  })
  const strange = await get('users.list')
  assert.equal(strange.status, 401)
})
