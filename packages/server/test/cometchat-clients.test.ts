import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

/** Requests as scripts and libraries write them, over HTTP; the JavaScript SDK is in cometchat-sdk.test.ts. */
const rollcall = await startRollcall({ after })
const app = await cometchatOf(rollcall)
const { fullAccess } = app.keys
const base = await rollcall.server.listen({ host: '127.0.0.1', port: 0 })
const createdAt = Math.floor(rollcall.clock.now().getTime() / 1000)

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}
async function send(path: string, { headers, ...init }: Sent = {}) {
  const reply = await fetch(`${base}/v3${path}`, { ...init, headers: { apiKey: fullAccess, ...headers } })
  const body: unknown = await reply.json()
  return { status: reply.status, body }
}
async function sendOk(path: string, sent: Sent = {}): Promise<unknown> {
  const { status, body } = await send(path, sent)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}
const json = { 'content-type': 'application/json' }

for (const role of ['a', 'b']) {
  await sendOk('/roles', { method: 'POST', headers: json, body: JSON.stringify({ role, name: `Role ${role}` }) })
}
await app.person('ann', { displayName: 'Ann', roleCodes: ['a'], tags: ['x', 'one two'] })
await app.person('ben', { displayName: 'Ben', roleCodes: ['b'], tags: ['y'] })
await app.person('cal', { displayName: 'Cal', tags: ['x,y'] })
const shown = (uid: string, name: string, more: object = {}) => ({
  uid,
  name,
  role: 'default',
  createdAt,
  status: 'offline',
  ...more,
})
const ann = shown('ann', 'Ann', { role: 'a' })
const ben = shown('ben', 'Ben', { role: 'b' })

/** What a list answers, its cursor aside. */
async function listed(query: string, headers: Record<string, string> = {}) {
  const body = await sendOk(`/users?${query}`, { headers })
  return { data: at(body, 'data'), pagination: at(body, 'meta', 'pagination') }
}
const pageOf = (data: readonly object[], per_page = 100) => ({
  data,
  pagination: { total: data.length, count: data.length, per_page, current_page: 1, total_pages: 1 },
})
const tagsOfAnn = { tags: ['x', 'one two'] }

describe('lists', () => {
  test('of PHP: repeated names, and brackets of http_build_query', async () => {
    const headers = { accept: 'application/json', appId: 'rollcall', onBehalfOf: 'cal' }
    const eyes = (user: { uid: string }) => ({ ...user, conversationId: [user.uid, 'cal'].sort().join('_user_') })
    const both = pageOf([eyes(ann), eyes(ben)], 20)
    assert.deepEqual(await listed('perPage=20&page=1&roles=a&roles=b', headers), both)
    assert.deepEqual(await listed('perPage=20&roles%5B0%5D=a&roles%5B1%5D=b&count=1&withTags=0', headers), both)
    assert.deepEqual(await listed('searchKey=an&searchIn=uid&searchIn=name&withTags=false'), pageOf([ann]))
  })

  test('of axios: brackets with and without numbers, and plus signs', async () => {
    const tagged = pageOf([
      { ...ann, ...tagsOfAnn },
      { ...ben, tags: ['y'] },
    ])
    assert.deepEqual(await listed('tags[0]=x&tags[1]=y&withTags=true'), tagged)
    assert.deepEqual(await listed('tags[]=x&tags[]=y&withTags=true'), tagged)
    assert.deepEqual(await listed('tags[]=one+two&withTags=true'), pageOf([{ ...ann, ...tagsOfAnn }]))
    assert.deepEqual(await listed('tags[]=x,y'), pageOf([ann, ben]), 'a bare comma separates')
    assert.deepEqual(
      await listed('tags[]=x%2Cy'),
      pageOf([shown('cal', 'Cal')]),
      'an encoded one of a named item does not',
    )
  })

  test('of C#: flags with a capital letter, and lists as one text that is encoded', async () => {
    const query = 'perPage=100&withTags=True&onlyDeactivated=False&withDeactivated=False&count=True&tags=x%2Cy'
    const expected = pageOf([
      { ...ann, ...tagsOfAnn },
      { ...ben, tags: ['y'] },
    ])
    assert.deepEqual(await listed(query, { ...json, accept: '*/*' }), expected)
    assert.deepEqual(await listed('onlyDeactivated=True'), pageOf([]))
  })

  test('of scripts that go on until the last page', async () => {
    const uids: unknown[] = []
    let last = 1
    for (let page = 1; page <= last; page += 1) {
      const body = await sendOk(`/users?perPage=1&page=${page}&roles=a&roles=b`)
      last = Number(at(body, 'meta', 'pagination', 'total_pages'))
      uids.push(...Object.values(Object(at(body, 'data'))).map((user) => at(user, 'uid')))
    }
    assert.deepEqual(uids, ['ann', 'ben'])
  })
})

