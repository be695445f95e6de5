import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { Query } from 'mingo'
import { draftUser, fold, roleIdsOf, statuses, type User, withDerived } from '../src/core/index.ts'
import { ejson, queriesAbout, type Shown, visible, written } from './random-queries.ts'
import { workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator } = rollcall
const workspace = workspaceOf(rollcall)

await directory.updateTenant(operator, {
  changes: {
    settings: { customFields: JSON.stringify({ team: { public: true }, size: { public: true }, clearance: {} }) },
  },
})
const adminMember = await workspace.memberIn(['admin'], { username: 'zz.admin', name: 'Zz Admin' })
const regularMember = await workspace.memberIn(['user'], { username: 'zz.regular', name: '' })
await load(60)

/** People of every kind, some with everything, some with nothing. */
async function load(count: number): Promise<void> {
  const { catalogue } = await directory.getUser(operator, { userId: adminMember.id })
  const one = <T>(values: readonly T[], n: number): T | undefined => values[n % values.length]
  const users = Array.from({ length: count }, (_, n): User => {
    const id = `6c${String(n).padStart(22, '0')}`
    const at = new Date(Date.parse('2026-01-01T00:00:00.000Z') + (n % 20) * 60_000)
    const team = one(['red', 'Red', 'blue', 'réd', null, undefined], n)
    const size = one([42, '42', true, false, null, 1.5, undefined, 'L'], n)
    const clearance = one(['High', 'Low', undefined], n)
    const fields = Object.fromEntries(
      Object.entries({ team, size, clearance }).filter(([, value]) => value !== undefined),
    )
    const draft = draftUser(
      {
        uid: `uid${n}`,
        username: `${one(['Ann', 'ben', 'Cleo.x', 'd-e_f', 'q'], n)}${n}`,
        ...(n % 4 !== 0 && {
          email: `${one(['ann', 'ben', 'líne'], n)}${n}@${one(['example.com', 'example.org'], n)}`,
        }),
        displayName: one(['Ánemo Ñandú', 'anemo ñandu', 'Zoë', '', 'Österbär', 'Q line\nbreak', 'b', 'Éé'], n) ?? '',
        kind: one(['human', 'human', 'human', 'bot', 'app'] as const, n) ?? 'human',
        active: n % 5 !== 0,
        accessRoles: roleIdsOf(one([[], ['user'], ['user', 'bot'], ['guest', 'livechat-agent']], n) ?? [], catalogue),
        nickname: one([null, 'nick', 'Ana', 'é'], n) ?? null,
        bio: one([null, 'Reads books.', 'líne\nbreak', ''], n + 1) ?? null,
        statusText: one([null, 'away', 'Out\tof office'], n) ?? null,
        utcOffset: one([null, 0, 1, -4, 5.5], n) ?? null,
        registrationReason: one([null, null, 'asked'], n) ?? null,
        requirePasswordChange: n % 6 === 0,
        requirePasswordChangeReason: n % 12 === 0 ? 'old' : null,
        inactiveReason: n % 10 === 0 ? 'idle_too_long' : null,
        extensions: Object.keys(fields).length === 0 ? {} : { customFields: fields },
      },
      { id, membershipId: id.replace('6c', '6d'), at, catalogue },
    )
    return withDerived({
      ...draft,
      deactivatedAt: draft.active ? null : at,
      lastLoginAt: n % 3 === 0 ? null : new Date(at.getTime() + (n % 7) * 1000),
      avatarEtag: n % 9 === 0 ? `etag${n}` : null,
    })
  })
  await directory.loadUsers(operator, { users })
  for (const [n, { id, active }] of users.entries()) {
    const status = one(statuses, n)
    if (active && n % 3 !== 1 && status !== undefined) await directory.setPresence(operator, { userId: id, status })
  }
}

const fields = JSON.stringify(
  Object.fromEntries(
    [
      ...['nickname', 'bio', 'statusText', 'reason', 'customFields', 'createdAt', '_updatedAt', 'inactiveReason'],
      ...['requirePasswordChange', 'requirePasswordChangeReason'],
    ].map((name) => [name, 1]),
  ),
)
type Caller = typeof adminMember

