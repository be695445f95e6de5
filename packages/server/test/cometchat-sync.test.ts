import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { clock, directory, operator } = rollcall
const app = await cometchatOf(rollcall)

const uidsIn = (body: unknown): string[] => Object.values(Object(at(body, 'data'))).map((user) => textAt(user, 'uid'))
async function page(query: string, call = app.full) {
  const { status, body, text } = await call('GET', `/users?${query}`)
  assert.equal(status, 200, text)
  assert.deepEqual(at(body, 'cursor'), at(body, 'meta', 'cursor'))
  const [current, total] = ['current_page', 'total_pages'].map((name) => Number(at(body, 'meta', 'pagination', name)))
  return { uids: uidsIn(body), body, more: Number(current) < Number(total), cursor: Object(at(body, 'cursor')) }
}
/** All pages of what changed since a cursor, in the order told, and the cursor to go on from. */
async function changesSince(next: string, more = 'perPage=1000', call = app.full) {
  const uids: string[] = []
  for (let [from, going] = [next, true]; going; ) {
    const told = await page(`next=${from}&${more}`, call)
    uids.push(...told.uids)
    from = textAt(told.cursor, 'next')
    going = told.more
    if (!going) return { uids, next: from }
  }
  throw new Error('never')
}
const start = async (query = 'perPage=1000', call = app.full) => textAt((await page(query, call)).cursor, 'next')
const put = async (uid: string, body: object) =>
  assert.equal((await app.full('PUT', `/users/${uid}`, { body })).status, 200)
const refusedFields = async (query: string) => {
  const { status, body, text } = await app.full('GET', `/users?${query}`)
  assert.deepEqual([status, at(body, 'error', 'code')], [400, 'ERR_BAD_REQUEST'], `${query}: ${text}`)
  return Object.keys(Object(at(body, 'error', 'details')))
}

