import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Comparable,
  type Condition,
  customFieldsCollection,
  draftUser,
  type FieldPath,
  fold,
  type SortKey,
  type Status,
  type TextField,
  type User,
  type UserFilter,
  withDerived,
} from '../src/core/index.ts'
import { startRollcall } from './support.ts'

/** Conditions and orders mean in SQL what `core/condition.ts` and `core/page.ts` say; said here once more without SQL. */
const rollcall = await startRollcall({ after })
const { directory, operator, store, tenant, clock } = rollcall
const start = clock.now().getTime()
const roles = [...(await directory.everyRole(operator, { right: null }))].map(({ id }) => id)
const custom = (name: string): FieldPath => ({ field: 'extensions', path: [customFieldsCollection, name] })
const field = (name: FieldPath['field']): FieldPath => ({ field: name, path: [] })
const long = 'long '.repeat(40)

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length]
const names = ['Mara', 'mara', 'MÁRA Lund', 'Ñandú Éan', 'Oda_100%', 'back\\slash', 'Tom Tarn', '']
const notes = [undefined, null, 'High', 'high', 'Low', 7, 10, 9, 0.5, true, false, ['High'], { deep: 'x' }, `${long}1`]
const statuses: readonly (Status | null)[] = [null, 'online', 'away', null, 'busy', 'offline']

/** Each has another mixture, and several share each value. */
function drafted(n: number, catalogue: Parameters<typeof draftUser>[1]['catalogue']): User {
  const id = `6f${String(n).padStart(22, '0')}`
  const note = pick(notes, n)
  const values = {
    ...(note !== undefined && { note }),
    ...(n % 3 === 0 && { 'odd "name" $x': pick(['a', 'b'], n) }),
    ...(n % 4 === 1 && { long: `${long}${n % 8}` }),
  }
  const user = draftUser(
    {
      username: `${pick(['Mara', 'oda', 'Tom.T', 'x_y', 'Z-1'], n)}${n}`,
      ...(n % 5 !== 0 && { email: `p${n}@example.com`, emailVerified: n % 2 === 0 }),
      displayName: pick(names, n) ?? '',
      nickname: pick([null, 'Mimi', 'mimi', 'ÉÑ', ''], n) ?? null,
      bio: pick([null, 'likes 100% _all_', 'Likes ÑANDÚ\nand more', 'x@home'], n) ?? null,
      kind: pick(['human', 'human', 'bot', 'app'] as const, n) ?? 'human',
      active: n % 6 !== 0,
      accessRoles: roles.filter((_, place) => (n >> place) % 3 === 1).slice(0, 3),
      importIds: n % 7 === 0 ? [`i${n % 2}`, 'both'] : [],
      utcOffset: pick([null, -3.5, 0, 5.75, -3.5], n) ?? null,
      extensions: n % 5 === 2 ? {} : { [customFieldsCollection]: values },
    },
    { id, membershipId: id, at: new Date(start + (n % 9) * 1000), catalogue },
  )
  const lastLoginAt = n % 4 === 0 ? null : new Date(start + (n % 5) * 60_000)
  return withDerived({ ...user, lastLoginAt, deactivatedAt: user.active ? null : user.createdAt })
}

const presences = new Map<string, Status>()
let people: readonly User[] = []
before(async () => {
  const { catalogue } = await directory.getUser(operator, { userId: rollcall.admin.id })
  const users = Array.from({ length: 70 }, (_, n) => drafted(n, catalogue))
  await directory.loadUsers(operator, { users })
  for (const [n, { id, active }] of users.entries()) {
    const status = pick(statuses, n) ?? null
    if (status === null || !active) continue
    presences.set(id, status)
    await directory.setPresence(operator, { userId: id, status })
  }
  // What changed since it was loaded is found where it is now.
  for (const { id } of users.slice(0, 8)) {
    clock.advance(1)
    const extensions = { [customFieldsCollection]: {} }
    await directory.updateUser(operator, { userId: id, changes: { nickname: 'Mimi', extensions }, whole: true })
  }
  const order = [{ ...field('id'), direction: 'asc' }] as const
  const { items } = await store.reads.users(tenant.id, { filter: {}, order, limit: 1000, offset: 0, total: false })
  people = items
  assert.equal(people.length, 71)
})

/** What a path leads to: `undefined` for nothing. */
function valueAt(user: User, { field: name, path }: FieldPath): unknown {
  if (name === 'status') return presences.get(user.id) ?? 'offline'
  const value: unknown = user[name]
  const found = path.reduce<unknown>((holder, key) => new Map(Object.entries(Object(holder))).get(key), value)
  return path.length === 0 && found === null ? undefined : found
}

const comparable = (value: unknown): unknown => (value instanceof Date ? value.getTime() : value)
const sameKind = (one: unknown, other: unknown): boolean =>
  typeof one === typeof other && one instanceof Date === other instanceof Date
