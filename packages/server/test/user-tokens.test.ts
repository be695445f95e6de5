import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { UserToken } from '../src/core/index.ts'
import { appOrigin, openApp } from './apps.ts'
import { openStored } from './stored.ts'
import { adminEmail, adminPassword, countingIds, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, clock, login, admin, tenant } = rollcall
const app = openApp(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const shown = ({ credential: { createdAt, details, userId, dialect, kind }, value }: UserToken) => ({
  ...{ createdAt, details, userId, dialect, kind },
  value,
})
const values = async (userId: string) =>
  (await directory.listUserTokens(app.keeper, { userId })).map(({ value }) => value)

test('tokens are issued, listed newest first, described, ended one by one and all together', async () => {
  const { id: userId } = await app.user('tokens')
  const facts = { userId, dialect: 'cometchat', kind: 'user-token' } as const
  const issue = (value: string, details = {}) => directory.issueUserToken(app.keeper, { userId, value, details })
  const first = { ...facts, createdAt: clock.now(), details: {}, value: 't1' }
  assert.deepEqual(shown(await issue('t1')), first)
  clock.advance(1000)
  const second = { ...facts, createdAt: clock.now(), details: { platform: 'WEB' }, value: 't2' }
  await issue('t2', { platform: 'WEB' })
  assert.deepEqual((await directory.listUserTokens(app.keeper, { userId })).map(shown), [second, first])

  const own = await app.actorBy('t2')
  const described = await directory.describeUserToken(own, { userId, value: 't2', details: { deviceId: 'd' } })
  assert.deepEqual(shown(described), { ...second, details: { platform: 'WEB', deviceId: 'd' } })
  await directory.describeUserToken(app.keeper, { userId, value: 't1', details: { by: 'app' } })
  await assert.rejects(directory.describeUserToken(own, { userId, value: 't1', details: {} }), { code: 'forbidden' })
  await assert.rejects(directory.deleteUserToken(own, { userId, value: 't1' }), { code: 'forbidden' })

  const other = await app.user('no-tokens')
  await stored.unchanged(async () => {
    for (const wrong of [
      { userId: other.id, value: 't1' },
      { userId, value: 't9' },
    ]) {
      await assert.rejects(directory.deleteUserToken(app.keeper, wrong), { code: 'not_found' })
      await assert.rejects(directory.describeUserToken(app.keeper, { ...wrong, details: {} }), { code: 'not_found' })
    }
  })
  await directory.deleteUserToken(app.keeper, { userId, value: 't1' })
  await assert.rejects(directory.deleteUserToken(app.keeper, { userId, value: 't1' }), { code: 'not_found' })
  await assert.rejects(app.actorBy('t1'), { code: 'unauthenticated' })
  assert.deepEqual(await values(userId), ['t2'])

  await issue('t3')
  assert.equal(await directory.flushUserTokens(app.keeper, { userId }), 2)
  assert.equal(await directory.flushUserTokens(app.keeper, { userId }), 0)
  for (const value of ['t2', 't3']) await assert.rejects(app.actorBy(value), { code: 'unauthenticated' })
  assert.deepEqual(await values(userId), [])
})

test('the newest hundred of a user stay, and nobody else loses any', async () => {
  const [{ id: userId }, other] = [await app.user('hundred'), await app.user('beside')]
  await directory.issueUserToken(app.keeper, { userId: other.id, value: 'beside' })
  for (let n = 0; n < 102; n += 1) {
    // Some of the same millisecond: the later made is the newer.
    if (n % 4 === 0) clock.advance(1)
    await directory.issueUserToken(app.keeper, { userId, value: `many${n}` })
  }
  assert.deepEqual(
    await values(userId),
    Array.from({ length: 100 }, (_, at) => `many${101 - at}`),
  )
  for (const value of ['many0', 'many1']) await assert.rejects(app.actorBy(value), { code: 'unauthenticated' })
  for (const value of ['many2', 'many101', 'beside']) await app.actorBy(value)
})

test('a deactivation lets tokens rest and ends sessions and personal tokens; the very same tokens revive', async () => {
  const { id: userId } = await app.user('resting', { email: 'resting@example.com', password: 'p' })
  const session = await login('resting@example.com', 'p')
  const cotalker = { ...appOrigin, dialect: 'cotalker' }
  const personal = await app.actorBy(session, cotalker)
  await directory.issuePersonalToken(personal, { name: 'script', mint: async () => 'personal-token' })
  const { value } = await app.token(userId)
  for (const token of [session, 'personal-token']) await app.actorBy(token, cotalker)

  await directory.deactivateUser(operator, { userId })
  for (const token of [session, 'personal-token']) {
    await assert.rejects(app.actorBy(token, cotalker), { code: 'unauthenticated' })
  }
  await assert.rejects(app.actorBy(value), { code: 'unauthenticated' })
  assert.deepEqual(await values(userId), [value])
  await assert.rejects(directory.issueUserToken(app.keeper, { userId, value: 'n' }), { code: 'deactivated' })

  await directory.reactivateUser(operator, { userId })
  assert.equal((await app.actorBy(value)).userId, userId)
  for (const token of [session, 'personal-token']) {
    await assert.rejects(app.actorBy(token, cotalker), { code: 'unauthenticated' })
  }
  await directory.deleteUser(operator, { userId })
  await assert.rejects(app.actorBy(value), { code: 'unauthenticated' })
  await assert.rejects(directory.issueUserToken(app.keeper, { userId, value: 'n' }), { code: 'not_found' })
  await assert.rejects(directory.flushUserTokens(app.keeper, { userId }), { code: 'not_found' })
})

test('a token gives the rights of its user and of an app, no more', async () => {
  const rightsOf = async (userId: string) => [...(await app.token(userId)).actor.capabilities].sort()
  const sessionRights = async (email: string, password: string) => {
    const token = await login(email, password)
    const { capabilities } = await app.actorBy(token, { ...appOrigin, dialect: 'cotalker' })
    return [...capabilities, ...(capabilities.has('users.list-members') ? [] : ['users.list-members'])].sort()
  }
  const make = async (uid: string, codes: readonly string[], readOnly = false) => {
    const email = `${uid}@example.com`
    return { ...(await app.user(uid, { email, password: 'p', roleCodes: codes, readOnly })), email }
  }
  const people = [
    await make('rights-user', ['user']),
    await make('rights-none', []),
    await make('rights-reader', ['read-admin']),
    await make('rights-bound', ['user'], true),
  ]
  for (const { id, email } of people) assert.deepEqual(await rightsOf(id), await sessionRights(email, 'p'), email)
  assert.deepEqual(await rightsOf(people[1]?.id ?? ''), ['users.list-members'])
  assert.deepEqual(await rightsOf(admin.id), await sessionRights(adminEmail, adminPassword))

  const issuers = await directory.createRole(operator, { name: 'issuers', permissions: ['admin-apitokens-write'] })
  const { actor: issuer } = await app.token((await app.user('issuer', { accessRoles: [issuers.id] })).id)
  await assert.rejects(app.token(people[0]?.id ?? '', issuer), { code: 'forbidden' })
  assert.equal((await app.token(people[1]?.id ?? '', issuer)).actor.userId, people[1]?.id)
})

test('a token of one tenant or dialect is refused in another', async () => {
  const { id: userId } = await app.user('at-home')
  const { value } = await app.token(userId)
  const elsewhere = await directory.operator(countingIds('7f')())
  await directory.createTenant(elsewhere, {
    appId: 'elsewhere',
    name: 'Elsewhere',
    admin: { email: 'a@example.com', password: 'another password' },
  })
  assert.equal((await app.actorBy(value, appOrigin, 'rollcall')).tenantId, tenant.id)
  for (const appId of ['elsewhere', 'nowhere', '']) {
    await assert.rejects(app.actorBy(value, appOrigin, appId), { code: 'wrong_tenant' })
  }
  for (const dialect of ['cotalker', 'rocketchat', 'rollcall', 'command']) {
    await assert.rejects(app.actorBy(value, { ...appOrigin, dialect }), { code: 'unauthenticated' })
  }
  const session = await login(adminEmail, adminPassword)
  await assert.rejects(app.actorBy(session), { code: 'unauthenticated' })
  const stranger = { ...elsewhere, dialect: 'cometchat' }
  await stored.unchanged(async () => {
    assert.deepEqual(await directory.listUserTokens(stranger, { userId }), [])
    const calls = [
      () => directory.issueUserToken(stranger, { userId, value: 'theirs' }),
      () => directory.deleteUserToken(stranger, { userId, value }),
      () => directory.flushUserTokens(stranger, { userId }),
      () => directory.deleteUserToken({ ...app.keeper, dialect: 'other' }, { userId, value }),
    ]
    for (const call of calls) await assert.rejects(call, { code: 'not_found' })
  })
})
