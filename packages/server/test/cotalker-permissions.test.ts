import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const plainRole = await people.role(['some-company:view'])
const bystander = await people.user()

/** What is asked, and of whom. `self` is the caller's own record, `other` somebody else's. */
const actions = {
  'GET me': () => ['GET', '/users/me'],
  'GET list': () => ['GET', '/users?limit=1000'],
  'GET self': ({ self }) => ['GET', `/users/${self}`],
  'GET other': ({ other }) => ['GET', `/users/${other}`],
  'GET nobody': () => ['GET', '/users/ffffffffffffffffffffffff'],
  POST: ({ fresh }) => ['POST', '/users', { email: fresh, name: { names: 'New' }, accessRoles: [] }],
  'POST with roles': ({ fresh }) => [
    'POST',
    '/users',
    { email: fresh, name: { names: 'New' }, accessRoles: [plainRole] },
  ],
  'PATCH other': ({ other, fresh }) => ['PATCH', `/users/${other}`, { jobTitle: fresh }],
  'PATCH other active': ({ other }) => ['PATCH', `/users/${other}`, { isActive: false }],
  'PATCH other password': ({ other }) => ['PATCH', `/users/${other}`, { password: 'another one' }],
  'PATCH other roles': ({ other }) => ['PATCH', `/users/${other}`, { accessRoles: [plainRole] }],
  'PATCH other both': ({ other, fresh }) => ['PATCH', `/users/${other}`, { accessRoles: [plainRole], jobTitle: fresh }],
  'PATCH other kind': ({ other }) => ['PATCH', `/users/${other}`, { system: 'bot' }],
  'PATCH self phone': ({ self, fresh }) => ['PATCH', `/users/${self}`, { phone: fresh }],
  'PATCH self job title': ({ self, fresh }) => ['PATCH', `/users/${self}`, { jobTitle: fresh }],
  'PATCH self roles': ({ self }) => ['PATCH', `/users/${self}`, { accessRoles: [plainRole] }],
  'PATCH nobody': () => ['PATCH', '/users/ffffffffffffffffffffffff', { phone: '1' }],
  'GET roles': () => ['GET', '/accessroles'],
  'GET role': () => ['GET', `/accessroles/${plainRole}`],
  'POST role': () => ['POST', '/accessroles', { name: 'new', permissions: [] }],
  'PATCH role': ({ fresh }) => ['PATCH', `/accessroles/${plainRole}`, { description: fresh }],
} satisfies Record<string, (of: Subjects) => Asked>
type Action = keyof typeof actions
type Asked = readonly ['GET' | 'POST' | 'PATCH', string, object?]
interface Subjects {
  readonly self: string
  readonly other: string
  readonly fresh: string
}

/** Status by action: without and with `Admin: true`. What a row leaves out is as for nobody in particular. */
type Row = Partial<Record<Action, readonly [number, number]>>
const ordinary: Record<Action, readonly [number, number]> = {
  'GET me': [200, 200],
  'GET list': [200, 403],
  'GET self': [200, 200],
  'GET other': [403, 403],
  'GET nobody': [403, 403],
  POST: [403, 403],
  'POST with roles': [403, 403],
  'PATCH other': [403, 403],
  'PATCH other active': [403, 403],
  'PATCH other password': [403, 403],
  'PATCH other roles': [403, 403],
  'PATCH other both': [403, 403],
  'PATCH other kind': [403, 403],
  'PATCH self phone': [200, 200],
  'PATCH self job title': [403, 403],
  'PATCH self roles': [403, 403],
  'PATCH nobody': [403, 403],
  'GET roles': [403, 403],
  'GET role': [403, 403],
  'POST role': [403, 403],
  'PATCH role': [403, 403],
}
const reads: Row = { 'GET list': [200, 200], 'GET other': [200, 200], 'GET nobody': [404, 404] }
const readsRoles: Row = { 'GET roles': [403, 200], 'GET role': [403, 200] }
const writes: Row = {
  ...reads,
  POST: [403, 201],
  'PATCH other': [403, 200],
  'PATCH other active': [403, 200],
  'PATCH other password': [403, 200],
  'PATCH self job title': [403, 200],
  'PATCH nobody': [403, 404],
}
const assigns: Row = {
  ...readsRoles,
  'PATCH other roles': [403, 200],
  'POST role': [403, 201],
  'PATCH role': [403, 200],
}
const assignsSelf: Row = { 'PATCH self roles': [403, 200], 'PATCH nobody': [403, 404] }
const everything: Row = {
  ...writes,
  ...assigns,
  ...assignsSelf,
  'POST with roles': [403, 201],
  'PATCH other both': [403, 200],
}

