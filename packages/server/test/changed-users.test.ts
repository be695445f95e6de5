import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { DirectoryError } from '../src/core/index.ts'
import { openApp } from './apps.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, connection } = rollcall
const app = openApp(rollcall)

const moment = () => directory.presentMoment(operator, null)
/** All pages between two moments: who changed, in the order told, and the moment to go on from. */
async function changesAfter(from: string, limit = 1000) {
  const ids: string[] = []
  let [fromId, until]: [string | null, string | undefined] = [null, undefined]
  do {
    const asked = { after: from, fromId, limit, ...(until !== undefined && { until }) }
    const page = await directory.changedUsers(operator, asked)
    assert.ok(page.users.length <= limit)
    ids.push(...page.users.map(({ id }) => id))
    fromId = page.nextId
    until = page.until
  } while (fromId !== null)
  return { ids, until }
}
const touch = (userId: string, phone: string) => directory.updateUser(operator, { userId, changes: { phone } })

describe('changes since a moment', () => {
  test('what changes a user is told, once, as it is now; what changes nothing of it is not', async () => {
    const [one, other, third] = [await app.user('one'), await app.user('other'), await app.user('third')]
    const from = await moment()
    assert.deepEqual((await changesAfter(from)).ids, [])
    await directory.befriendUsers(operator, { userId: one.id, otherIds: [other.id] })
    await directory.blockUsers(operator, { userId: one.id, otherIds: [other.id] })
    await app.token(one.id)
    await directory.flushUserTokens(app.keeper, { userId: one.id })
    await directory.updateUser(operator, { userId: one.id, changes: {} })
    assert.deepEqual((await changesAfter(from)).ids, [])
    await touch(one.id, '1')
    await touch(one.id, '2')
    await directory.deactivateUser(operator, { userId: third.id })
    const { users, view } = await directory.changedUsers(operator, { after: from, fromId: null, limit: 10 })
    assert.deepEqual([view, users.map(({ id }) => id)], ['full', [one.id, third.id].sort()])
    const now = await directory.getUser(operator, { userId: one.id })
    assert.deepEqual(
      users.find(({ id }) => id === one.id),
      now.user,
    )
    const later = await moment()
    await directory.updateUser(operator, { userId: other.id, changes: { peers: [one.id] } })
    assert.deepEqual((await changesAfter(later)).ids, [one.id, other.id].sort(), 'both sides of a relation')
    await directory.deleteUser(operator, { userId: other.id })
    assert.deepEqual((await changesAfter(later)).ids, [one.id], 'the erased one is left out')
    const made = await app.user('made-later')
    assert.deepEqual((await changesAfter(later)).ids, [one.id, made.id].sort())
  })

  test('a condition leaves the others out, and passes over many of them in one call', async () => {
    const from = await moment()
    const ids: string[] = []
    for (let n = 0; n < 9; n += 1) ids.push((await app.user(`cond${n}`, n === 8 ? { tags: ['kept'] } : {})).id)
    const where = { at: { field: 'tags', path: [] }, test: { op: 'in', values: ['kept'] } } as const
    const asked = { after: from, fromId: null, limit: 1, where }
    const { users, nextId } = await directory.changedUsers(operator, asked)
    assert.deepEqual([users.map(({ id }) => id), nextId], [ids.slice(8), null])
  })

  test('pages go on behind the last id, up to the moment of the first', async () => {
    const ids: string[] = []
    for (let n = 0; n < 7; n += 1) ids.push((await app.user(`page${n}`)).id)
    ids.sort()
    const from = await moment()
    for (const id of ids.slice(0, 5)) await touch(id, 'first')
    for (const limit of [1, 2, 3, 5, 6]) assert.deepEqual((await changesAfter(from, limit)).ids, ids.slice(0, 5))
    const first = await directory.changedUsers(operator, { after: from, fromId: null, limit: 2 })
    assert.deepEqual([first.users.map(({ id }) => id), first.nextId], [ids.slice(0, 2), ids[1]])
    await touch(ids[0] ?? '', 'second')
    await touch(ids[6] ?? '', 'second')
    const { until } = first
    const rest = await directory.changedUsers(operator, { after: from, until, fromId: first.nextId, limit: 10 })
    assert.deepEqual([rest.users.map(({ id }) => id), rest.until, rest.nextId], [ids.slice(2, 5), until, null])
    assert.deepEqual((await changesAfter(until)).ids, [ids[0], ids[6]])
  })

  test('a change that was on its way at a moment is told after it, though later ones were told before', async () => {
    const [slow, quick] = [await app.user('slow'), await app.user('quick')]
    const client = new pg.Client(connection)
    await client.connect()
    const from = await moment()
    await client.query('begin')
    const event = `insert into events (tenant_id, at, type, subject_id, dialect, request_id, touches)
      values ($1, now(), 'user.updated', $2, 'test', '-', array['user:' || $2])`
    await client.query(event, [operator.tenantId, slow.id])
    await touch(quick.id, '1')
    const first = await changesAfter(from)
    assert.deepEqual(first.ids, [quick.id])
    await client.query('commit')
    await client.end()
    const second = await changesAfter(first.until)
    assert.deepEqual(second.ids, [slow.id])
    assert.deepEqual((await changesAfter(second.until)).ids, [])
  })

  test('a text that is no moment of this database is refused', async () => {
    const now = await moment()
    const [first = '', end = ''] = now.split(':')
    const beyond = String(Number(end) + 1_000_000)
    const bad = [
      ...[
        '',
        'x',
        '1',
        '1:2',
        '1:2:3:4',
        ':::',
        '-1:2:',
        '0:0:',
        '0:5:',
        '5:3:',
        '1:5:9',
        '3:5:1',
        '1:9:5,3',
        '1:9:5,',
        ' 1:2:',
      ],
      ...[
        '1:2:\n',
        '99999999999999999999:99999999999999999999:',
        "1:2:'",
        `${first}:${beyond}:`,
        `${beyond}:${beyond}:`,
      ],
      `1:20000:${'2,'.repeat(10_001)}3`,
    ]
    for (const text of bad) {
      const refused = { code: 'invalid_input', detail: { field: 'cursor' } }
      const asked = { fromId: null, limit: 10 }
      await assert.rejects(directory.changedUsers(operator, { ...asked, after: text }), refused, text)
      await assert.rejects(directory.changedUsers(operator, { ...asked, after: '1:1:', until: text }), refused, text)
    }
    const backwards = { after: now, until: '1:1:', fromId: null, limit: 10 }
    await assert.rejects(directory.changedUsers(operator, backwards), { code: 'invalid_input' })
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^\d{0,4}:\d{0,4}:[\d,]{0,9}$/), async (after) => {
        await directory.changedUsers(operator, { after, fromId: null, limit: 1 }).catch((error: unknown) => {
          assert.ok(error instanceof DirectoryError)
          assert.equal(error.code, 'invalid_input')
        })
      }),
      { numRuns: 100 },
    )
  })

  test('with eight writers at once none of their changes is missed, and none is told twice', async () => {
    const start = await moment()
    const rounds: { ids: readonly string[]; from: number; until: number }[] = []
    const changes: { id: string; began: number; ended: number }[] = []
    const erased = new Set<string>()
    let [step, writing] = [0, 8]
    const writer = async (name: number) => {
      const own: string[] = []
      for (let n = 0; n < 30; n += 1) {
        step += 1
        const began = step
        let changed: string[] = []
        const [last = '', before = ''] = [own.at(-1), own.at(-2)]
        const kind = own.length < 3 ? 0 : (n * 7 + name) % 5
        if (kind === 0) {
          changed = [(await app.user(`w${name}-${n}`)).id]
          own.push(...changed)
        } else if (kind === 1) {
          await touch(last, String(n))
          changed = [last]
        } else if (kind === 2) {
          const { active } = (await directory.getUser(operator, { userId: before })).user
          await directory.updateUser(operator, { userId: before, changes: { active: !active } })
          changed = [before]
        } else if (kind === 3) {
          const { bosses } = (await directory.getUser(operator, { userId: last })).user
          const wanted = bosses.length === 0 ? [before] : []
          await directory.updateUser(operator, { userId: last, changes: { bosses: wanted } })
          changed = [last, before]
        } else {
          const gone = own.shift() ?? ''
          const { bosses, subordinates } = (await directory.getUser(operator, { userId: gone })).user
          changed = [...bosses, ...subordinates]
          erased.add(gone)
          await directory.deleteUser(operator, { userId: gone })
        }
        step += 1
        changes.push(...changed.map((id) => ({ id, began, ended: step })))
      }
      writing -= 1
    }
    const reader = async () => {
      let from = start
      for (let more = true; more; ) {
        more = writing > 0
        const asked = step
        const { ids, until } = await changesAfter(from, 3)
        assert.deepEqual(ids, [...new Set(ids)].sort(), 'each once, in order')
        rounds.push({ ids, from: asked, until: step })
        from = until
      }
      return from
    }
    const [end] = await Promise.all([reader(), ...Array.from({ length: 8 }, (_, name) => writer(name))])
    assert.deepEqual((await changesAfter(end)).ids, [], 'nobody changed any more')

    assert.ok(rounds.length > 3)
    for (const { id, began, ended } of changes) {
      if (erased.has(id)) continue
      // Acknowledged before the round was asked: told in it or an earlier one that had not ended when the change began.
      const at = rounds.findIndex(({ from }) => from >= ended)
      const told = rounds.slice(0, at + 1).some(({ ids, until }) => until >= began && ids.includes(id))
      assert.ok(told, `${id}, changed from ${began} to ${ended}`)
    }
    rounds.forEach(({ ids, until }, at) => {
      const asked = rounds[at - 1]?.from ?? 0
      for (const id of ids) {
        const may = changes.some((change) => change.id === id && change.ended >= asked && change.began <= until)
        assert.ok(may || erased.has(id), `${id} is told in round ${at} though it did not change`)
      }
    })
  })
})
