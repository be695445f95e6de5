import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type NewUser, settingsOf, type TenantSettings } from '../src/core/index.ts'
import { peopleOf } from './cotalker-people.ts'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, call } = rollcall
const { builtIn, memberOf, role, user } = workspaceOf(rollcall)
const { tokenOf } = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const set = (settings: Partial<TenantSettings>) => directory.updateTenant(operator, { changes: { settings } })
const catalogue = async () => (await directory.getUser(operator, { userId: rollcall.admin.id })).catalogue

/** The same person with a credential of each dialect. */
async function somebody(fields: NewUser = {}): Promise<Member & { readonly cotalker: string }> {
  const member = await memberOf(await user({ accessRoles: await builtIn('user'), ...fields }))
  return { ...member, cotalker: await tokenOf(member.id) }
}
const inCotalker = (who: { id: string; cotalker: string }, body: object) =>
  call('PATCH', `/api/v2/users/${who.id}`, { token: who.cotalker, body })
const inRocketChat = ({ headers }: Pick<Member, 'headers'>, data: object) =>
  call('POST', '/api/v1/users.updateOwnBasicInfo', { headers, body: { data } })

describe('what people may change of themselves', () => {
  for (const [setting, cotalker, rocketchat] of [
    ['ownName', { name: { names: 'Changed' } }, { name: 'Renamed' }],
    ['ownStatusText', null, { statusText: 'busy today' }],
    ['ownProfile', { phone: '+56 2 2' }, { bio: 'Something else' }],
  ] as const) {
    test(`${setting}: in every dialect, and back`, async () => {
      const who = await somebody()
      await set({ [setting]: false })
      if (cotalker !== null) assert.equal((await stored.unchanged(() => inCotalker(who, cotalker))).status, 403)
      const refused = await stored.unchanged(() => inRocketChat(who, rocketchat))
      assert.deepEqual([refused.status, at(refused.body, 'errorType')], [400, 'error-not-allowed'])
      // The others, and whoever may edit users, go on.
      const others = setting === 'ownName' ? { bio: 'A bio' } : { name: 'A name' }
      assert.equal((await inRocketChat(who, others)).status, 200)
      await directory.updateUser(operator, {
        userId: who.id,
        changes: { name: 'By others', bio: 'x', statusText: 'y' },
      })
      await set({ [setting]: true })
      if (cotalker !== null) assert.equal((await inCotalker(who, cotalker)).status, 200)
      assert.equal((await inRocketChat(who, rocketchat)).status, 200)
    })
  }

  test('ownUsername and ownEmail: of the own account', async () => {
    const who = await somebody({ password: 'the old password' })
    const data = { username: 'another.name', currentPassword: 'the old password' }
    await set({ ownUsername: false, ownEmail: false })
    assert.equal((await stored.unchanged(() => inRocketChat(who, data))).status, 400)
    const address = { email: 'another@example.com', currentPassword: 'the old password' }
    assert.equal((await stored.unchanged(() => inRocketChat(who, address))).status, 400)
    await set({ ownUsername: true, ownEmail: true })
    assert.equal((await inRocketChat(who, data)).status, 200)
    assert.equal((await inRocketChat(who, address)).status, 200)
    const { user: changed } = await directory.getUser(operator, { userId: who.id })
    assert.deepEqual([changed.username, changed.email], ['another.name', 'another@example.com'])
  })

  test('ownPassword: by whichever dialect it is set', async () => {
    const who = await somebody({ password: 'the old password' })
    await set({ ownPassword: false })
    const data = { newPassword: 'another password', currentPassword: 'the old password' }
    assert.equal((await stored.unchanged(() => inRocketChat(who, data))).status, 400)
    assert.equal((await stored.unchanged(() => inCotalker(who, { password: 'another password' }))).status, 403)
    await set({ ownPassword: true })
    assert.equal((await inRocketChat(who, data)).status, 200)
  })
})

