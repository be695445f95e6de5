import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { at, startRollcall } from './support.ts'

/**
 * What upstream tells people whom it does not show it to: by showing it after all, or because an answer, its order or its
 * length depends on it.
 */
const rollcall = await startRollcall({ after })
const { clock, directory, operator } = rollcall
const definitions = { clearance: { type: 'text' }, team: { type: 'text', public: true } }
await directory.updateTenant(operator, { changes: { settings: { customFields: JSON.stringify(definitions) } } })
const people = workspaceOf(rollcall)
const regular = await people.memberIn(['user'], { username: 'aa.regular', name: 'Regular' })
const reader = await people.memberOf(rollcall.admin)

/** Everything about each is in another order than the usernames. */
const secrets = ['zeta', 'alpha', 'mu'] as const
for (const [index, secret] of secrets.entries()) {
  clock.advance(60_000)
  await people.user({
    ...{ username: `person.${index}`, name: `Person ${index}`, email: `${secret}@secret.example` },
    ...{ phone: `+1 555 ${secret}`, language: index === 0 ? 'es' : 'en', importIds: [`import-${secret}`] },
    ...{ requirePasswordChange: index === 1, requirePasswordChangeReason: `reason ${secret}` },
    accessRoles: await people.builtIn(index === 1 ? 'livechat-agent' : 'user'),
    customFields: { clearance: secret, team: 'Queen' },
    preferences: { note: secret },
  })
}
await directory.deactivateUser(operator, { userId: (await people.user({ username: 'person.gone' })).id })

const everyone = ['aa.regular', 'person.0', 'person.1', 'person.2', 'person.gone', 'rollcall.admin']
const active = everyone.filter((username) => username !== 'person.gone')
const asked = (path: string, given: Readonly<Record<string, unknown>>): string =>
  `${path}?${new URLSearchParams(
    Object.entries(given).map(([name, value]): [string, string] => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  )}`
const namesIn = (body: unknown, member: string) => [at(body, member)].flat().map((user) => at(user, 'username'))
const found = async (path: string, given: Readonly<Record<string, unknown>>, as: Member = regular) => {
  const { status, body, text } = await people.get(asked(path, given), as)
  assert.equal(status, 200, text)
  const [member = ''] = ['users', 'items', 'result'].filter((name) => at(body, name) !== undefined)
  return namesIn(body, member)
}

/** Members that nobody but the privileged may be shown. */
const hidden = [
  ...['emails', 'roles', 'phone', 'lastLogin', 'createdAt', '_updatedAt', 'statusConnection', 'statusDefault'],
  ...['requirePasswordChange', 'requirePasswordChangeReason', 'settings', 'language', 'inactiveReason', 'avatarOrigin'],
  ...['importIds', 'services', 'e2e', 'inviteToken'],
]
const everyField = JSON.stringify(
  Object.fromEntries([...hidden, 'customFields', 'customFields.clearance'].map((name) => [name, 1])),
)

describe('nothing private is shown', () => {
  const paths = [
    asked('users.list', { fields: everyField }),
    asked('users.list', { fields: everyField, count: 0 }),
    asked('users.list', { fields: everyField, query: { username: 'person.0' } }),
    'users.listByStatus',
    'users.listByStatus?count=0&status=active',
    asked('users.autocomplete', { selector: { term: 'person' } }),
    'directory?text=person',
    'spotlight?query=@person',
    asked('users.info', { username: 'person.0', fields: '{"userRooms":1}' }),
    'users.presence',
    'users.getStatus?username=person.0',
    'users.getPresence?username=person.0',
  ]
  for (const path of paths) {
    test(decodeURIComponent(path), async () => {
      const { status, text } = await people.get(path, regular)
      assert.equal(status, 200, text)
      for (const secret of [...secrets, 'clearance', ...hidden.map((name) => `"${name}"`)]) {
        assert.ok(!text.includes(secret), `${secret} in ${text}`)
      }
    })
  }

  test('but public custom fields are', async () => {
    const { body } = await people.get(asked('users.list', { fields: { customFields: 1 }, count: 2 }), regular)
    assert.deepEqual(at(body, 'users', 1, 'customFields'), { team: 'Queen' })
  })
})

describe('no order follows from what is hidden', () => {
  const keys = [
    ...['emails', 'emails.address', 'createdAt', 'lastLogin', '_updatedAt', 'roles', 'phone', 'language'],
    ...['customFields.clearance', 'services.password', 'requirePasswordChange', 'importIds', 'settings'],
  ]
  for (const key of keys) {
    for (const direction of [1, -1]) {
      test(`${key} ${direction}`, async () => {
        for (const path of ['users.list', 'users.listByStatus']) {
          assert.deepEqual(await found(path, { sort: { [key]: direction } }), everyone)
        }
        assert.deepEqual(await found('directory', { sort: { [key]: direction } }), active)
      })
    }
  }

  test('whoever may read it can order by it', async () => {
    assert.deepEqual(
      await found(
        'users.list',
        { sort: { 'emails.address': 1 }, query: { username: { $regex: '^person.\\d' } } },
        reader,
      ),
      ['person.1', 'person.2', 'person.0'],
    )
    assert.deepEqual(
      await found('users.list', { sort: { 'customFields.clearance': -1 }, username: 'person.', count: 3 }, reader),
      ['person.0', 'person.2', 'person.1'],
    )
  })
})

