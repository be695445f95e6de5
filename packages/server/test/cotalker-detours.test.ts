import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Caller, peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { startRollcall } from './support.ts'

/** Nobody gains rights by a way around: each way is tried by every road that changes a user, for oneself and for others. */
const rollcall = await startRollcall({ after })
const { call } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const lent = await people.role(['admin-user-read'])
const title = await people.jobTitle('lends_roles', [lent])
const sleeping = await people.jobTitle('will_lend_roles', [lent], false)
const plainTitle = await people.jobTitle('lends_nothing', [])
const bot = 'fab000000000000000000001'

/** The right to write users, and nothing more: what must not be enough. */
const writer = () => people.caller(['admin-user-write'])
const patch = (caller: Caller, id: string, body: object) =>
  call('PATCH', `/api/v2/users/${id}`, { token: caller.token, admin: true, body })
const jsonPatch = (caller: Caller, id: string, members: Record<string, unknown>) =>
  call('PATCH', `/api/v2/users/jsonpatch/${id}`, {
    token: caller.token,
    admin: true,
    body: Object.entries(members).map(([name, value]) => ({ op: 'add', path: `/${name}`, value })),
  })
let count = 0
const post = (caller: Caller, body: object) => {
  count += 1
  const record = { email: `detour${count}@example.com`, name: { names: 'X' }, accessRoles: [], ...body }
  return call('POST', '/api/v2/users', { token: caller.token, admin: true, body: record })
}

const ways: Record<string, Record<string, unknown>> = {
  'a job whose title lends roles': { job: title },
  'a job whose title will lend roles when it is switched on': { job: sleeping },
  'system bot': { system: 'bot' },
  'a bot id': { bot },
  roles: { accessRoles: [lent] },
}
for (const [way, members] of Object.entries(ways)) {
  describe(`${way}, with admin-user-write alone`, () => {
    test('POST', async () => {
      const caller = await writer()
      assert.equal((await stored.unchanged(() => post(caller, members))).status, 403)
    })
    for (const whom of ['oneself', 'others'] as const) {
      const subject = async (caller: Caller) => (whom === 'oneself' ? caller.id : (await people.user()).id)
      test(`PATCH of ${whom}`, async () => {
        const caller = await writer()
        const id = await subject(caller)
        assert.equal((await stored.unchanged(() => patch(caller, id, members))).status, 403)
      })
      test(`JSON Patch of ${whom}`, async () => {
        const caller = await writer()
        const id = await subject(caller)
        assert.equal((await stored.unchanged(() => jsonPatch(caller, id, members))).status, 403)
      })
    }
  })
}

test('taking somebody off such a title takes the right as well', async () => {
  const [caller, holder] = [await writer(), await people.user({ job: title })]
  for (const job of [null, plainTitle]) {
    assert.equal((await stored.unchanged(() => patch(caller, holder.id, { job }))).status, 403)
    assert.equal((await stored.unchanged(() => jsonPatch(caller, holder.id, { job }))).status, 403)
  }
})

test('a bot and a bot id can not be taken away without the right either', async () => {
  const [caller, program] = [await writer(), await people.user({ kind: 'bot', botId: bot })]
  for (const path of ['/system', '/bot']) {
    const { status } = await stored.unchanged(() =>
      call('PATCH', `/api/v2/users/jsonpatch/${program.id}`, {
        token: caller.token,
        admin: true,
        body: [{ op: 'remove', path }],
      }),
    )
    assert.equal(status, 403, path)
  }
  assert.equal((await stored.unchanged(() => patch(caller, program.id, { system: null, bot: null }))).status, 403)
})

test('a title without roles needs no more than the right to write users', async () => {
  const [caller, user] = [await writer(), await people.user()]
  assert.equal((await patch(caller, user.id, { job: plainTitle })).status, 200)
  assert.equal((await jsonPatch(caller, user.id, { jobTitle: 'x' })).status, 200)
  assert.equal((await post(caller, { job: plainTitle })).status, 201)
})

