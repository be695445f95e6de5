import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { capabilities, type NewUser, type User, type UserChanges, type UserField } from '../src/core/index.ts'
import { capabilitiesOf } from '../src/core/policy.ts'
import { permissionFor } from '../src/dialects/cotalker/errors.ts'
import { cotalkerPath, pathOf } from '../src/dialects/cotalker/fields.ts'
import { peopleOf } from './cotalker-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, directory, operator, clock } = rollcall
const admin = { token: rollcall.adminToken, admin: true }
const people = peopleOf(rollcall)
const [friend, role] = [await people.user(), await people.role(['some-company:view'])]
const id = 'fab000000000000000000001'

/** A value of each field that people set, as core has it and as Cotalker shows it where that differs. */
const values: Partial<Record<UserField, readonly [core: unknown, cotalker?: unknown]>> = {
  displayName: ['Shown'],
  givenNames: ['Given Names'],
  familyName: ['Family'],
  secondFamilyName: ['Second'],
  kind: ['bot'],
  botId: [id],
  active: [false],
  accessRoles: [[role]],
  job: [id],
  jobTitle: ['writer'],
  phone: ['8675309'],
  avatar: [{ small: 's', square: 'q', original: 'o' }],
  bosses: [[friend.id]],
  peers: [[friend.id]],
  subordinates: [[friend.id]],
  properties: [[id]],
  extensions: [{ sizes: { shoe: 42 } }],
  settings: [{ hideSummary: true }],
  termsConditions: [true],
  readOnly: [true],
}
/** What the server makes, and what is given once. */
const made: Partial<Record<UserField, (user: User) => unknown>> = {
  id: (user) => user.id,
  email: (user) => user.email,
  membershipId: (user) => user.membershipId,
  keywords: (user) => user.keywords,
  createdAt: (user) => user.createdAt.toISOString(),
  modifiedAt: (user) => user.modifiedAt.toISOString(),
}
/** Of whoever was never here; cotalker-presence.test.ts has the others. */
const presence: Partial<Record<UserField, (user: User) => unknown>> = {
  status: () => false,
  lastSeenAt: (user) => user.createdAt.toISOString(),
}

const steps = (path: string) => path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step))
const read = async (userId: string) => at((await call('GET', `/api/v2/users/${userId}`, admin)).body, 'data')
/** The smallest body that holds a value at a path. */
const bodyWith = (path: string, value: unknown): unknown =>
  steps(path).reduceRight((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value)

test('every field that Cotalker can carry is tried here', () => {
  const carried = Object.entries(cotalkerPath).flatMap(([field, path]) => (path === null ? [] : [field]))
  assert.deepEqual(Object.keys({ ...values, ...made, ...presence }).sort(), carried.sort())
})

describe('written through core, read through Cotalker, and the reverse', () => {
  for (const [field, [value]] of Object.entries(values)) {
    const path = pathOf(field)
    test(`${field} is ${path}`, async () => {
      const user = await people.user()
      const changes: UserChanges = { [field]: value }
      await directory.updateUser(operator, { userId: user.id, changes })
      assert.deepEqual(at(await read(user.id), ...steps(path)), value)

      const other = await people.user()
      const reply = await call('PATCH', `/api/v3/users/${other.id}`, { ...admin, body: bodyWith(path, value) })
      assert.equal(reply.status, 200, reply.text)
      assert.deepEqual(at(reply.body, 'data', ...steps(path)), value)
      const { user: stored } = await directory.getUser(operator, { userId: other.id })
      assert.deepEqual(at(stored, field), value)
    })
  }

  for (const [field, tell] of Object.entries({ ...made, ...presence })) {
    const path = pathOf(field)
    test(`${field} is ${path}, and can't be written`, async () => {
      clock.advance(1000)
      const user = await people.user()
      assert.deepEqual(at(await read(user.id), ...steps(path)), tell(user))
      const before = (await directory.getUser(operator, { userId: user.id })).user
      await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: bodyWith(path, '2000-01-01T00:00:00.000Z') })
      assert.deepEqual((await directory.getUser(operator, { userId: user.id })).user, before)
    })
  }
})

test('what other platforms keep stays as it was when Cotalker changes something else', async () => {
  const foreign: NewUser = {
    uid: 'kept',
    username: 'kept.name',
    emailVerified: true,
    link: 'https://example.com',
    statusText: 'here',
    bio: 'bio',
    nickname: 'nick',
    language: 'es',
    utcOffset: -3,
    tags: ['a'],
    importIds: ['1'],
    preferences: { theme: 'dark' },
    requirePasswordChange: true,
  }
  const user = await people.user(foreign)
  await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: { phone: '1', name: { displayName: 'D' } } })
  const { user: after } = await directory.getUser(operator, { userId: user.id })
  for (const field of Object.keys(foreign)) assert.deepEqual(at(after, field), at(foreign, field), field)
})

test('a value that was set is cleared by null or an empty one, and is left out then', async () => {
  const user = await people.user({
    phone: '1',
    jobTitle: 'x',
    job: id,
    botId: id,
    kind: 'bot',
    avatar: { small: '', square: '', original: '' },
  })
  const body = { phone: null, jobTitle: null, job: '', bot: null, system: null, avatar: null }
  const reply = await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body })
  assert.equal(reply.status, 200, reply.text)
  for (const member of Object.keys(body)) assert.equal(at(reply.body, 'data', member), undefined, member)
})

test('extensions are replaced collection by collection', async () => {
  const user = await people.user({ extensions: { sizes: { shoe: 42, hat: 58 }, notes: { a: 'b' } } })
  const path = `/api/v2/users/${user.id}`
  for (const [extensions, shown] of [
    [{ sizes: { shoe: 43 } }, { sizes: { shoe: 43 }, notes: { a: 'b' } }],
    [
      { notes: {}, more: { deep: { list: [1, 'two', null] } } },
      { sizes: { shoe: 43 }, notes: {}, more: { deep: { list: [1, 'two', null] } } },
    ],
    [{}, { sizes: { shoe: 43 }, notes: {}, more: { deep: { list: [1, 'two', null] } } }],
  ] as const) {
    const reply = await call('PATCH', path, { ...admin, body: { extensions } })
    assert.deepEqual(at(reply.body, 'data', 'extensions'), shown)
    assert.deepEqual(at(await read(user.id), 'extensions'), shown)
  }
})

test('system is bot or nothing: other words are taken and left alone', async () => {
  const user = await people.user({ kind: 'bot' })
  for (const [system, shown] of [
    ['admin', 'bot'],
    ['', undefined],
    ['admin', undefined],
    ['bot', 'bot'],
  ] as const) {
    const reply = await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: { system } })
    assert.equal(reply.status, 200)
    assert.equal(at(reply.body, 'data', 'system'), shown, system)
  }
})

test('a refused right is told by a permission that brings it', () => {
  for (const capability of capabilities) {
    assert.ok(capabilitiesOf([permissionFor[capability]]).has(capability), capability)
  }
})
