import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Condition, fold, type SortKey, type Test, type User } from '../src/core/index.ts'
import { openApp } from './apps.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, store, tenant, clock, admin } = rollcall
const app = openApp(rollcall)
const names = [
  'Ána Berg',
  'ana berg',
  'ANA Bergen',
  'Ñuño',
  'Nuno',
  'Zoë',
  'zoe',
  'Øyvin',
  'a_b',
  'a%b',
  'あお',
  '',
  'ß',
]
const tags = ['north', 'night', 'First-Aid', '']
const roles: string[] = []
for (const code of ['one', 'two', 'three'])
  roles.push((await directory.createRole(operator, { code, name: code, permissions: [] })).id)
const everyone: User[] = [admin]
for (let n = 0; n < 60; n += 1) {
  // Several were made in the same moment, some later than others.
  if (n % 4 === 3) clock.advance(1)
  const uid = `${['ana', 'z', 'a_b', 'a-b'][n % 4]}${n}`
  const more = {
    name: names[n % names.length] ?? '',
    tags: tags.filter((_, at) => (n >> at) % 2 === 1),
    accessRoles: [roles[n % 4], roles[(n + 1) % 3]].flatMap((id) => id ?? []),
  }
  everyone.push(await app.user(uid, n % 7 === 0 ? { ...more, accessRoles: [] } : more))
}
const present = new Set<string>()
const come = async (ids: readonly string[]) => {
  for (const userId of ids) {
    await directory.setPresence(operator, {
      userId,
      status: (['online', 'away', 'busy'] as const)[userId.length % 3] ?? 'busy',
    })
    present.add(userId)
  }
}
const go = async (ids: readonly string[]) => {
  for (const userId of ids) {
    await directory.setPresence(operator, { userId, status: 'offline' })
    present.delete(userId)
  }
}
const compared = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))
const byName = (one: User, other: User) =>
  compared(fold(one.shownName), fold(other.shownName)) || compared(one.uid, other.uid)
const membersOrder = (users: readonly User[]) =>
  users.toSorted((one, other) => Number(present.has(other.id)) - Number(present.has(one.id)) || byName(one, other))
const uids = (users: readonly { readonly uid?: string }[]) => users.map(({ uid }) => uid)
const seenUids = async (where: Condition | undefined, limit: number, offset: number) => {
  const { view, users, total } = await directory.browseMembers(operator, { where, limit, offset, total: true })
  assert.equal(view, 'full')
  return { uids: users.map(({ id }) => everyone.find((user) => user.id === id)?.uid), total }
}
const at = (field: 'uid' | 'shownName' | 'tags' | 'accessRoles', test: Test, path: string[] = []): Condition => ({
  at: { field, path },
  test,
})

/** What a condition says of a user, told once more without SQL. */
function holds(user: User, condition: Condition): boolean {
  if ('all' in condition) return condition.all.every((one) => holds(user, one))
  if ('any' in condition) return condition.any.some((one) => holds(user, one))
  if ('not' in condition) return !holds(user, condition.not)
  if (!('at' in condition)) throw new Error('not asked here')
  const { field, path } = condition.at
  const { test: asked } = condition
  if (asked.op === 'starts') {
    if (field === 'uid') return user.uid.startsWith(asked.text.toLowerCase())
    return field === 'shownName' && fold(user.shownName).startsWith(fold(asked.text))
  }
  if (asked.op !== 'in') throw new Error('not asked here')
  const has = (value: string | null) => asked.values.includes(value)
  if (field === 'tags') return user.tags.some(has)
  return path[0] === '0' ? has(user.accessRoles[0] ?? null) : user.accessRoles.some(has)
}
const texts = [
  'a',
  'AN',
  'Ána b',
  'ana ber',
  'z',
  'Zo',
  'a_',
  'a%',
  '_',
  '%',
  'ñ',
  'ø',
  'あ',
  '',
  'b',
  'ana1',
  'A-B',
  '\\',
  'S',
  'ß',
]
const starts = (field: 'uid' | 'shownName') =>
  fc.constantFrom(...texts).map((text) => at(field, { op: 'starts', text }))