describe("a title's roles need the right to assign roles", () => {
  const titles = (caller: Caller, method: 'POST' | 'PATCH', path: string, body: object) =>
    call(method, `/api/v2/jobtitles${path}`, { token: caller.token, admin: true, body })
  const editor = () => people.caller(['admin-jobtitles-write'])

  test('at its creation, active or not', async () => {
    const caller = await editor()
    for (const isActive of [true, false]) {
      const body = { code: 'with_roles', display: 'x', accessRoles: [lent], isActive }
      assert.equal((await stored.unchanged(() => titles(caller, 'POST', '', body))).status, 403)
    }
  })

  test('to add, to take away, to switch on and off', async () => {
    const caller = await editor()
    const asleep = await people.jobTitle('asleep', [lent], false)
    for (const [id, body] of [
      [plainTitle, { accessRoles: [lent] }],
      [title, { accessRoles: [] }],
      [title, { isActive: false }],
      [asleep, { isActive: true }],
      [asleep, { accessRoles: [] }],
    ] as const) {
      assert.equal((await stored.unchanged(() => titles(caller, 'PATCH', `/${id}`, body))).status, 403)
    }
    assert.equal((await titles(caller, 'PATCH', `/${title}`, { display: 'Renamed' })).status, 200)
    const both = await people.caller(['admin-jobtitles-write', 'admin-accesscontrol-write'])
    assert.equal((await titles(both, 'PATCH', `/${plainTitle}`, { accessRoles: [lent] })).status, 200)
    assert.equal((await titles(both, 'PATCH', `/${plainTitle}`, { accessRoles: [] })).status, 200)
  })
})

describe("an administrator's ways in", () => {
  const password = { password: 'a password that is taken over' }
  for (const [who, fields] of Object.entries({
    'by a role of its own': async () => ({ accessRoles: [await people.role(['admin-*-write'])] }),
    'by a job title': async () => {
      count += 1
      return { job: await people.jobTitle(`chief_${count}`, [await people.role(['admin-*-write'])]) }
    },
  })) {
    test(`${who}: the password can be set by nobody who could not make administrators`, async () => {
      const [caller, chief] = [await writer(), await people.user(await fields())]
      assert.equal((await stored.unchanged(() => patch(caller, chief.id, password))).status, 403)
      assert.equal((await stored.unchanged(() => jsonPatch(caller, chief.id, password))).status, 403)
      const maker = await people.caller(['admin-user-write', 'admin-accesscontrol-write'])
      assert.equal((await patch(maker, chief.id, password)).status, 200)
    })

    test(`${who}: the address by nobody through Cotalker`, async () => {
      const [caller, chief] = [await writer(), await people.user(await fields())]
      const address = { email: 'mine@example.com' }
      assert.equal((await stored.unchanged(() => patch(caller, chief.id, address))).status, 403)
      assert.equal((await stored.unchanged(() => jsonPatch(caller, chief.id, address))).status, 403)
    })
  }
})

test('of the last two administrators only one can be made read-only', async () => {
  const adminRole = rollcall.admin.accessRoles[0] ?? ''
  const second = await people.caller([], { accessRoles: [adminRole] })
  const lock = (id: string, token: string) =>
    call('PATCH', `/api/v2/users/${id}`, { token, admin: true, body: { isReadOnly: true } })
  assert.equal((await lock(rollcall.admin.id, second.token)).status, 200)
  const refused = await stored.unchanged(() => lock(second.id, second.token))
  assert.equal(refused.status, 409, refused.text)
  const deactivated = await stored.unchanged(() => patch(second, second.id, { isActive: false }))
  assert.equal(deactivated.status, 409, 'a read-only administrator is none who could help')
  const back = await patch(second, rollcall.admin.id, { isReadOnly: false })
  assert.equal(back.status, 200)
  assert.equal((await lock(second.id, second.token)).status, 200)
})
