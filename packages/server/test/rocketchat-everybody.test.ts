import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Readable } from 'node:stream'
import { after, test } from 'node:test'
import pg from 'pg'
import { draftUser, withDerived } from '../src/core/index.ts'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { at, countingIds, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { connection, directory, operator, server } = rollcall
const people = workspaceOf(rollcall)
const reader = await people.member(['view-full-other-user-info'], { username: 'aa.reader' })
const regular = await people.memberIn(['user'], { username: 'aa.regular' })

/** Enough for several batches; usernames order them. */
const many = 3000
const { catalogue } = await directory.getUser(operator, { userId: reader.id })
const makeId = countingIds('70')
const loaded = Array.from({ length: many }, (_, index) => {
  const number = String(index).padStart(4, '0')
  const fields = { username: `person.${number}`, email: `${number}@example.com`, displayName: `Person ${number}` }
  const ids = { id: makeId(), membershipId: makeId() }
  return withDerived(draftUser({ accessRoles: [], ...fields }, { ...ids, at: new Date(0), catalogue }))
})
await directory.loadUsers(operator, { users: loaded })
const last = loaded.at(-1) ?? assert.fail()
const total = many + 3

const usernames = (body: unknown) => [at(body, 'users')].flat().map((user) => at(user, 'username'))
const everybody = [
  ...['aa.reader', 'aa.regular'],
  ...loaded.map(({ username }) => username),
  ...[rollcall.admin.username],
]

/** A reply that is read as its reader asks for it. */
async function begin(path: string, { headers }: Member): Promise<Readable> {
  const reply = await server.inject({ method: 'GET', url: `/api/v1/${path}`, headers, payloadAsStream: true })
  assert.equal(reply.statusCode, 200)
  return reply.stream()
}

async function firstOf(stream: Readable): Promise<string> {
  if (stream.readableLength === 0) await once(stream, 'readable')
  return String(stream.read())
}

async function restOf(stream: Readable): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

/** Ends the connections that read everybody; gives how many there were. */
async function cutExports(client: pg.Client): Promise<number> {
  const { rowCount } = await client.query(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and state = 'idle in transaction'`)
  return rowCount ?? 0
}

test('a count of 0 gives everybody, with a total that counts them', async () => {
  const { status, headers, body } = await people.get('users.list?count=0', regular)
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.deepEqual(Object.keys(Object(body)), ['users', 'count', 'offset', 'total', 'success'])
  assert.deepEqual(
    [at(body, 'count'), at(body, 'offset'), at(body, 'total'), at(body, 'success')],
    [...[total, 0, total], true],
  )
  assert.deepEqual(usernames(body), everybody)
  assert.deepEqual(at(body, 'users', 2), {
    _id: loaded[0]?.id,
    username: 'person.0000',
    name: 'Person 0000',
    nameInsensitive: 'person 0000',
    type: 'user',
    active: true,
    status: 'offline',
  })
})

test('each is shown as pages show it, in the same order', async () => {
  const query = `fields=${encodeURIComponent('{"bio":1,"createdAt":1}')}&sort=${encodeURIComponent('{"name":-1}')}`
  const all = await people.get(`users.list?count=0&offset=2990&${query}`, reader)
  const page = await people.get(`users.list?count=100&offset=2990&${query}`, reader)
  assert.deepEqual(all.body, page.body)
})

test('without a count there are 50, with a larger one 100', async () => {
  assert.equal(at((await people.get('users.list', regular)).body, 'count'), 50)
  const { body } = await people.get('users.list?count=1000', regular)
  assert.deepEqual([at(body, 'count'), at(body, 'total')], [100, total])
})

test('from an offset on, and past the end', async () => {
  const { body } = await people.get(`users.list?count=0&offset=${total - 1}`, regular)
  assert.deepEqual([usernames(body), at(body, 'count'), at(body, 'total')], [['rollcall.admin'], 1, total])
  const past = await people.get(`users.list?count=0&offset=${total + 5}`, regular)
  assert.deepEqual(past.body, { users: [], count: 0, offset: total + 5, total, success: true })
  const nobody = await people.get('users.list?count=0&username=nobody.at.all', regular)
  assert.deepEqual(nobody.body, { users: [], count: 0, offset: 0, total: 0, success: true })
})

test('the other lists do the same', async () => {
  for (const path of ['users.listByStatus?count=0&searchTerm=person.', 'directory?count=0&text=person.']) {
    const { body, status } = await people.get(path, regular)
    assert.equal(status, 200, path)
    assert.deepEqual([at(body, 'count'), at(body, 'total')], [many, many], path)
  }
})

test('all of it is of one moment, however slowly it is read', async () => {
  const stream = await begin('users.list?count=0', regular)
  const first = await firstOf(stream)
  await directory.updateUser(operator, { userId: last.id, changes: { name: 'Renamed' } })
  const made = await people.user({ username: 'zz.late' })
  const body: unknown = JSON.parse(first + (await restOf(stream)))
  assert.deepEqual(usernames(body), everybody)
  assert.equal(at(body, 'users', total - 2, 'name'), last.displayName)
  await directory.deleteUser(operator, { userId: made.id })
})

test('a database that fails in the middle cuts the connection: nothing looks complete', async (t) => {
  const client = new pg.Client(connection)
  await client.connect()
  t.after(() => client.end())
  const stream = await begin('users.list?count=0', regular)
  const first = await firstOf(stream)
  while ((await cutExports(client)) === 0);
  await assert.rejects(restOf(stream), { code: 'LIGHT_ECONNRESET' })
  assert.throws(() => JSON.parse(first))
  const { status, body } = await people.get('users.list?count=0', regular)
  assert.deepEqual([status, at(body, 'count')], [200, total])
})

test('readers who stop reading are given up, and keep nothing from the others', async (t) => {
  const client = new pg.Client(connection)
  await client.connect()
  t.after(() => client.end())
  const streams = [await begin('users.list?count=0', regular), await begin('users.list?count=0', reader)]
  let given = 0
  // The database does so by itself after a minute.
  while (given < streams.length) given += await cutExports(client)
  const { status, body } = await people.get('users.list?count=0', regular)
  assert.deepEqual([status, at(body, 'count')], [200, total])
  for (const stream of streams) await assert.rejects(restOf(stream), { code: 'LIGHT_ECONNRESET' })
})

test('readers who leave early keep nothing from the others', async () => {
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  // More of them than there are connections for this.
  for (let reading = 0; reading < 6; reading += 1) {
    const asked = request(`${url}/api/v1/users.list?count=0`, { headers: regular.headers }).end()
    const [reply]: IncomingMessage[] = await once(asked, 'response')
    assert.ok(reply)
    await once(reply, 'readable')
    reply.destroy()
  }
  const { status, body } = await people.get('users.list?count=0', regular)
  assert.deepEqual([status, at(body, 'count')], [200, total])
})

test('who begins a second time while the first export runs waits for it, and is refused in the end', async () => {
  const first = await begin('users.list?count=0', regular)
  const { status, body } = await people.get('users.list?count=0', regular)
  assert.deepEqual([status, at(body, 'success')], [429, false])
  const other = await people.get('users.list?count=0', reader)
  assert.deepEqual([other.status, at(other.body, 'count')], [200, total])
  await restOf(first)
  assert.equal((await people.get('users.list?count=0', regular)).status, 200)
})