describe('a cursor of ours', () => {
  test('gives who has changed since its page, each once, and is good for that again', async () => {
    for (const uid of ['a', 'b', 'c', 'd']) await app.person(uid)
    const next = await start()
    assert.deepEqual((await changesSince(next)).uids, [])
    await put('b', { name: 'B' })
    await put('b', { name: 'BB' })
    await app.person('e')
    await app.full('DELETE', '/users/c')
    await app.full('DELETE', '/users/d', { body: { permanent: true } })
    for (const perPage of [1, 2, 1000]) {
      assert.deepEqual((await changesSince(next, `perPage=${perPage}`)).uids.sort(), ['b', 'e'])
      const all = await changesSince(next, `perPage=${perPage}&withDeactivated=1`)
      assert.deepEqual(all.uids.sort(), ['b', 'c', 'e'])
      assert.deepEqual((await changesSince(all.next, `perPage=${perPage}&withDeactivated=1`)).uids, [])
    }
  })

  test('is taken in every spelling, and the page is passed over', async () => {
    const next = await start()
    await put('a', { name: 'A' })
    const { cursor } = await page('perPage=1')
    const json = encodeURIComponent(JSON.stringify({ ...cursor, next }))
    for (const query of [`next=${next}`, `cursor[next]=${next}`, `cursor%5Bnext%5D=${next}`, `cursor=${json}`]) {
      assert.deepEqual((await page(`${query}&page=7&updatedAt=1&affix=append`)).uids, ['a'], query)
    }
  })

  test("gives only whom the request's filters let through, however many are passed over", async () => {
    const next = await start()
    for (let n = 0; n < 12; n += 1) await app.person(`many-${n}`)
    await app.person('sought', { tags: ['sought'] })
    for (const perPage of [1, 5]) {
      assert.deepEqual((await changesSince(next, `perPage=${perPage}&tags=sought`)).uids, ['sought'])
    }
    for (let n = 0; n < 60; n += 1) await app.person(`more-${n}`)
    const told = await changesSince(next, 'perPage=1&uids=more-59')
    assert.deepEqual(told.uids, ['more-59'])
  })

  test("of a user's own lists leaves that user out", async () => {
    const [viewer, friend] = [await app.person('viewer'), await app.person('friend')]
    await directory.befriendUsers(operator, { userId: viewer.id, otherIds: [friend.id] })
    const asViewer = await app.as(viewer)
    const next = await start('perPage=5', asViewer)
    for (const uid of ['viewer', 'friend', 'a']) await put(uid, { statusMessage: 'changed' })
    assert.deepEqual((await changesSince(next, '', asViewer)).uids.sort(), ['a', 'friend'])
    assert.deepEqual((await changesSince(next, 'friendsOnly=1', asViewer)).uids, ['friend'])
  })

  test('of any other making is refused by name', async () => {
    const next = await start()
    const coded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const [after, , , updatedAt] = Object.values(JSON.parse(Buffer.from(next, 'base64url').toString()))
    const bad = [
      ...['x', 'null', '%00', '*', 'e30', 'W10', coded({}), coded([]), coded([after]), coded('1:1:'), `${next}.`],
      ...[coded([after, null, null, 'x']), coded([after, null, null, updatedAt, 1]), coded(['1:1', null, null, 1])],
      ...[coded([after, after, null, 1]), coded([after, null, 'x', 1]), coded([after, '1:1:', 'a'.repeat(24), 1])],
      ...[
        coded([after, after, "a' or true", 1]),
        coded(['9:99999999999999:', null, null, 1]),
        coded([after, null, null, -1]),
      ],
    ]
    for (const text of bad) assert.deepEqual(await refusedFields(`next=${text}`), ['next'], text)
    for (const text of ['x', '[]', '3', '{"updatedAt":"x"}', '{"updatedAt":-1}', '{"updatedAt":1e99}']) {
      assert.deepEqual(await refusedFields(`cursor=${encodeURIComponent(text)}`), ['cursor'], text)
    }
    for (const text of ['x', '1.5', '-1', '1700000000000', '99999999999999999999']) {
      assert.deepEqual(await refusedFields(`updatedAt=${text}`), ['updatedAt'], text)
    }
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/), async (text) => {
        assert.deepEqual(await refusedFields(`next=${text}`), ['next'])
      }),
      { numRuns: 200 },
    )
  })

  test('on a page with nobody is absent, but goes on where it was sent', async () => {
    const { body } = await app.full('GET', '/users?tags=nobody-has-this')
    assert.deepEqual(body, {
      data: [],
      meta: { pagination: { total: 0, count: 0, per_page: 100, current_page: 1, total_pages: 1 } },
    })
    const { cursor } = await page('perPage=1000')
    const empty = await page(`next=${textAt(cursor, 'next')}`)
    assert.deepEqual([empty.uids, at(empty.cursor, 'updatedAt')], [[], at(cursor, 'updatedAt')])
    assert.ok(textAt(empty.cursor, 'next'))
  })
})

describe('a cursor of seconds', () => {
  const second = () => Math.floor(clock.now().getTime() / 1000)

  test('gives what changed after that second or before it, walking from it in pages', async () => {
    clock.advance(10_000 - (clock.now().getTime() % 1000))
    const first = second()
    const made = ['s0', 's1', 's2', 's3']
    for (const uid of made) {
      clock.advance(1500)
      await app.person(uid)
    }
    const these = `uids=${made.join(',')}`
    const uids = async (query: string) => (await page(query)).uids
    assert.deepEqual(await uids(`updatedAt=${first}`), made)
    assert.deepEqual(await uids(`updatedAt=${first}&affix=append&page=3`), made)
    assert.deepEqual(await uids(`updatedAt=${first + 1}`), made.slice(1), 'the second of the cursor itself is past')
    assert.deepEqual(await uids(`updatedAt=${first + 3}&affix=PREPEND&${these}`), ['s0'])
    assert.deepEqual(await uids(`updatedAt=${first + 3}&affix=sideways`), ['s2', 's3'])

    const walked: string[] = []
    let query = `updatedAt=${first}&perPage=1`
    for (let going = true; going; ) {
      const told = await page(query)
      walked.push(...told.uids)
      going = told.more
      query = `updatedAt=${at(told.cursor, 'updatedAt')}&affix=${at(told.cursor, 'affix')}&perPage=1`
    }
    assert.deepEqual(walked, made)
    const back: string[] = []
    for (let query = `updatedAt=${second() + 1}&affix=prepend&perPage=1&${these}`; back.length < 4; ) {
      const told = await page(query)
      back.push(...told.uids)
      query = `updatedAt=${at(told.cursor, 'updatedAt')}&affix=${at(told.cursor, 'affix')}&perPage=1&${these}`
    }
    assert.deepEqual(back, made.toReversed())
  })

  test('that came by itself leads on with ours', async () => {
    const { cursor } = await page(`updatedAt=${second() - 100}&perPage=1`)
    await put('s1', { name: 'Changed' })
    assert.deepEqual((await changesSince(textAt(cursor, 'next'))).uids, ['s1'])
  })
})