describe('no query finds by what is hidden', () => {
  const address = 'alpha@secret.example'
  const right: readonly object[] = [
    { 'emails.address': address },
    { 'emails.address': { $regex: '^alpha' } },
    { emails: { $exists: true } },
    { roles: 'livechat-agent' },
    { roles: { $in: ['livechat-agent'] } },
    { phone: '+1 555 alpha' },
    { createdAt: { $lt: { $date: '2026-01-01T00:01:30.000Z' } } },
    { lastLogin: { $exists: true } },
    { requirePasswordChange: true },
    { 'customFields.clearance': 'alpha' },
    { importIds: 'import-alpha' },
    { 'services.password.bcrypt': { $exists: true } },
    { $or: [{ 'emails.address': address }] },
    { $and: [{ 'customFields.clearance': 'alpha' }, { roles: 'user' }] },
    { $or: [{ $and: [{ 'emails.address': address }] }, { 'customFields.clearance': { $ne: 'alpha' } }] },
  ]
  for (const query of right) {
    test(JSON.stringify(query), async () => {
      assert.deepEqual(await found('users.list', { query, fields: everyField }), everyone)
      assert.deepEqual(await found('users.list', { query, fields: everyField, count: 0 }), everyone)
    })
  }

  test('a hidden part of a query leaves what the visible part finds', async () => {
    const visible = { username: 'person.0' }
    for (const secret of secrets) {
      const query = { $or: [visible, { 'emails.address': `${secret}@secret.example` }] }
      assert.deepEqual(await found('users.list', { query, fields: everyField }), ['person.0'])
      assert.deepEqual(
        await found('users.list', { query: { ...visible, 'customFields.clearance': secret }, fields: everyField }),
        ['person.0'],
      )
    }
  })

  test('whoever may read it finds by it', async () => {
    assert.deepEqual(await found('users.list', { query: { 'emails.address': address } }, reader), ['person.1'])
    const fields = { customFields: 1 }
    assert.deepEqual(await found('users.list', { query: { 'customFields.clearance': 'mu' }, fields }, reader), [
      'person.2',
    ])
  })
})

describe('no other parameter finds by what is hidden', () => {
  test("an address finds nobody but oneself, whether it is anybody's or not", async () => {
    for (const email of ['alpha@secret.example', 'nobody@secret.example']) {
      assert.deepEqual(await found('users.list', { email }), [])
      const { status, body } = await people.get(asked('users.info', { email }), regular)
      assert.deepEqual([status, body], [400, { success: false, error: 'User not found.' }])
    }
    assert.deepEqual(await found('users.list', { email: 'alpha@secret.example' }, reader), ['person.1'])
  })

  test('an import id finds nobody', async () => {
    for (const importId of ['import-alpha', 'import-none']) {
      assert.equal((await people.get(asked('users.info', { importId }), regular)).status, 400)
    }
    assert.equal((await people.get('users.info?importId=import-alpha', reader)).status, 200)
  })

  test('a search does not look at addresses', async () => {
    for (const term of ['alpha', 'secret.example', '@']) {
      assert.deepEqual(await found('users.listByStatus', { searchTerm: term }), [])
      assert.deepEqual(await found('directory', { text: term }), [])
      assert.deepEqual(await found('users.autocomplete', { selector: { term } }), [])
      assert.deepEqual(await found('spotlight', { query: `@@${term}` }), [])
    }
    assert.deepEqual(await found('users.listByStatus', { searchTerm: 'alpha' }, reader), ['person.1'])
  })

  test('logins, roles and reasons filter nothing', async () => {
    for (const given of [{ hasLoggedIn: true }, { roles: 'livechat-agent' }, { inactiveReason: 'idle_too_long' }]) {
      assert.deepEqual(await found('users.listByStatus', given), everyone)
    }
  })

  test('conditions of an autocompletion do not ask about them', async () => {
    for (const conditions of [
      { 'emails.address': 'alpha@secret.example' },
      { roles: 'livechat-agent' },
      { 'customFields.clearance': 'alpha' },
      { $or: [{ requirePasswordChange: true }] },
    ]) {
      assert.deepEqual(await found('users.autocomplete', { selector: { conditions } }), active)
    }
    const conditions = { 'customFields.clearance': 'alpha' }
    assert.deepEqual(await found('users.autocomplete', { selector: { conditions } }, reader), ['person.1'])
  })

  test('custom fields as parameters are refused', async () => {
    for (const clearance of ['alpha', 'none']) {
      const { status } = await people.get(asked('users.list', { customFields: { clearance } }), regular)
      assert.equal(status, 403)
    }
  })
})