const table: Record<string, Row> = {
  none: {},
  'admin-access': {},
  'admin-surveys-write': {},
  'view-d-room': {},
  'admin-user-read': reads,
  'admin-users-read': reads,
  'admin-*-read': { ...reads, ...readsRoles },
  'web-admin-read': { ...reads, ...readsRoles },
  'admin-user-write': writes,
  'admin-users-write': writes,
  'admin-accesscontrol-read': readsRoles,
  'admin-accesscontrol-write': { ...assigns, ...assignsSelf },
  'admin-user-write admin-accesscontrol-write': everything,
  'admin-users-write admin-accesscontrol-write': everything,
  'admin-*-write': { ...everything, 'PATCH other kind': [403, 200] },
  'web-admin-write': { ...everything, 'PATCH other kind': [403, 200] },
}

let fresh = 0
for (const [permissions, row] of Object.entries(table)) {
  describe(`a caller with ${permissions}`, async () => {
    const expected: Readonly<Record<string, readonly [number, number]>> = { ...ordinary, ...row }
    const callerOf = () => people.caller(permissions === 'none' ? [] : permissions.split(' '))
    const usual = await callerOf()

    for (const [name, action] of Object.entries<(of: Subjects) => Asked>(actions)) {
      const [client, admin] = expected[name] ?? []
      test(`${name}: ${client} without Admin, ${admin} with it`, async () => {
        for (const [header, status] of [
          [false, client],
          [true, admin],
        ] as const) {
          const refused = status !== undefined && status >= 400
          // What a request changes must not show in the next.
          const caller = refused || !name.startsWith('PATCH self') ? usual : await callerOf()
          const other = refused || !name.startsWith('PATCH other') ? bystander : await people.user()
          fresh += 1
          const asked = action({ self: caller.id, other: other.id, fresh: `fresh${fresh}@example.com` })
          const [method, path, body] = asked
          const run = () =>
            rollcall.call(method, `/api/v2${path}`, { token: caller.token, admin: header, ...(body && { body }) })
          const reply = refused ? await stored.unchanged(run) : await run()
          assert.equal(reply.status, status, reply.text)
          if (refused) assert.equal(at(reply.body, 'data'), undefined)
        }
      })
    }
  })
}

test('a list without Admin holds everyone for whoever may read, and only the caller for the others', async () => {
  const [reader, ordinaryCaller, other] = [
    await people.caller(['admin-user-read']),
    await people.caller(),
    await people.user(),
  ]
  const idsFor = async (token: string, query: string) => {
    const { body } = await rollcall.call('GET', `/api/v2/users?${query}`, { token })
    const users = at(body, 'data', 'users')
    assert.ok(Array.isArray(users))
    return { ids: users.map((user: unknown) => at(user, '_id')), count: at(body, 'data', 'count') }
  }
  const everyone = await idsFor(reader.token, 'limit=1000&count=true')
  assert.ok(everyone.ids.includes(other.id) && everyone.ids.includes(ordinaryCaller.id))
  assert.equal(everyone.count, everyone.ids.length)
  assert.deepEqual(await idsFor(ordinaryCaller.token, 'limit=1000&count=true'), { ids: [ordinaryCaller.id], count: 1 })
  assert.deepEqual(await idsFor(ordinaryCaller.token, `id=${other.id}&count=true`), { ids: [], count: 0 })
  assert.deepEqual(await idsFor(ordinaryCaller.token, `email=${other.email}&count=true`), { ids: [], count: 0 })
})

test('Admin counts in any letter case, and only as true', async () => {
  const admin = rollcall.adminToken
  for (const [value, status] of [
    ['true', 200],
    ['TRUE', 200],
    ['false', 403],
    ['1', 403],
    ['', 403],
    ['true, true', 403],
  ] as const) {
    for (const name of ['admin', 'Admin', 'ADMIN']) {
      const { status: given } = await rollcall.call('GET', '/api/v2/accessroles', {
        token: admin,
        headers: { [name]: value },
      })
      assert.equal(given, status, `${name}: ${value}`)
    }
  }
})
