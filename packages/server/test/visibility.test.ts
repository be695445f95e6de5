import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type Actor,
  type Capability,
  type Condition,
  type ConditionField,
  customFieldsCollection,
  DirectoryError,
  type FieldPath,
  mayRead,
  publicFields,
  rowFields,
  type User,
} from '../src/core/index.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator } = rollcall

const actorWith = (userId: string | null, ...rights: Capability[]): Actor => ({
  ...operator,
  userId,
  dialect: 'test',
  capabilities: new Set(rights),
})
const regular = actorWith(null, 'users.list-public')
const privileged = actorWith(null, 'users.list-public', 'users.read-private')
const byId = [{ field: 'id', path: [], direction: 'asc' }] as const
let person: User
before(async () => {
  const customFields = JSON.stringify({ open: { type: 'text', public: true }, closed: { type: 'text' } })
  const { user } = await directory.createUser(operator, {
    ...{ username: 'somebody', email: 'secret@example.com', name: 'Some Body', phone: '+56 2 1', jobTitle: 'Secret' },
    ...{ nickname: 'Sam', bio: 'A bio', statusText: 'Away', utcOffset: 2, language: 'secret', importIds: ['secret'] },
    ...{ tags: ['secret'], settings: { secret: 1 }, preferences: { secret: 1 } },
    extensions: { other: { secret: 1 } },
  })
  await directory.updateTenant(operator, { changes: { settings: { customFields } } })
  const changes = { customFields: { open: 'seen', closed: 'a secret value' } }
  person = (await directory.updateUser(operator, { userId: user.id, changes })).user
})

/** Every path by which a condition or an order can ask, and whether everybody may. */
const fields: readonly ConditionField[] = [...rowFields, 'active', 'status']
const paths = fields.map((field): readonly [FieldPath, boolean] => {
  const open = field === 'status' || (field !== 'extensions' && publicFields.some((name) => name === field))
  return [{ field, path: [] }, open]
})
const below: readonly (readonly [FieldPath, boolean])[] = [
  [{ field: 'extensions', path: [customFieldsCollection] }, false],
  [{ field: 'extensions', path: [customFieldsCollection, 'open'] }, true],
  [{ field: 'extensions', path: [customFieldsCollection, 'closed'] }, false],
  [{ field: 'extensions', path: [customFieldsCollection, 'undefined'] }, false],
  [{ field: 'extensions', path: [customFieldsCollection, 'constructor'] }, false],
  [{ field: 'extensions', path: ['other', 'secret'] }, false],
  [{ field: 'settings', path: ['secret'] }, false],
  [{ field: 'preferences', path: ['secret'] }, false],
]
const all = [...paths, ...below]

describe('what everybody who may list people may know of them', () => {
  test('they see the public fields and the public custom fields, and nothing else', async () => {
    const { catalogue, ...seen } = await directory.browseUsers(regular, {
      ...{ order: byId, limit: 100, offset: 0, total: true },
    })
    assert.equal(seen.view, 'public')
    const shown = seen.users.find(({ id }) => id === person.id)
    const expected = Object.fromEntries(publicFields.map((field) => [field, person[field]]))
    assert.deepEqual(shown, { ...expected, extensions: { [customFieldsCollection]: { open: 'seen' } } })
    assert.doesNotMatch(JSON.stringify(seen.users), /secret|rollcall\.admin@/i)

    const found = await directory.findUser(regular, { keys: [{ username: 'SOMEBODY' }] })
    assert.deepEqual([found?.view, found?.user, found?.isSelf], ['public', shown, false])
    assert.equal(catalogue.tenant.id, rollcall.tenant.id)
  })

  for (const [path, open] of all) {
    const name = [path.field, ...path.path].join('.')
    test(`${name}: ${open ? 'asked about by all' : 'asked about with users.read-private alone'}`, async () => {
      const { catalogue } = await directory.getUser(operator, { userId: person.id })
      assert.equal(mayRead(regular, path, catalogue), open)
      assert.equal(mayRead(privileged, path, catalogue), true)
      assert.equal(mayRead(actorWith(null), path, catalogue), false)
      const condition: Condition = { at: path, test: { op: 'exists' } }
      // However deep it stands.
      const asked: { where?: Condition; order: readonly { field: ConditionField; path: readonly string[] }[] }[] = [
        { where: condition, order: byId },
        { where: { all: [{ not: { any: [{ at: byId[0], test: { op: 'exists' } }, condition] } }] }, order: byId },
        { order: [byId[0], path] },
      ]
      for (const { where, order } of asked) {
        const keys = order.map((key) => ({ ...key, direction: 'asc' as const }))
        const browse = (actor: Actor) =>
          directory.browseUsers(actor, { where, order: keys, limit: 10, offset: 0, total: true })
        const every = (actor: Actor) => directory.everyUser(actor, { where, order: keys, offset: 0 })
        for (const attempt of [browse, every]) {
          await attempt(privileged)
          if (open) await attempt(regular)
          else await assert.rejects(attempt(regular), isForbidden(name))
          await assert.rejects(attempt(actorWith(person.id)), isForbidden())
        }
      }
    })
  }

  test('fragments are looked for only in texts that they may read', async () => {
    const browse = (within: readonly ('email' | 'bio')[]) =>
      directory.browseUsers(regular, {
        where: { not: { contains: 'secret', within } },
        ...{ order: byId, limit: 10, offset: 0, total: true },
      })
    assert.equal((await browse(['bio'])).total, 2)
    await assert.rejects(browse(['bio', 'email']), isForbidden('email'))
  })

  test('an address or an import id leads to others with users.read-private alone', async () => {
    for (const key of [{ email: 'secret@example.com' }, { importId: 'secret' }]) {
      assert.equal(await directory.findUser(regular, { keys: [key] }), null)
      assert.equal((await directory.findUser(privileged, { keys: [key] }))?.view, 'full')
      const self = await directory.findUser(actorWith(person.id, 'users.list-public'), { keys: [key] })
      assert.deepEqual([self?.view, self?.isSelf], ['full', true])
    }
    await assert.rejects(directory.findUser(actorWith(null), { keys: [{ username: 'somebody' }] }), isForbidden())
    await assert.rejects(directory.findUser(actorWith(null), { keys: [{ username: 'nobody' }] }), isForbidden())
  })
})

const isForbidden = (field?: string) => (error: unknown) => {
  assert.ok(error instanceof DirectoryError)
  assert.equal(error.code, 'forbidden')
  if (field !== undefined) assert.equal(error.detail.field, field)
  return true
}
