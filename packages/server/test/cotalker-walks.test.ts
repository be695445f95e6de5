import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { at, startRollcall, type TestRollcall } from './support.ts'

/** People enough for many pages; `ROLLCALL_TEST_PEOPLE=10000` for as many as a company has. */
const many = Number(process.env.ROLLCALL_TEST_PEOPLE ?? 600)
const limit = many < 10_000 ? 25 : 100

async function people({ directory, operator }: TestRollcall): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < many; n += 1) {
    const { user } = await directory.createUser(operator, { email: `p${n}@example.com`, givenNames: 'Person' })
    ids.push(user.id)
  }
  return ids
}

/** What published clients do: pages until they have as many users as the count says; `between` runs after each. */
async function fetchedBy(
  rollcall: TestRollcall,
  filter: string,
  between: (page: number) => Promise<unknown>,
): Promise<string[]> {
  const seen: string[] = []
  let count = Number.POSITIVE_INFINITY
  for (let page = 1; seen.length < count; page += 1) {
    assert.ok(page < 10 * (many / limit), 'the loop ends')
    const path = `/api/v2/users?count=true&limit=${limit}&page=${page}${filter}`
    const { body } = await rollcall.call('GET', path, { token: rollcall.adminToken })
    const users = at(body, 'data', 'users')
    assert.ok(Array.isArray(users) && users.length > 0, `page ${page} has users`)
    seen.push(...users.map((user) => String(at(user, '_id'))))
    count = Number(at(body, 'data', 'count'))
    await between(page)
  }
  return seen
}

describe('a client that goes through pages until it has as many as the count', () => {
  for (const order of ['', '&orderBy=asc', '&orderBy=desc']) {
    test(`ends and sees everyone who was there throughout, while people come and change${order}`, async (t) => {
      const rollcall = await startRollcall(t)
      const { directory, operator, clock } = rollcall
      const ids = await people(rollcall)
      const seen = await fetchedBy(rollcall, order, async (page) => {
        clock.advance(1)
        await directory.createUser(operator, { email: `new${page}@example.com` })
        for (const step of [7, 131, 389]) {
          const userId = ids[(page * step) % many] ?? ''
          await directory.updateUser(operator, { userId, changes: { phone: String(page) } })
        }
      })
      assert.deepEqual(
        ids.filter((id) => !seen.includes(id)),
        [],
        'everyone',
      )
      assert.equal(new Set(seen).size, seen.length, 'nobody twice')
    })
  }

  test('with isActive=true ends, and misses at most as many as were deactivated meanwhile', async (t) => {
    const rollcall = await startRollcall(t)
    const { directory, operator, clock } = rollcall
    const ids = await people(rollcall)
    const removed = new Set<string>()
    const seen = await fetchedBy(rollcall, '&isActive=true', async (page) => {
      clock.advance(1)
      const userId = ids[(page * 37) % many] ?? ''
      if (removed.has(userId)) return
      await directory.deactivateUser(operator, { userId })
      removed.add(userId)
    })
    const missed = ids.filter((id) => !seen.includes(id) && !removed.has(id))
    assert.ok(removed.size > 0)
    assert.ok(missed.length <= removed.size, `${missed.length} missed, ${removed.size} removed`)
  })
})

test('pages out of order, repeated ones and those of two walkers with other parameters are what they always were', async (t) => {
  const rollcall = await startRollcall(t)
  for (let n = 0; n < 9; n += 1) await rollcall.directory.createUser(rollcall.operator, { email: `p${n}@example.com` })
  const page = async (number: number, more = '') => {
    const path = `/api/v2/users?limit=3&page=${number}${more}`
    const { body } = await rollcall.call('GET', path, { token: rollcall.adminToken })
    const users = at(body, 'data', 'users')
    return Array.isArray(users) ? users.map((user) => at(user, '_id')) : []
  }
  const third = await page(3)
  const [first, second] = [await page(1), await page(2)]
  assert.equal(new Set([...first, ...second, ...third]).size, 9)
  assert.deepEqual(await page(2), second)
  assert.deepEqual(await page(1, '&orderBy=asc'), (await page(4)).concat(third.toReversed()).slice(0, 3))
  assert.deepEqual(await page(3), third)
  assert.deepEqual(await page(9), [])
})
