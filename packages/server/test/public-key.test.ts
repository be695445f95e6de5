import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { User } from '../src/core/index.ts'
import { openApp } from './apps.ts'
import { openStored } from './stored.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after }, { openRegistration: true })
const { directory, operator, admin } = rollcall
const app = openApp(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const { actor: publicKey, value: publicValue } = await app.key('auth-only')
const ordinary = await app.user('ordinary')
const forbidden = { code: 'forbidden' }

/** Everybody with more rights than an ordinary user has. */
async function moreThanOrdinary(): Promise<[string, User][]> {
  const everyRole = await directory.everyRole(operator, { right: null })
  const role = (code: string) => everyRole.filter((one) => one.code === code).map(({ id }) => id)
  const custom = await directory.createRole(operator, { name: 'custom', permissions: ['edit-other-user-info'] })
  const reader = await directory.createRole(operator, { name: 'reader', permissions: ['view-full-other-user-info'] })
  const title = { code: 'lender', display: 'Lends rights', accessRoles: [reader.id], properties: [] }
  const job = await directory.createJobTitle(operator, { ...title, allowedExtensions: [], active: true })
  return [
    ['the administrator', admin],
    ['a read-only administrator', await app.user('reads-all', { accessRoles: role('read-admin') })],
    ['a role of custom permissions', await app.user('custom', { accessRoles: [...role('user'), custom.id] })],
    ['a job title that lends rights', await app.user('lent', { job: job.id })],
  ]
}

describe('a public key', () => {
  let others: [string, User][] = []
  before(async () => {
    others = await moreThanOrdinary()
  })

  test('makes ordinary users, edits them and issues their tokens', async () => {
    const { user } = await directory.createUser(publicKey, { uid: 'made', name: 'Made By', tags: ['a'], link: 'l' })
    assert.deepEqual(
      [user.uid, user.shownName, user.tags, user.accessRoles],
      ['made', 'Made By', ['a'], ordinary.accessRoles],
    )
    const changes = { name: 'Edited By', extensions: { metadata: { n: 1 } } }
    const edited = await directory.updateUser(publicKey, { userId: user.id, changes })
    assert.deepEqual([edited.user.shownName, edited.user.extensions], ['Edited By', { metadata: { n: 1 } }])
    const { actor } = await app.token(user.id, publicKey)
    assert.equal(actor.userId, user.id)
    assert.equal(await directory.identifyUser(publicKey, { keys: [{ uid: 'made' }], right: 'users.edit' }), user.id)
  })

  test('touches nobody with more rights, in any way', async () => {
    for (const [who, { id: userId, username }] of others) {
      await stored.unchanged(async () => {
        for (const changes of [{ name: 'x' }, { tags: ['x'] }, { extensions: { metadata: {} } }, {}]) {
          await assert.rejects(directory.updateUser(publicKey, { userId, changes }), forbidden, who)
        }
        const compute = () => ({ changes: { name: 'x' } })
        await assert.rejects(directory.patchUser(publicKey, { userId, compute }), forbidden, who)
        await assert.rejects(directory.issueUserToken(publicKey, { userId, value: `v${username}` }), forbidden, who)
        await assert.rejects(directory.createUser(publicKey, { uid: 'boss', bosses: [userId] }), forbidden, who)
        await assert.rejects(
          directory.updateUser(publicKey, { userId: ordinary.id, changes: { subordinates: [userId] } }),
          forbidden,
          who,
        )
      })
    }
  })

  test('never sets what gives rights, opens a way in or shows on others, neither in making nor in changing', async () => {
    const [holder] = others[2]?.[1].accessRoles.slice(1) ?? []
    const never = {
      accessRoles: [holder ?? ''],
      roleCodes: ['admin'],
      job: others[3]?.[1].job ?? null,
      kind: 'bot',
      botId: 'b'.repeat(24),
      active: false,
      password: 'a long new password',
      emailVerified: true,
      readOnly: true,
      bosses: [ordinary.id],
      peers: [admin.id],
      subordinates: [admin.id],
    } as const
    const another = await app.user('another')
    for (const [field, value] of Object.entries(never)) {
      await stored.unchanged(async () => {
        const changes = { [field]: value }
        await assert.rejects(directory.updateUser(publicKey, { userId: another.id, changes }), forbidden, field)
        await assert.rejects(directory.createUser(publicKey, { uid: 'made-so', ...changes }), forbidden, field)
      })
    }
    await stored.unchanged(async () => {
      const userId = another.id
      const emailed = directory.updateUser(publicKey, { userId, changes: { email: 'mine@example.com' } })
      await assert.rejects(emailed, forbidden)
      await assert.rejects(directory.updateUser(publicKey, { userId, changes: {}, randomPassword: true }), forbidden)
      await assert.rejects(directory.updateUser(publicKey, { userId, changes: {}, status: 'busy' }), forbidden)
      await assert.rejects(directory.createUser(publicKey, { uid: 'made-so', randomPassword: true }), forbidden)
      await assert.rejects(directory.createUser(publicKey, { email: 'spam@example.com', welcome: true }), forbidden)
      const asOf = { createdAt: new Date(0) }
      await assert.rejects(directory.createUser(publicKey, { uid: 'made-so', asOf }), forbidden)
    })
    const defaults = { settings: { defaultRoles: ['admin'] } }
    await directory.updateTenant(operator, { changes: defaults })
    await assert.rejects(directory.createUser(await app.actorBy(publicValue), { uid: 'made-so' }), forbidden)
    await directory.updateTenant(operator, { changes: { settings: { defaultRoles: ['user'] } } })
  })

  test('a token that it issued does not grow with its user, and is no way to the account', async () => {
    const person = await app.user('rising')
    const fromPublic = await app.token(person.id, publicKey)
    const fromKeeper = await app.token(person.id)
    const everyRole = await directory.everyRole(operator, { right: null })
    const accessRoles = everyRole.filter(({ code }) => ['user', 'admin'].includes(code)).map(({ id }) => id)
    await directory.updateUser(operator, { userId: person.id, changes: { accessRoles } })
    const before = [...fromPublic.actor.capabilities].sort()
    assert.deepEqual([...(await app.actorBy(fromPublic.value)).capabilities].sort(), before)
    assert.ok((await app.actorBy(fromKeeper.value)).capabilities.has('roles.assign-admin'))
    await assert.rejects(app.token(person.id, publicKey), forbidden)

    const plain = await app.user('plain')
    for (const issuer of [publicKey, app.keeper]) {
      const { actor } = await app.token(plain.id, issuer)
      const userId = plain.id
      await assert.rejects(directory.updateUser(actor, { userId, changes: { password: 'a long new one' } }), forbidden)
      const mint = async () => 'personal'
      await assert.rejects(directory.issuePersonalToken(actor, { name: 'n', mint }), forbidden)
      await assert.rejects(directory.updateUser(actor, { userId, changes: { accessRoles } }), forbidden)
      assert.equal((await directory.updateUser(actor, { userId, changes: { name: 'Own' } })).user.shownName, 'Own')
    }
  })

  test('is refused every other verb, whatever is asked of it', async () => {
    const open = [
      'createUser',
      'updateUser',
      'patchUser',
      'issueUserToken',
      'identifyUser',
      'recogniseUser',
      'getTenant',
      'getPresence',
    ]
    const noVerbs = ['authenticate', 'anonymous', 'operator', 'operators', 'newId', 'tenantByAppId']
    const refused = Object.entries(directory).filter(([name]) => ![...open, ...noVerbs].includes(name))
    assert.ok(refused.length > 60)
    await stored.unchanged(async () => {
      for (const [name, verb] of refused) {
        for (const input of [null, { userId: ordinary.id, credentialId: ordinary.id, dialect: 'cometchat' }]) {
          await assert.rejects(async () => Reflect.apply(verb, undefined, [publicKey, input]), forbidden, name)
        }
      }
    })
  })
})