const someOf = (values: readonly string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  starts('uid'),
  starts('shownName'),
  fc.constantFrom(...texts).map((text) => ({
    any: [at('uid', { op: 'starts', text }), at('shownName', { op: 'starts', text })],
  })),
  someOf(tags).map((values) => at('tags', { op: 'in', values })),
  someOf(roles).map((values) => at('accessRoles', { op: 'in', values })),
  someOf(roles).map((values) => at('accessRoles', { op: 'in', values }, ['0'])),
  fc.constant(at('accessRoles', { op: 'in', values: [null] }, ['0'])),
)
const conditions = fc.oneof(
  { weight: 4, arbitrary: leaf },
  fc.array(leaf, { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
  fc.array(leaf, { minLength: 1, maxLength: 2 }).map((any) => ({ any })),
  fc.tuple(leaf, leaf).map(([one, other]) => ({ all: [one, { not: other }] })),
)

describe('lists of members', () => {
  test('whoever is here first, then by name without case and accents, then by uid: pages of every size', async () => {
    for (const moved of [[], [3, 9, 14, 15, 27], [3, 40, 41, 42, 60, 0], Array.from({ length: 61 }, (_, n) => n)]) {
      await go([...present])
      await come(moved.flatMap((n) => everyone[n]?.id ?? []))
      const expected = uids(membersOrder(everyone))
      for (const limit of [1, 2, 3, 7, 30, 60, 61, 1000]) {
        const pages: unknown[] = []
        for (let offset = 0; offset < 61; offset += limit) {
          const { uids: page, total } = await seenUids(undefined, limit, offset)
          assert.equal(total, 61)
          pages.push(...page)
        }
        assert.deepEqual(pages, expected, `${moved.length} here, ${limit} a page`)
      }
      assert.deepEqual(await seenUids(undefined, 5, 61), { uids: [], total: 61 })
    }
  })

  test('of any condition, with people coming and going between calls', async () => {
    await fc.assert(
      fc.asyncProperty(
        conditions,
        fc.uniqueArray(fc.nat(60), { maxLength: 5 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(30),
        async (where, moved, limit, offset) => {
          const ids = moved.flatMap((n) => everyone[n]?.id ?? [])
          const [going, coming] = [ids.filter((id) => present.has(id)), ids.filter((id) => !present.has(id))]
          await go(going)
          await come(coming)
          const expected = membersOrder(everyone.filter((user) => holds(user, where)))
          assert.deepEqual(await seenUids(where, limit, offset), {
            uids: uids(expected.slice(offset, offset + limit)),
            total: expected.length,
          })
        },
      ),
      { numRuns: 100 },
    )
  })

  const orders: [string, readonly SortKey[], (one: User, other: User) => number][] = [
    [
      'newest first, then by uid',
      [
        { field: 'createdAt', path: [], direction: 'desc' },
        { field: 'uid', path: [], direction: 'asc' },
      ],
      (one, other) => other.createdAt.getTime() - one.createdAt.getTime() || compared(one.uid, other.uid),
    ],
    [
      'by name backwards, then by uid',
      [
        { field: 'foldedName', path: [], direction: 'desc' },
        { field: 'uid', path: [], direction: 'asc' },
      ],
      (one, other) => compared(other.foldedName, one.foldedName) || compared(one.uid, other.uid),
    ],
    ['by uid', [{ field: 'uid', path: [], direction: 'asc' }], (one, other) => compared(one.uid, other.uid)],
  ]
  for (const [name, order, sort] of orders) {
    test(`of any condition ${name}: pages and totals`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.option(conditions, { nil: undefined }),
          fc.integer({ min: 1, max: 25 }),
          async (where, limit) => {
            const expected = everyone.filter((user) => where === undefined || holds(user, where)).sort(sort)
            const pages: User[] = []
            do {
              const query = { filter: { where }, order, limit, offset: pages.length, total: true }
              const page = await store.reads.users(tenant.id, query)
              assert.equal(page.total, expected.length)
              pages.push(...page.items)
              if (page.items.length === 0) break
            } while (pages.length < expected.length)
            assert.deepEqual(uids(pages), uids(expected))
          },
        ),
        { numRuns: 40 },
      )
    })
  }
})
