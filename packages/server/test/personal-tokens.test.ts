import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { Actor } from '../src/core/index.ts'
import { dialectName, mintToken } from '../src/dialects/rocketchat/auth.ts'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { openStored } from './stored.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, signerFor, clock } = rollcall
const { memberIn, member } = workspaceOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const mint = mintToken(signerFor(dialectName))
const origin = { dialect: dialectName, requestId: 'r', address: null }

const actorBy = (token: string): Promise<Actor> =>
  directory.authenticate(origin, { token, verify: async () => true, appId: null })
const issue = async (who: Member, name: string, more: { replace?: boolean; bypassSecondFactor?: boolean } = {}) =>
  (await directory.issuePersonalToken(await actorBy(who.token), { name, mint, ...more })).token
const listed = async (who: Member) => directory.listPersonalTokens(await actorBy(who.token), null)
const isOpen = (token: string): Promise<boolean> =>
  actorBy(token).then(
    () => true,
    (error: unknown) => {
      assert.equal(Object(error).code, 'unauthenticated')
      return false
    },
  )

test('a token has all rights of its user, has no end, and is told by its last characters', async () => {
  const who = await memberIn(['user'])
  const token = await issue(who, 'script', { bypassSecondFactor: true })
  const [session, actor] = [await actorBy(who.token), await actorBy(token)]
  assert.deepEqual([actor.userId, actor.capabilities], [who.id, session.capabilities])
  const [kept, ...more] = await listed(who)
  assert.deepEqual(more, [])
  assert.deepEqual(kept, {
    ...{ id: kept?.id, tenantId: rollcall.tenant.id, userId: who.id, dialect: dialectName, kind: 'personal-token' },
    ...{ name: 'script', hint: token.slice(-6), bypassSecondFactor: true, createdAt: clock.now() },
    ...{ accessRoles: null, expiresAt: null, scope: null, sealed: null, details: {} },
  })
  const events = await stored.eventTexts()
  assert.ok(!events.includes(token))
  assert.deepEqual(await stored.eventsOf(kept?.id), ['credential.created'])
})

test('names are unique among the tokens of one person', async () => {
  const [one, other] = [await memberIn(['user']), await memberIn(['user'])]
  const token = await issue(one, 'twice')
  await stored.unchanged(() => assert.rejects(issue(one, 'twice'), { code: 'value_taken', detail: { field: 'name' } }))
  assert.ok(await isOpen(await issue(other, 'twice')))
  assert.ok(await isOpen(token))
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => issue(one, 'contested')))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.deepEqual((await listed(one)).map(({ name }) => name).sort(), ['contested', 'twice'])
})

test('replacing one ends it, and keeps what was decided of it', async () => {
  const who = await memberIn(['user'])
  const old = await issue(who, 'script', { bypassSecondFactor: true })
  const token = await issue(who, 'script', { replace: true })
  assert.deepEqual([await isOpen(old), await isOpen(token)], [false, true])
  const tokens = await listed(who)
  assert.deepEqual(
    tokens.map(({ name, hint, bypassSecondFactor }) => [name, hint, bypassSecondFactor]),
    [['script', token.slice(-6), true]],
  )
  await stored.unchanged(() => assert.rejects(issue(who, 'none', { replace: true }), { code: 'not_found' }))
})

test('removing one ends it at once, on every server; nobody removes what belongs to others', async () => {
  const [who, other] = [await memberIn(['user']), await memberIn(['user'])]
  const [token, staying] = [await issue(who, 'goes'), await issue(who, 'stays')]
  const beside = await rollcall.another()
  const there = () => beside.directory.authenticate(origin, { token, verify: async () => true, appId: null })
  assert.equal((await there()).userId, who.id)
  const remove = async (by: Member, name: string) => directory.removePersonalToken(await actorBy(by.token), { name })
  await stored.unchanged(() => assert.rejects(remove(other, 'goes'), { code: 'not_found' }))
  await remove(who, 'goes')
  await assert.rejects(there(), { code: 'unauthenticated' })
  assert.deepEqual([await isOpen(token), await isOpen(staying)], [false, true])
  await stored.unchanged(() => assert.rejects(remove(who, 'goes'), { code: 'not_found' }))
})

describe('who may have them', () => {
  test('whoever has the right, by a credential that has all of its user', async () => {
    const without = await member(['view-d-room'])
    const forbidden = { code: 'forbidden' }
    await stored.unchanged(() => assert.rejects(issue(without, 'x'), forbidden))
    await assert.rejects(listed(without), forbidden)
    const who = await memberIn(['user', 'guest'])
    const { token } = await directory.createCredential(operator, {
      ...{ userId: who.id, dialect: dialectName, kind: 'api-token', name: 'limited', expiresAt: null, mint },
      accessRoles: who.user.accessRoles.slice(0, 1),
    })
    await stored.unchanged(() => assert.rejects(issue({ ...who, token }, 'x'), forbidden))
    await assert.rejects(directory.issuePersonalToken(operator, { name: 'x', mint }), forbidden)
  })

  test('a name that is none', async () => {
    const who = await memberIn(['user'])
    for (const name of ['', 'x'.repeat(201), 'a\0b', '\ud800']) {
      await stored.unchanged(() => assert.rejects(issue(who, name), { code: 'invalid_input' }))
    }
  })
})

test('they live on through a new password and the end of other sessions; deactivation and a full logout end them', async () => {
  const who = await memberIn(['user'])
  const token = await issue(who, 'script')
  await directory.updateUser(operator, { userId: who.id, changes: { password: 'another password' } })
  assert.deepEqual([await isOpen(who.token), await isOpen(token)], [false, true])
  await directory.endSessions(await actorBy(token), { which: 'others' })
  assert.ok(await isOpen(token))
  await directory.deactivateUser(operator, { userId: who.id })
  await directory.reactivateUser(operator, { userId: who.id })
  assert.equal(await isOpen(token), false)

  const other = await memberIn(['user'])
  const second = await issue(other, 'script')
  await directory.endSessions(await actorBy(other.token), { which: 'all' })
  assert.deepEqual([await isOpen(second), await isOpen(other.token)], [false, false])
})
