import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { DirectoryError, type KeyReading } from '../src/core/index.ts'
import { appOrigin, openApp } from './apps.ts'
import { openStored } from './stored.ts'
import { countingIds, startRollcall } from './support.ts'

const lines: string[] = []
const rollcall = await startRollcall({ after }, { logTo: { write: (line) => lines.push(line) } })
const { directory, operator, clock, tenant } = rollcall
const app = openApp(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const shown = ({ credential: { name, scope, createdAt }, value }: KeyReading) => ({ name, scope, createdAt, value })
const listed = async () => (await directory.listKeys(app.keeper, {})).map(shown)

test('keys of both scopes are made, shown again newest first, renamed, re-scoped and ended', async () => {
  const first = { name: 'REST', scope: 'full-access', value: 'a'.repeat(40) } as const
  const second = { name: 'Auth', scope: 'auth-only', value: 'b'.repeat(40) } as const
  const began = clock.now()
  assert.deepEqual(shown(await directory.createKey(app.keeper, first)), { ...first, createdAt: began })
  clock.advance(1000)
  await directory.createKey(app.keeper, second)
  const newest = { ...second, createdAt: clock.now() }
  assert.deepEqual(await listed(), [newest, { ...first, createdAt: began }])
  assert.deepEqual(shown(await directory.getKey(app.keeper, { value: first.value })), { ...first, createdAt: began })

  const actor = await app.actorBy(second.value)
  assert.deepEqual(
    { ...actor, capabilities: [...actor.capabilities], standing: null },
    {
      ...appOrigin,
      tenantId: tenant.id,
      userId: null,
      credentialId: actor.credentialId,
      capabilities: ['users.create', 'users.edit', 'tokens.issue'],
      readOnly: false,
      limited: false,
      ordinaryOnly: true,
      standing: null,
    },
  )
  const renamed = await directory.updateKey(app.keeper, { value: second.value, name: 'Browser' })
  assert.deepEqual(shown(renamed), { ...newest, name: 'Browser' })
  await directory.updateKey(app.keeper, { value: second.value, scope: 'full-access' })
  assert.deepEqual(await listed(), [
    { ...newest, name: 'Browser', scope: 'full-access' },
    { ...first, createdAt: began },
  ])
  assert.equal((await app.actorBy(second.value)).ordinaryOnly, false)

  await directory.deleteKey(app.keeper, { value: second.value })
  await assert.rejects(app.actorBy(second.value), { code: 'unauthenticated' })
  for (const change of [directory.getKey, directory.deleteKey]) {
    await assert.rejects(change(app.keeper, { value: second.value }), { code: 'not_found' })
  }
  await assert.rejects(directory.updateKey(app.keeper, { value: second.value, name: 'x' }), { code: 'not_found' })
  assert.deepEqual(await listed(), [{ ...first, createdAt: began }])
})

test('a key neither changes nor ends itself, but another one does', async () => {
  const { value, actor } = await app.key('full-access')
  const own = { code: 'own_credential' }
  await stored.unchanged(async () => {
    await assert.rejects(directory.updateKey(actor, { value, name: 'mine' }), own)
    await assert.rejects(directory.updateKey(actor, { value, scope: 'auth-only' }), own)
    await assert.rejects(directory.deleteKey(actor, { value }), own)
  })
  const { actor: other } = await app.key('full-access')
  await directory.deleteKey(other, { value })
  await assert.rejects(app.actorBy(value), { code: 'unauthenticated' })
})

test('a key that loses its scope while a change is on its way changes nothing with it', async () => {
  const { value, actor } = await app.key('full-access')
  const person = await app.user('kept-by-scope')
  await directory.updateKey(app.keeper, { value, scope: 'auth-only' })
  await assert.rejects(directory.deleteUser(actor, { userId: person.id }), { code: 'forbidden' })
  await assert.rejects(directory.createKey(actor, { name: 'n', scope: 'full-access', value: 'never' }), {
    code: 'forbidden',
  })
  assert.equal((await directory.getUser(operator, { userId: person.id })).user.uid, 'kept-by-scope')
})

test('names are unique in a dialect whatever their case, 1 to 100 characters, and any text', async () => {
  const make = (name: string, dialect = 'cometchat') =>
    directory.createKey({ ...operator, dialect }, { name, scope: 'auth-only', value: `v ${name} ${dialect}` })
  const before = await directory.listKeys(app.keeper, {})
  await make('Überall')
  for (const name of ['Überall', 'überall', 'ÜBERALL']) {
    await assert.rejects(make(name), { code: 'value_taken', detail: { field: 'name' } })
  }
  await make('überall', 'other')
  await make('x'.repeat(100))
  for (const name of ['', 'x'.repeat(101), 'a\0b', '\ud800'])
    await assert.rejects(make(name), { code: 'invalid_input' })
  const another = await app.key('auth-only')
  await assert.rejects(directory.updateKey(app.keeper, { value: another.value, name: 'ÜBERALL' }), {
    code: 'value_taken',
  })
  assert.equal((await directory.listKeys(app.keeper, {})).length, before.length + 3)
})

test('only who may do everything keeps keys: not an ordinary person, not an issuer of tokens', async () => {
  const role = await directory.createRole(operator, { name: 'issuer', permissions: ['admin-apitokens-write'] })
  const issuer = await app.user('issuer', { accessRoles: [role.id] })
  for (const userId of [issuer.id, (await app.user('nobody-special')).id]) {
    const { actor } = await app.token(userId)
    const { value } = await app.key('auth-only')
    await stored.unchanged(async () => {
      await assert.rejects(directory.listKeys(actor, {}), { code: 'forbidden' })
      await assert.rejects(directory.getKey(actor, { value }), { code: 'forbidden' })
      await assert.rejects(directory.createKey(actor, { name: 'n', scope: 'auth-only', value: 'v' }), {
        code: 'forbidden',
      })
      await assert.rejects(directory.updateKey(actor, { value, name: 'n' }), { code: 'forbidden' })
      await assert.rejects(directory.deleteKey(actor, { value }), { code: 'forbidden' })
    })
  }
})

test('keys of another tenant and of another dialect do not exist here', async () => {
  const { value } = await app.key('full-access')
  const elsewhere = await directory.operator(countingIds('7f')())
  await directory.createTenant(elsewhere, {
    appId: 'elsewhere',
    name: 'Elsewhere',
    admin: { email: 'a@example.com', password: 'another password' },
  })
  for (const actor of [{ ...elsewhere, dialect: 'cometchat' }, operator]) {
    assert.deepEqual(await directory.listKeys(actor, {}), [])
    await assert.rejects(directory.deleteKey(actor, { value }), { code: 'not_found' })
    await assert.rejects(directory.updateKey(actor, { value, name: 'taken over' }), { code: 'not_found' })
  }
  await assert.rejects(app.actorBy(value, appOrigin, 'elsewhere'), { code: 'wrong_tenant' })
  await assert.rejects(app.actorBy(value, { ...appOrigin, dialect: 'cotalker' }), { code: 'unauthenticated' })
})

test('no value of a key or token is in an event, a log line or an error', async () => {
  const { value, actor } = await app.key('full-access')
  const { value: token, credential } = await app.token((await app.user('told-nowhere')).id)
  const refusals = [
    () => directory.deleteKey(actor, { value }),
    () => directory.deleteKey(actor, { value: `${value}x` }),
    () => directory.createKey(actor, { name: '', scope: 'auth-only', value: `${value}y` }),
    () => directory.deleteUserToken(actor, { userId: 'f'.repeat(24), value: token }),
    () => app.actorBy(value, { ...appOrigin, dialect: 'cotalker' }),
  ]
  const told: string[] = []
  for (const refused of refusals) {
    await refused().catch((error: unknown) => {
      assert.ok(error instanceof DirectoryError)
      told.push(`${error.stack} ${JSON.stringify(error.detail)}`)
    })
  }
  assert.equal(told.length, refusals.length)
  await directory.updateKey(app.keeper, { value, scope: 'auth-only' })
  await directory.describeUserToken(app.keeper, { userId: credential.userId ?? '', value: token, details: { n: 1 } })
  await directory.deleteKey(app.keeper, { value })
  const events = await stored.eventTexts()
  assert.deepEqual(await stored.eventsOf(actor.credentialId), [
    'credential.created',
    'credential.updated',
    'credential.revoked',
  ])
  for (const text of [events, told.join(), lines.join()]) {
    for (const hidden of [value, token, credential.sealed ?? 'sealed']) assert.ok(!text.includes(hidden), hidden)
  }
})
