import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { cometchatOf } from './cometchat-people.ts'
import { peopleOf } from './cotalker-people.ts'
import { workspaceOf } from './rocketchat-people.ts'
import { type Reply, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call } = rollcall
const token = await peopleOf(rollcall).tokenOf(rollcall.admin.id)
const workspace = workspaceOf(rollcall)
const admin = await workspace.memberIn(['admin'])
const app = await cometchatOf(rollcall)

const client = new pg.Client(rollcall.connection)
await client.connect()
after(() => client.end())
// Left open by a test that failed, it is ended with its database.
client.on('error', () => {})

/** What each platform says when there is too much to do. */
const refusals = {
  cotalker: {
    error: 'Too much work is waiting; try again soon.',
    message: 'Too much work is waiting; try again soon.',
    code: 'overloaded',
    statusCode: 429,
  },
  rocketchat: {
    success: false,
    error:
      'Error, too many requests. Please slow down. You must wait 1 seconds before trying this endpoint again. [error-too-many-requests]',
  },
  cometchat: {
    error: {
      code: 'ERR_TOO_MANY_REQUESTS',
      message: 'There are too many requests; try again soon.',
      devMessage: 'There are too many requests; try again soon.',
      source: 'chat-api',
    },
  },
}
type Platform = keyof typeof refusals
const platforms: readonly Platform[] = ['cotalker', 'rocketchat', 'cometchat']

/** A page, and a search, of each. */
const lists: Record<Platform, (searched: string | null) => Promise<Reply>> = {
  cotalker: (text) =>
    call('GET', `/api/v2/users?limit=7${text === null ? '' : `&search=${text}`}`, { token, admin: true }),
  rocketchat: (text) =>
    workspace.get(text === null ? 'users.list?count=7' : `users.list?count=7&query={"name":"${text}"}`, admin),
  cometchat: (text) => app.full('GET', `/users?perPage=7${text === null ? '' : `&searchKey=${text}`}`),
}

const refused = (platform: Platform, { status, headers, body }: Reply) =>
  assert.deepEqual([status, headers['retry-after'], body], [429, '1', refusals[platform]])

test('a statement that took too long is told in the platform’s own words', async () => {
  for (const platform of platforms) assert.equal((await lists[platform](null)).status, 200, platform)
  await rollcall.directory.createUser(rollcall.operator, { email: 'new@example.com' })
  // Nobody can read users while this stands: the statements run into their time-out.
  await client.query('begin; lock table users in access exclusive mode')
  const replies = await Promise.all(platforms.map((platform) => lists[platform](null)))
  await client.query('rollback')
  for (const [at, reply] of replies.entries()) refused(platforms[at] ?? 'cotalker', reply)
  for (const platform of platforms) assert.equal((await lists[platform](null)).status, 200, platform)
})

test('who finds no place among slow statements is told so before their time is up, in the platform’s own words', async () => {
  for (const platform of ['cotalker', 'cometchat'] as const) {
    await client.query('begin; lock table users in access exclusive mode')
    const began = performance.now()
    const asked = Array.from({ length: 6 }, (_, at) => lists[platform](`nobody${at}`))
    const first = await Promise.race(asked)
    const waited = performance.now() - began
    await client.query('rollback')
    refused(platform, first)
    // A slow statement may take 20 s.
    assert.ok(waited < 15_000, `waited ${waited} ms`)
    for (const { status } of await Promise.all(asked)) assert.ok(status === 200 || status === 429)
  }
})