test('with eight writers at once nothing that was acknowledged is missed, and nobody is told without having changed', async () => {
  const flags = 'perPage=3&withDeactivated=1'
  const beginning = await start('perPage=1&withDeactivated=1')
  const rounds: { uids: readonly string[]; from: number; until: number }[] = []
  const changes: { uid: string; began: number; ended: number }[] = []
  const erased = new Set<string>()
  let [step, writing] = [0, 8]

  const writer = async (name: number) => {
    const own: string[] = []
    for (let n = 0; n < 25; n += 1) {
      step += 1
      const began = step
      const uid = own.length < 3 ? `w${name}-${n}` : (own[(n * 7 + name) % own.length] ?? '')
      const kind = own.length < 3 ? 0 : (n * 3 + name) % 5
      const acknowledged = async (...call: Parameters<typeof app.full>) =>
        assert.equal((await app.full(...call)).status, 200)
      if (kind === 0) {
        await acknowledged('POST', '/users', { body: { uid: `w${name}-${n}`, name: 'New' } })
        own.push(`w${name}-${n}`)
      } else if (kind === 1) {
        await acknowledged('PUT', '/users', { body: { uidsToActivate: [uid] } })
        await acknowledged('PUT', `/users/${uid}`, { body: { name: `Name ${n}`, tags: [String(n)] } })
      } else if (kind === 2) {
        await acknowledged('PUT', '/users', { body: { uidsToActivate: [uid] } })
        await acknowledged('DELETE', '/users', { body: { uidsToDeactivate: [uid] } })
      } else if (kind === 3) {
        own.splice(own.indexOf(uid), 1)
        erased.add(uid)
        await acknowledged('DELETE', `/users/${uid}`, { body: { permanent: true } })
      } else {
        const users = { [`w${name}-${n}`]: { uid: `w${name}-${n}`, name: 'Imported', createdAt: 1_600_000_000 } }
        await acknowledged('POST', '/data_import/users', { body: { users } })
        own.push(`w${name}-${n}`)
      }
      step += 1
      const told = kind === 0 || kind === 4 ? `w${name}-${n}` : uid
      changes.push({ uid: told, began, ended: step })
    }
    writing -= 1
  }
  const reader = async (): Promise<string> => {
    let next = beginning
    for (let more = true; more; ) {
      more = writing > 0
      const from = step
      const told = await changesSince(next, flags)
      assert.equal(new Set(told.uids).size, told.uids.length, 'each once')
      rounds.push({ uids: told.uids, from, until: step })
      next = told.next
    }
    return next
  }
  const [end] = await Promise.all([reader(), ...Array.from({ length: 8 }, (_, name) => writer(name))])
  assert.deepEqual((await changesSince(end, flags)).uids, [], 'nobody changed any more')

  assert.ok(rounds.length > 3)
  for (const { uid, began, ended } of changes) {
    if (erased.has(uid)) continue
    // Acknowledged before the round was asked: told in it, or in an earlier one that had not ended when the change began.
    const last = rounds.findIndex(({ from }) => from >= ended)
    const told = rounds.slice(0, last + 1).some(({ uids, until }) => until >= began && uids.includes(uid))
    assert.ok(told, `${uid}, changed from ${began} to ${ended}`)
  }
  rounds.forEach(({ uids, until }, place) => {
    const asked = rounds[place - 1]?.from ?? 0
    for (const uid of uids) {
      const may = changes.some((change) => change.uid === uid && change.ended >= asked && change.began <= until)
      assert.ok(may || erased.has(uid), `${uid} is told in round ${place} though it did not change`)
    }
  })
})