/** By code points, as numbers, as moments; lists item by item. */
const compare = (one: unknown, other: unknown): number => {
  const [a, b] = [comparable(one), comparable(other)]
  if (Array.isArray(a) && Array.isArray(b)) {
    const at = a.findIndex((item, place) => item !== b[place])
    return at === -1 || at >= b.length ? a.length - b.length : compare(a[at], b[at])
  }
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return Number(a) - Number(b)
}
type Test = Extract<Condition, { readonly at: unknown }>['test']

function passes(value: unknown, test: Test): boolean {
  if (test.op === 'exists') return value !== undefined
  if (value === undefined || value === null) return test.op === 'in' && test.values.includes(null)
  if (test.op === 'in') {
    return test.values.some((one) => sameKind(one, value) && comparable(one) === comparable(value))
  }
  if (test.op === 'matches') {
    const { source, ignoreCase, dotAll } = test.pattern
    const pattern = new RegExp(source, `${ignoreCase ? 'i' : ''}${dotAll ? 's' : ''}`)
    return typeof value === 'string' && pattern.test(value)
  }
  // Told in the test of users' order.
  if (test.op === 'starts') return false
  if (!sameKind(test.value, value)) return false
  const difference = compare(value, test.value)
  if (test.op === 'less') return difference < 0
  if (test.op === 'at-most') return difference <= 0
  return test.op === 'more' ? difference > 0 : difference >= 0
}

function holds(user: User, condition: Condition): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(user, part))
  if ('any' in condition) return condition.any.some((part) => holds(user, part))
  if ('not' in condition) return !holds(user, condition.not)
  if ('contains' in condition) {
    const textOf = (name: TextField) => (name === 'email' && user.emailGenerated ? '' : fold(user[name] ?? ''))
    return condition.within.some((name) => textOf(name).includes(fold(condition.contains)))
  }
  if ('link' in condition) return false
  const value = valueAt(user, condition.at)
  if (!Array.isArray(value) || condition.at.path.length > 0) return passes(value, condition.test)
  return condition.test.op === 'exists' ? value.length > 0 : value.some((item) => passes(item, condition.test))
}

function inOrder(order: readonly SortKey[]) {
  const keyOf = (user: User, key: SortKey): unknown => {
    const value = valueAt(user, key)
    if (value === undefined || value === null) return null
    if (key.field === 'username') return user.username.toLowerCase()
    if (key.path.length === 0 || typeof value === 'string') return value
    // As PostgreSQL writes JSON.
    return JSON.stringify(value).replaceAll(':', ': ').replaceAll(',', ', ')
  }
  const last = order.at(-1)?.direction ?? 'asc'
  const keys = [...order, { ...field('id'), direction: last }]
  return (one: User, other: User): number => {
    for (const key of keys) {
      const [a, b] = [keyOf(one, key), keyOf(other, key)]
      const difference = a === null || b === null ? Number(b === null) - Number(a === null) : compare(a, b)
      if (difference !== 0) return key.direction === 'asc' ? difference : -difference
    }
    return 0
  }
}

const plain: readonly FieldPath['field'][] = [
  ...(['username', 'shownName', 'nickname', 'bio', 'email', 'uid', 'id', 'kind', 'status', 'active'] as const),
  ...(['emailVerified', 'utcOffset', 'createdAt', 'lastLoginAt', 'accessRoles', 'importIds'] as const),
]
const customs = ['note', 'odd "name" $x', 'long', 'nobody has it'].map(custom)
const paths = fc.constantFrom<FieldPath>(
  ...plain.map(field),
  ...customs,
  { field: 'extensions', path: [customFieldsCollection, 'note', 'deep'] },
  { field: 'extensions', path: [customFieldsCollection] },
)
const strangers: readonly (Comparable | null)[] = [
  ...[null, '', 'zz', 'mara', 'bot', 0, 10, -3.5, 1e300, true, false],
  ...[new Date(start), new Date(8.64e15), new Date(-8.64e15)],
]
const isScalar = (value: unknown): value is Comparable | null =>
  value === null || value instanceof Date || ['string', 'number', 'boolean'].includes(typeof value)
const valuesOf = (path: FieldPath): fc.Arbitrary<Comparable | null> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.nat(70).map((n) => valueOfSomebody(path, n)) },
    { weight: 1, arbitrary: fc.constantFrom(...strangers) },
  )
function valueOfSomebody(path: FieldPath, n: number): Comparable | null {
  const user = people[n]
  const value = user === undefined ? null : [valueAt(user, path)].flat()[0]
  return isScalar(value) ? value : null
}
const patterns = ['^Mara', '^m', '^Ñ', 'a', 'l.n', 'ú\\s', '%', '^$', 'High|Low', '[0-9]$', '\\\\', 'ÑAN', 'x_y']
const texts: readonly TextField[] = ['username', 'shownName', 'nickname', 'bio', 'email']
const tests = (path: FieldPath): fc.Arbitrary<Test> =>
  fc.oneof(
    fc.array(valuesOf(path), { maxLength: 3 }).map((values) => ({ op: 'in', values }) as const),
    fc
      .record({ op: fc.constantFrom('less', 'at-most', 'more', 'at-least'), value: valuesOf(path) })
      .map(({ op, value }) => ({ op, value: value === null || typeof value === 'boolean' ? 'm' : value })),
    fc.constant({ op: 'exists' } as const),
    fc.record({
      op: fc.constant('matches'),
      pattern: fc.record({ source: fc.constantFrom(...patterns), ignoreCase: fc.boolean(), dotAll: fc.boolean() }),
    }),
  )
