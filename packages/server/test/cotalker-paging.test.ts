import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { draftUser, withDerived } from '../src/core/index.ts'
import { peopleOf } from './cotalker-people.ts'
import { at, startRollcall } from './support.ts'

/** What a client's loop sees while the directory changes under it; docs/fidelity.md tells it to its writers. */
const rollcall = await startRollcall({ after })
const { call, adminToken, clock, directory, operator } = rollcall
const people = peopleOf(rollcall)
const size = 10_000
const idOf = (n: number) => `fac000000000000000${String(n).padStart(6, '0')}`
const { catalogue } = await directory.getUser(operator, { userId: rollcall.admin.id })
await directory.loadUsers(operator, {
  users: Array.from({ length: size }, (_, n) => {
    const ids = { id: idOf(n), membershipId: `fad000000000000000${String(n).padStart(6, '0')}` }
    const fields = { email: `many${n}@example.com`, username: `many${n}`, givenNames: 'Many', accessRoles: [] }
    const user = draftUser(fields, { ...ids, at: new Date(Date.UTC(2020, 0, 1) + n * 1000), catalogue })
    return withDerived(user)
  }),
})

interface Loop {
  readonly query: string
  /** Runs after each page, with what the page held. */
  readonly meanwhile: (seen: readonly string[]) => Promise<void>
}

/** The loop of the published clients; fails where it does not end. */
async function everyone({ query, meanwhile }: Loop): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = []
  let total = 1
  let page = 1
  for (; ids.length < total; page += 1) {
    assert.ok(page < 200, 'the loop does not end')
    const path = `/api/v2/users?limit=100&count=true&page=${page}${query}`
    const { status, body, text } = await call('GET', path, { token: adminToken })
    assert.equal(status, 200, text)
    const users = at(body, 'data', 'users')
    assert.ok(Array.isArray(users))
    ids.push(...users.map((user: unknown) => String(at(user, '_id'))))
    total = Number(at(body, 'data', 'count'))
    clock.advance(1)
    await meanwhile(users.map((user: unknown) => String(at(user, '_id'))))
  }
  return { ids, pages: page - 1 }
}

const throughout = Array.from({ length: size }, (_, n) => idOf(n))
const missing = (seen: readonly string[], wanted: readonly string[] = throughout) => {
  const known = new Set(seen)
  return wanted.filter((id) => !known.has(id))
}
/** Every so many steps through all users in an order that has nothing to do with theirs. */
const scattered = (step: number) => idOf((step * 7919) % size)
const phone = (userId: string, value: string) => directory.updateUser(operator, { userId, changes: { phone: value } })

describe('users created and changed meanwhile', () => {
  for (const orderBy of ['asc', 'desc']) {
    test(`sortBy=_id&orderBy=${orderBy}: the loop ends and sees everyone who was there throughout`, async () => {
      let step = 0
      const { ids } = await everyone({
        query: `&sortBy=_id&orderBy=${orderBy}`,
        meanwhile: async () => {
          for (let n = 0; n < 3; n += 1) {
            step += 1
            await phone(scattered(step), `${orderBy} ${step}`)
          }
          await people.user()
        },
      })
      assert.deepEqual(missing(ids), [])
    })
  }

  test('in the usual order: the loop ends; with whom modified_gte gives afterwards, everyone was seen', async () => {
    let step = 0
    const changed = new Set<string>()
    const began = clock.now().toISOString()
    const { ids } = await everyone({
      query: '',
      meanwhile: async () => {
        for (let n = 0; n < 3; n += 1) {
          step += 1
          changed.add(scattered(step))
          await phone(scattered(step), `usual ${step}`)
        }
        await people.user()
      },
    })
    const missed = missing(ids)
    assert.ok(missed.length > 0, 'whoever is changed before its page is read goes to the first page')
    for (const id of missed) assert.ok(changed.has(id), 'nobody else is missed')
    const later = await everyone({ query: `&modified_gte=${began}`, meanwhile: async () => {} })
    assert.deepEqual(missing([...ids, ...later.ids]), [])
  })

  test('users created alone: the usual order sees everyone, some of them twice', async () => {
    const { ids } = await everyone({ query: '', meanwhile: async () => void (await people.user()) })
    assert.deepEqual(missing(ids), [])
    assert.ok(new Set(ids).size < ids.length)
  })
})

describe('isActive=true, and users deactivated meanwhile', () => {
  for (const query of ['', '&sortBy=_id&orderBy=asc']) {
    test(`${query || 'the usual order'}: the loop ends and misses at most as many as were removed`, async () => {
      const active = await everyone({ query: '&isActive=true&sortBy=_id', meanwhile: async () => {} })
      const removed = new Set<string>()
      const { ids } = await everyone({
        query: `&isActive=true${query}`,
        // Somebody who was seen goes: the later pages move up.
        meanwhile: async ([first = '', second = '']) => {
          for (const userId of [first, second]) {
            if (userId === rollcall.admin.id || userId === '') continue
            removed.add(userId)
            await directory.deactivateUser(operator, { userId })
          }
        },
      })
      const missed = missing(
        ids,
        active.ids.filter((id) => !removed.has(id)),
      )
      assert.ok(removed.size > 100)
      assert.ok(missed.length > 0 && missed.length <= removed.size, `${missed.length} of ${removed.size}`)
    })
  }
})