test('listingNeedsSearch: who may list people needs the right to search as well', async () => {
  const permissions = ['view-d-room']
  const listing = await memberOf(await user({ accessRoles: [await role(permissions)] }))
  const searching = await memberOf(await user({ accessRoles: [await role([...permissions, 'view-outside-room'])] }))
  const statusOf = async ({ headers }: Member) => (await call('GET', '/api/v1/users.list', { headers })).status
  await set({ listingNeedsSearch: true })
  assert.deepEqual([await statusOf(listing), await statusOf(searching)], [403, 200])
  await set({ listingNeedsSearch: false })
  assert.deepEqual([await statusOf(listing), await statusOf(searching)], [200, 200])
})

describe('defaultRoles', () => {
  test('are those of whoever is created without any, and of who registers where that is open', async () => {
    await set({ defaultRoles: ['guest', 'bot'] })
    const { headers } = await memberOf(rollcall.admin)
    const fresh = { name: 'Fresh', username: 'fresh', email: 'fresh@example.com', password: 'a long enough password' }
    const created = await call('POST', '/api/v1/users.create', { headers, body: fresh })
    assert.deepEqual(at(created.body, 'user', 'roles'), ['guest', 'bot'])
    const { user: made } = await directory.createUser(operator, { email: 'newer@example.com' })
    assert.deepEqual(made.accessRoles, await builtIn('guest', 'bot'))

    const stranger = { name: 'New', username: 'stranger', email: 'new@example.com', pass: 'a long enough password' }
    const register = () => call('POST', '/api/v1/users.register', { body: stranger })
    const closed = async () => {
      const { body } = await stored.unchanged(register)
      assert.equal(at(body, 'errorType'), 'error-user-registration-disabled')
    }
    await closed()
    await set({ registration: true })
    assert.equal((await register()).status, 200)
    const found = await directory.findUser(operator, { keys: [{ username: 'stranger' }] })
    assert.ok(found?.view === 'full')
    assert.deepEqual(found.user.accessRoles, await builtIn('guest', 'bot'))
    await set({ defaultRoles: ['user'], registration: false })
    await closed()
  })

  test('take the right to give them, and exist', async () => {
    const settings = { defaultRoles: ['admin'] }
    const editor = await memberOf(await user({ accessRoles: [await role(['edit-privileged-setting'])] }))
    const giver = await memberOf(
      await user({ accessRoles: [await role(['edit-privileged-setting', 'assign-roles', 'access-permissions'])] }),
    )
    const change = async ({ headers }: Member, codes: string) =>
      call('POST', '/api/v1/settings/Accounts_Registration_Users_Default_Roles', { headers, body: { value: codes } })
    for (const [who, codes] of [
      [editor, 'guest'],
      [editor, 'admin'],
      [giver, 'user,admin'],
    ] as const) {
      const { status, text } = await stored.unchanged(() => change(who, codes))
      assert.equal(status, 403, text)
    }
    assert.equal((await change(giver, 'guest')).status, 200)
    assert.deepEqual(settingsOf((await catalogue()).tenant).defaultRoles, ['guest'])
    await set(settings)
    await set({ defaultRoles: ['user'] })
    await stored.unchanged(() =>
      assert.rejects(set({ defaultRoles: ['nobody'] }), {
        code: 'unknown_reference',
        detail: { field: 'defaultRoles', reason: 'No access role has the code nobody.' },
      }),
    )
  })
})

test('a value that is none is refused by its name; what was not decided has its initial value', async () => {
  for (const settings of [{ ownName: 'yes' }, { registration: 1 }, { defaultRoles: 'user' }, { customFields: null }]) {
    const [[field]] = Object.entries(settings) as [[string, unknown]]
    await stored.unchanged(() =>
      assert.rejects(directory.updateTenant(operator, { changes: { settings: Object(settings) } }), (error) => {
        assert.deepEqual([Object(error).code, Object(error).detail.field], ['invalid_input', field])
        return true
      }),
    )
  }
  assert.equal(settingsOf({ settings: {} }).ownDeletion, false)
  assert.equal(settingsOf({ settings: { ownDeletion: true } }).ownDeletion, true)
  const repeat = await stored.unchanged(() => set({ ownName: true }))
  assert.equal(settingsOf(repeat).ownName, true)
})