async function list(caller: Caller, parameters: Record<string, string>) {
  const { status, body, text } = await workspace.get(
    `users.list?${new URLSearchParams({ fields, ...parameters })}`,
    caller,
  )
  assert.equal(status, 200, text)
  const users = at(body, 'users')
  assert.ok(Array.isArray(users))
  return { users: users.map((user: unknown): Shown => Object(user)), total: at(body, 'total') }
}

const instants = new Set(['createdAt', 'lastLogin', '_updatedAt'])
/** Everybody as a caller sees them. */
async function everybodyFor(caller: Caller): Promise<Shown[]> {
  const { users } = await list(caller, { count: '0' })
  return users.map((user) =>
    Object.fromEntries(
      Object.entries(user).map(([name, value]) => [name, instants.has(name) ? new Date(String(value)) : value]),
    ),
  )
}

const privateKeys: ReadonlySet<string> = new Set(['createdAt', 'lastLogin', '_updatedAt'])
const sorts = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom(
      ...['username', 'name', '_id', 'createdAt', 'lastLogin', '_updatedAt', 'active', 'type', 'status', 'utcOffset'],
      ...['nickname', 'statusText'],
    ),
    fc.constantFrom(1, -1),
  ),
  { maxLength: 3, selector: ([name]) => name },
)
type Sort = readonly (readonly [string, number])[]

/** What users are ordered by under a name. */
function keyOf(user: Shown, name: string): string | number | boolean | Date | null {
  const value = name === 'name' ? fold(String(user.name ?? '')) : user[name]
  if (name === 'username') return String(value).toLowerCase()
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return value instanceof Date ? value : null
}

function inOrder(users: readonly Shown[], sort: Sort, privileged: boolean): Shown[] {
  const readable = sort.filter(([name]) => privileged || !privateKeys.has(name))
  const status = readable.find(([name]) => name === 'status')
  const own = readable.length === 0 ? ([['username', 1]] as const) : readable
  const hasActive = own.some(([name]) => name === 'active')
  const keys = [...own, ...(status === undefined || hasActive ? [] : [['active', status[1]] as const])]
  const last = keys.at(-1)?.[1] ?? 1
  return users.toSorted((one, other) => {
    for (const [name, direction] of [...keys, ['_id', last] as const]) {
      const [a, b] = [keyOf(one, name), keyOf(other, name)]
      if (a === null || b === null) {
        if (a !== b) return a === null ? -direction : direction
      } else if (a < b) return -direction
      else if (a > b) return direction
    }
    return 0
  })
}

const runs = 1000
for (const [name, caller, privileged] of [
  ['an administrator', adminMember, true],
  ['a regular user', regularMember, false],
] as const) {
  test(`${runs} queries of ${name} find, in order, whom Mongo's rules find`, async () => {
    const whole = await everybodyFor(adminMember)
    const seen = await everybodyFor(caller)
    assert.equal(seen.length, 63)
    const page = fc.record({ count: fc.constantFrom(0, 1, 7, 100), offset: fc.constantFrom(0, 0, 3, 40) })
    let selective = 0
    const property = fc.asyncProperty(queriesAbout(whole, privileged), sorts, page, async (query, sort, slice) => {
      const asked = JSON.stringify(ejson(written(query)))
      const judge = new Query(written(visible(query) ?? []))
      const found = inOrder(
        seen.filter((user) => judge.test(user)),
        sort,
        privileged,
      )
      const wanted = found.slice(slice.offset, slice.count === 0 ? undefined : slice.offset + slice.count)
      const { users, total } = await list(caller, {
        query: asked,
        sort: JSON.stringify(Object.fromEntries(sort)),
        count: String(slice.count),
        offset: String(slice.offset),
      })
      assert.deepEqual(
        { ids: users.map(({ _id }) => _id), total },
        { ids: wanted.map(({ _id }) => _id), total: found.length },
        asked,
      )
      if (found.length > 0 && found.length < seen.length) selective += 1
    })
    await fc.assert(property, { numRuns: runs })
    assert.ok(selective > runs / 4, `only ${selective} queries told people apart`)
  })
}