const leaves: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: paths.chain((at) => tests(at).map((test) => ({ at, test }))) },
  {
    weight: 1,
    arbitrary: fc.record({
      contains: fc.oneof(
        fc.constantFrom('mar', 'MÁR', '%', '_', '\\', 'example', '', '1', 'ñan', 'zzz', 'invalid', '@', '@h', 'x@'),
        fc.tuple(fc.nat(14), fc.nat(14)).map(([from, to]) => 'p1@example.com'.slice(from, to)),
      ),
      within: fc.subarray([...texts]),
    }),
  },
)
const { tree: conditions } = fc.letrec<{ tree: Condition; parts: Condition[] }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaves,
    tie('parts').map((all) => ({ all })),
    tie('parts').map((any) => ({ any })),
    tie('tree').map((not) => ({ not })),
  ),
  parts: fc.array(tie('tree'), { maxLength: 3 }),
}))
const directions = fc.constantFrom('asc' as const, 'desc' as const)
const sortable = [...plain, 'foldedName', 'modifiedAt'] as const
const orders: fc.Arbitrary<SortKey[]> = fc.array(
  fc
    .tuple(fc.constantFrom<FieldPath>(...sortable.map((name) => field(name)), ...customs), directions)
    .map(([path, direction]) => ({ ...path, direction })),
  { minLength: 1, maxLength: 3 },
)
const idsOf = (users: readonly User[]) => users.map(({ id }) => id)

describe('conditions and orders of any kind', () => {
  test('find whom they describe, in that order, page by page, with the exact total; all at once alike', async () => {
    await fc.assert(
      fc.asyncProperty(conditions, orders, fc.integer({ min: 5, max: 40 }), async (where, order, limit) => {
        const expected = idsOf(people.filter((user) => holds(user, where)).sort(inOrder(order)))
        const found: string[] = []
        for (let offset = 0; offset === 0 || offset < expected.length; offset += limit) {
          const page = await store.reads.users(tenant.id, { filter: { where }, order, limit, offset, total: true })
          assert.equal(page.total, expected.length)
          found.push(...idsOf(page.items))
        }
        assert.deepEqual(found, expected)
        const everybody: string[] = []
        const batches = store.reads.everyUser(tenant.id, { filter: { where }, order, offset: 0 }, 'reader')
        for await (const { users, presences: here } of batches) {
          everybody.push(...idsOf(users))
          for (const { id } of users) assert.equal(here.get(id)?.status, presences.get(id))
        }
        assert.deepEqual(everybody, expected)
      }),
      { numRuns: 400 },
    )
  })

  test('beside the other members of a filter: both hold', async () => {
    const filters: fc.Arbitrary<UserFilter> = fc.record(
      { active: fc.boolean(), accessRoles: fc.subarray(roles, { minLength: 1, maxLength: 2 }) },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(conditions, filters, async (where, beside) => {
        const { active, accessRoles } = beside
        const expected = people.filter(
          (user) =>
            holds(user, where) &&
            (active === undefined || user.active === active) &&
            (accessRoles === undefined || accessRoles.some((id) => user.accessRoles.includes(id))),
        )
        const order = [{ ...field('id'), direction: 'asc' }] as const
        const query = { filter: { ...beside, where }, order, limit: 100, offset: 0, total: true }
        const page = await store.reads.users(tenant.id, query)
        assert.deepEqual([page.total, idsOf(page.items)], [expected.length, idsOf(expected)])
      }),
      { numRuns: 150 },
    )
  })
})

test('moments and numbers beyond what the database holds are only never met', async () => {
  const order = [{ ...field('id'), direction: 'asc' }] as const
  const totalOf = async (name: FieldPath['field'], op: 'less' | 'more', value: number | Date) => {
    const where = { at: field(name), test: { op, value } } as const
    return (await store.reads.users(tenant.id, { filter: { where }, order, limit: 1, offset: 0, total: true })).total
  }
  for (const far of [8.64e15, Date.parse('9999-12-31T23:59:59.999Z')]) {
    assert.equal(await totalOf('createdAt', 'less', new Date(far)), people.length)
    assert.equal(await totalOf('createdAt', 'more', new Date(far)), 0)
  }
  for (const far of [-8.64e15, -2.2e14, -6.3e13]) {
    assert.equal(await totalOf('createdAt', 'less', new Date(far)), 0)
    assert.equal(await totalOf('createdAt', 'more', new Date(far)), people.length)
  }
  const known = people.filter(({ utcOffset }) => utcOffset !== null).length
  assert.equal(await totalOf('utcOffset', 'less', 1e308), known)
  assert.equal(await totalOf('utcOffset', 'more', -1e308), known)
  assert.equal(await totalOf('utcOffset', 'more', 5e-324), people.filter((user) => (user.utcOffset ?? 0) > 0).length)
})