describe('writes', () => {
  test('of scripts that create, or else update, by the code of the refusal', async () => {
    const upsert = async (uid: string, name: string) => {
      const made = await send('/users', { method: 'POST', headers: json, body: JSON.stringify({ uid, name }) })
      if (at(made.body, 'error', 'code') !== 'ERR_UID_ALREADY_EXISTS') return made
      return send(`/users/${uid}`, { method: 'PUT', headers: json, body: JSON.stringify({ name }) })
    }
    assert.deepEqual(await upsert('Dot', 'Dot'), { status: 200, body: { data: shown('dot', 'Dot') } })
    const data = shown('dot', 'Dotty', { updatedAt: createdAt })
    assert.deepEqual(await upsert('DOT', 'Dotty'), { status: 200, body: { data } })
  })

  test('of scripts that update, or else create', async () => {
    const put = { method: 'PUT', headers: json, body: '{"name":"Ed"}' }
    const refused = await send('/users/ed', put)
    assert.deepEqual([refused.status, at(refused.body, 'error', 'code')], [404, 'ERR_UID_NOT_FOUND'])
    await sendOk('/users', { method: 'POST', headers: json, body: '{"uid":"ed","name":"E"}' })
    assert.equal(at(await sendOk('/users/ed', put), 'data', 'name'), 'Ed')
  })

  test('without a body, with an empty one, and with the empty list of PHP', async () => {
    for (const sent of [{}, { headers: json }, { headers: json, body: '' }, { headers: json, body: '[]' }]) {
      const body = await sendOk('/users/ann/auth_tokens', { method: 'POST', ...sent })
      assert.equal(at(body, 'data', 'uid'), 'ann')
    }
    const flushed = { success: true, message: 'All auth tokens of the user with the uid ann have been deleted.' }
    for (const sent of [{}, { headers: json }, { headers: json, body: '[]' }]) {
      assert.deepEqual(await sendOk('/users/ann/auth_tokens', { method: 'DELETE', ...sent }), { data: flushed })
    }
  })

  test('with a charset, with metadata as text, and with what is read only', async () => {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' }
    const sent = {
      uid: 'flo',
      name: 'Flö',
      metadata: '{"a":[1]}',
      createdAt: 1,
      status: 'available',
      lastActiveAt: null,
    }
    const body = await sendOk('/users', { method: 'POST', headers, body: JSON.stringify(sent) })
    assert.deepEqual(body, { data: shown('flo', 'Flö', { metadata: { a: [1] } }) })
  })

  test('DELETE with a body, as the samples have it', async () => {
    const ended = (body: object) => sendOk('/users', { method: 'DELETE', headers: json, body: JSON.stringify(body) })
    for (const uid of ['gus', 'hal'])
      await sendOk('/users', { method: 'POST', headers: json, body: JSON.stringify({ uid, name: uid }) })
    assert.deepEqual(await ended({ uidsToDeactivate: ['gus', 'Nobody'] }), {
      data: { deactivatedUids: ['gus'], notFound: ['Nobody'] },
    })
    const erased = await sendOk('/users/hal', { method: 'DELETE', headers: json, body: '{"permanent":"true"}' })
    assert.deepEqual(erased, { data: { success: true, message: 'The user with the uid hal has been deleted.' } })
  })

  test('in another form than JSON is refused in JSON', async () => {
    const body = 'uid=ida&name=Ida'
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { status, body: refused } = await send('/users', { method: 'POST', headers, body })
    assert.deepEqual([status, at(refused, 'error', 'code')], [415, 'ERR_BAD_REQUEST'])
  })
})
