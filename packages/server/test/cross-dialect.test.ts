import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { User } from '../src/core/index.ts'
import { cometchatOf } from './cometchat-people.ts'
import { peopleOf } from './cotalker-people.ts'
import { headersOf, workspaceOf } from './rocketchat-people.ts'
import { openStored } from './stored.ts'
import { at, type Reply, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, clock, directory, operator } = rollcall
const cotalker = peopleOf(rollcall)
const workspace = workspaceOf(rollcall)
const app = await cometchatOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const admin = await workspace.memberIn(['admin'])
const token = await cotalker.tokenOf(rollcall.admin.id)

let count = 0
const fresh = (): string => {
  count += 1
  return `cross${count}`
}
type Known = Pick<User, 'id' | 'uid'>

const ok = async (sent: Promise<Reply>): Promise<Reply> => {
  const reply = await sent
  assert.ok(reply.status === 200 || reply.status === 201, reply.text)
  return reply
}
const knownBy = async (id: string): Promise<Known> => (await directory.getUser(operator, { userId: id })).user
const change = ({ id }: Known, body: object) => call('PATCH', `/api/v2/users/${id}`, { token, admin: true, body })
const update = ({ id }: Known, data: object) => workspace.post('users.update', { userId: id, data }, admin)
const put = ({ uid }: Known, body: object) => app.full('PUT', `/users/${uid}`, { body })

/** What all three platforms tell of a user. */
interface Seen {
  readonly name: unknown
  readonly active: boolean
  /** The code of the first role. */
  readonly role: unknown
}

/** One platform, by its own API alone. */
interface Platform {
  readonly title: string
  create(): Promise<Known>
  rename(user: Known, name: string): Promise<Reply>
  giveRole(user: Known, code: string): Promise<Reply>
  deactivate(user: Known): Promise<Reply>
  reactivate(user: Known): Promise<Reply>
  read(user: Known): Promise<Seen>
}

const codes = async (ids: unknown): Promise<unknown[]> => {
  const roles = await directory.everyRole(operator, { right: null })
  return [ids].flat().map((id) => roles.find((role) => role.id === id)?.code)
}
const inCotalker: Platform = {
  title: 'Cotalker',
  create: async () => {
    const body = { email: `${fresh()}@example.com`, name: { names: 'Ada', lastName: 'Lane' }, accessRoles: [] }
    const reply = await ok(call('POST', '/api/v2/users', { token, admin: true, body }))
    return knownBy(textAt(reply.body, 'data', '_id'))
  },
  rename: (user, displayName) => change(user, { name: { displayName } }),
  giveRole: async (user, code) => change(user, { accessRoles: await workspace.builtIn(code) }),
  deactivate: (user) => change(user, { isActive: false }),
  reactivate: (user) => change(user, { isActive: true }),
  read: async ({ id }) => {
    const { body } = await ok(call('GET', `/api/v2/users/${id}`, { token, admin: true }))
    const user = at(body, 'data')
    const parts = ['names', 'lastName', 'secondLastName'].map((part) => at(user, 'name', part))
    const shown = at(user, 'name', 'displayName') || parts.filter((part) => part).join(' ')
    const [role = 'user'] = await codes(at(user, 'accessRoles'))
    return { name: shown, active: at(user, 'isActive') === true, role }
  },
}
const inRocketChat: Platform = {
  title: 'Rocket.Chat',
  create: async () => {
    const username = fresh()
    const body = { username, email: `${username}@example.com`, name: 'Ada Lane', password: 'a password' }
    const reply = await ok(workspace.post('users.create', body, admin))
    return knownBy(textAt(reply.body, 'user', '_id'))
  },
  rename: (user, name) => update(user, { name }),
  giveRole: (user, code) => update(user, { roles: [code] }),
  deactivate: ({ id }) => workspace.post('users.setActiveStatus', { userId: id, activeStatus: false }, admin),
  reactivate: ({ id }) => workspace.post('users.setActiveStatus', { userId: id, activeStatus: true }, admin),
  read: async ({ id }) => {
    const { body } = await ok(workspace.get(`users.info?userId=${id}`, admin))
    const user = at(body, 'user')
    return { name: at(user, 'name'), active: at(user, 'active') === true, role: at(user, 'roles', 0) ?? 'user' }
  },
}
const inCometChat: Platform = {
  title: 'CometChat',
  create: async () => {
    const uid = fresh()
    const reply = await ok(app.full('POST', '/users', { body: { uid: uid.toUpperCase(), name: 'Ada Lane' } }))
    assert.equal(at(reply.body, 'data', 'uid'), uid)
    const found = await directory.findUser(operator, { keys: [{ uid }] })
    assert.equal(found?.view, 'full')
    return found.user
  },
  rename: (user, name) => put(user, { name }),
  giveRole: (user, code) => put(user, { role: code === 'user' ? 'default' : code }),
  deactivate: ({ uid }) => app.full('DELETE', `/users/${uid}`),
  reactivate: ({ uid }) => app.full('PUT', '/users', { body: { uidsToActivate: [uid] } }),
  read: async ({ uid }) => {
    const { body } = await ok(app.full('GET', `/users?withDeactivated=true&uids=${uid}`))
    const user = at(body, 'data', 0)
    const role = at(user, 'role')
    return {
      name: at(user, 'name'),
      active: at(user, 'deactivatedAt') === undefined,
      role: role === 'default' ? 'user' : role,
    }
  },
}
const platforms = [inCotalker, inRocketChat, inCometChat]

for (const writer of platforms) {
  describe(`what is written through ${writer.title} is read through each at once`, () => {
    const everywhere = async (user: Known, expected: Partial<Seen>) => {
      for (const reader of platforms) {
        const seen = await reader.read(user)
        assert.deepEqual({ ...seen, ...expected }, seen, reader.title)
      }
    }

    test('a creation', async () => {
      await everywhere(await writer.create(), { name: 'Ada Lane', active: true, role: 'user' })
    })

    test('a name', async () => {
      for (const creator of platforms) {
        const user = await creator.create()
        for (const name of ['Grace Hill', 'Grace', 'Ana Maria Luz Hill']) {
          await ok(writer.rename(user, name))
          await everywhere(user, { name })
        }
      }
    })

    test('a role', async () => {
      const user = await writer.create()
      for (const role of ['guest', 'bot', 'user']) {
        await ok(writer.giveRole(user, role))
        await everywhere(user, { role })
      }
    })

    test('a deactivation, and the way back', async () => {
      const user = await writer.create()
      await ok(writer.deactivate(user))
      await everywhere(user, { active: false })
      assert.equal((await app.full('GET', `/users/${user.uid}`)).status, 404)
      await ok(writer.reactivate(user))
      await everywhere(user, { active: true })
      assert.equal((await app.full('GET', `/users/${user.uid}`)).status, 200)
    })

    test('a deactivation ends sessions and personal tokens; tokens of apps and API tokens rest until the way back', async () => {
      const member = await workspace.memberIn(['user'])
      const made = await ok(workspace.post('users.generatePersonalAccessToken', { tokenName: 'script' }, member))
      const personal = headersOf(member.id, textAt(made.body, 'token'))
      const apiToken = await cotalker.tokenOf(member.id)
      const appUser = await app.as(member.user)
      const statuses = async () => [
        (await workspace.get('me', member)).status,
        (await workspace.get('me', { headers: personal })).status,
        (await call('GET', '/api/v2/users/me', { token: apiToken })).status,
        (await appUser('GET', '/me')).status,
      ]
      assert.deepEqual(await statuses(), [200, 200, 200, 200])
      await ok(writer.deactivate(member.user))
      assert.deepEqual(await statuses(), [401, 401, 401, 401])
      await ok(writer.reactivate(member.user))
      assert.deepEqual(await statuses(), [401, 401, 200, 200])
    })
  })
}

test('CometChat writes the first role alone: the others stay where they are', async () => {
  const user = await inRocketChat.create()
  await ok(update(user, { roles: ['guest', 'bot', 'app'] }))
  await ok(put(user, { role: 'user' }))
  const rolesOf = async () => at((await workspace.get(`users.info?userId=${user.id}`, admin)).body, 'user', 'roles')
  assert.deepEqual(await rolesOf(), ['user', 'bot', 'app'])
  const { body } = await call('GET', `/api/v2/users/${user.id}`, { token, admin: true })
  assert.deepEqual(await codes(at(body, 'data', 'accessRoles')), ['user', 'bot', 'app'])
  await ok(put(user, { name: 'Nothing Else' }))
  assert.deepEqual(await rolesOf(), ['user', 'bot', 'app'])
  const { status, body: unknown } = await stored.unchanged(() => put(user, { role: 'nothing', name: 'Not Written' }))
  assert.deepEqual([status, at(unknown, 'error', 'code')], [404, 'ERR_ROLE_NOT_FOUND'])
})

test('parts of a name that somebody filled in stay when CometChat writes one name', async () => {
  const user = await inCotalker.create()
  await ok(change(user, { name: { displayName: 'Boss', names: 'Ada', lastName: 'Lane' } }))
  await ok(put(user, { name: 'Chief Lane' }))
  const name = async (of: Known) =>
    at((await call('GET', `/api/v2/users/${of.id}`, { token, admin: true })).body, 'data', 'name')
  assert.deepEqual(await name(user), {
    displayName: 'Chief Lane',
    names: 'Ada',
    lastName: 'Lane',
    secondLastName: '',
  })
  const split = await inCometChat.create()
  await ok(put(split, { name: 'Ana Maria Luz Hill' }))
  assert.deepEqual(await name(split), {
    displayName: 'Ana Maria Luz Hill',
    names: 'Ana Maria Luz',
    lastName: 'Hill',
    secondLastName: '',
  })
})

test('who has no address has a made-up one, which Cotalker alone shows; uids that nobody chose are ids', async () => {
  const made = await inCometChat.create()
  const { body } = await call('GET', `/api/v2/users/${made.id}`, { token, admin: true })
  assert.equal(at(body, 'data', 'email'), `${made.uid}@rollcall.invalid`)
  const emails = async () => at((await workspace.get(`users.info?userId=${made.id}`, admin)).body, 'user', 'emails')
  assert.equal(await emails(), undefined)
  await ok(update(made, { email: 'found@example.com' }))
  assert.deepEqual(await emails(), [{ address: 'found@example.com', verified: false }])
  for (const other of [inCotalker, inRocketChat]) {
    const { id, uid } = await other.create()
    assert.equal(uid, id)
  }
})

test('metadata is Cotalker’s collection of that name; no other collection is shown by CometChat', async () => {
  const user = await inCometChat.create()
  const metadata = { team: 'X', '@private': { plan: 'gold' } }
  await ok(put(user, { metadata: JSON.stringify(metadata) }))
  const extensions = async () =>
    at((await call('GET', `/api/v2/users/${user.id}`, { token, admin: true })).body, 'data', 'extensions')
  assert.deepEqual(await extensions(), { metadata })
  await ok(change(user, { extensions: { metadata: { team: 'Y' }, hr: { floor: 2 } } }))
  const seen = async () => at((await app.full('GET', `/users/${user.uid}`)).body, 'data', 'metadata')
  assert.deepEqual(await seen(), { team: 'Y' })
  await ok(put(user, { metadata: { team: 'Z' } }))
  assert.deepEqual(await extensions(), { metadata: { team: 'Z' }, hr: { floor: 2 } })
  await ok(put(user, { unset: ['metadata'] }))
  assert.equal(await seen(), undefined)
  assert.deepEqual(at(await extensions(), 'hr'), { floor: 2 })
})

test('private metadata is told to no other user, in any dialect', async () => {
  const subject = await inCometChat.create()
  const metadata = { shown: 'open-value', '@private': { plan: 'hidden-value' } }
  await ok(put(subject, { metadata }))
  const other = await workspace.memberIn(['user'])
  const [apiToken, appUser] = [await cotalker.tokenOf(other.id), await app.as(other.user)]
  await ok(appUser('POST', `/users/${other.user.uid}/blockedusers`, { body: { blockedUids: [subject.uid] } }))
  await ok(app.full('POST', `/users/${other.user.uid}/friends`, { body: { accepted: [subject.uid] } }))
  const eyes = { headers: { onBehalfOf: other.user.uid } }
  const inApp = [
    await appUser('GET', `/users/${subject.uid}`),
    await appUser('GET', `/users?uids=${subject.uid}`),
    await appUser('GET', `/users?searchKey=${subject.uid}`),
    await appUser('GET', `/users/${other.user.uid}/blockedusers`),
    await app.full('GET', `/users/${other.user.uid}/friends`),
    await app.full('GET', `/users/${subject.uid}`, eyes),
    await app.full('GET', `/users?uids=${subject.uid}`, eyes),
  ]
  for (const { text } of inApp) assert.match(text, /open-value/)
  const elsewhere = [
    await workspace.get(`users.info?userId=${subject.id}`, other),
    await workspace.get('users.list?count=0', other),
    await workspace.get(`users.autocomplete?selector=${encodeURIComponent('{"term":"Ada"}')}`, other),
    await call('GET', `/api/v2/users/${subject.id}`, { token: apiToken }),
    await call('GET', `/api/v2/users/${subject.id}`, { token: apiToken, admin: true }),
    await call('GET', '/api/v2/users', { token: apiToken }),
    await call('GET', '/api/v2/users', { token: apiToken, admin: true }),
  ]
  for (const { text } of [...inApp, ...elsewhere]) assert.doesNotMatch(text, /hidden-value|@private/)
  assert.match((await app.full('GET', `/users/${subject.uid}`)).text, /hidden-value/)
})

test('tags, links and pictures of CometChat stay when the others write', async () => {
  const user = await inCometChat.create()
  const kept = { tags: ['a', 'b'], link: 'https://example.com/a', avatar: 'https://example.com/a.png' }
  await ok(put(user, kept))
  await ok(inCotalker.rename(user, 'One More'))
  await ok(inRocketChat.rename(user, 'And Another'))
  const { body } = await app.full('GET', `/users/${user.uid}`)
  for (const [name, value] of Object.entries(kept)) assert.deepEqual(at(body, 'data', name), value, name)
  const cotalkers = await call('GET', `/api/v2/users/${user.id}`, { token, admin: true })
  assert.equal(at(cotalkers.body, 'data', 'avatar', 'original'), kept.avatar)
})

describe('whoever is erased is gone everywhere', () => {
  const gone = async ({ id, uid }: Known, appUser: Awaited<ReturnType<typeof app.as>>) => {
    assert.equal((await call('GET', `/api/v2/users/${id}`, { token, admin: true })).status, 404)
    assert.equal((await workspace.get(`users.info?userId=${id}`, admin)).status, 400)
    assert.equal((await app.full('GET', `/users/${uid}`)).status, 404)
    assert.deepEqual(at((await app.full('GET', `/users?withDeactivated=true&uids=${uid}`)).body, 'data'), [])
    assert.equal(at((await appUser('GET', '/me')).body, 'error', 'code'), 'AUTH_ERR_AUTH_TOKEN_NOT_FOUND')
    assert.match(JSON.stringify((await stored.eventsOf(id)).at(-1)), /deleted|erased/)
  }

  test('through CometChat, active or not; the uid is free again', async () => {
    for (const deactivated of [false, true]) {
      const user = await inCometChat.create()
      const appUser = await app.as(user)
      if (deactivated) await ok(inCometChat.deactivate(user))
      await ok(app.full('DELETE', `/users/${user.uid}`, { body: { permanent: true } }))
      await gone(user, appUser)
      const { text } = await app.full('POST', '/users', { body: { uid: user.uid, name: 'Somebody Else' } })
      assert.match(text, /Somebody Else/)
      assert.equal((await appUser('GET', '/me')).status, 401)
    }
  })

  test('through Rocket.Chat', async () => {
    const user = await inCometChat.create()
    const appUser = await app.as(user)
    await ok(workspace.post('users.delete', { userId: user.id }, admin))
    await gone(user, appUser)
  })
})

test('the last administrator is kept by CometChat', async (t) => {
  const other = await startRollcall(t)
  const own = await cometchatOf(other)
  const rows = await openStored(t, other.connection)
  const { uid } = other.admin
  const calls: [string, () => Promise<Reply>][] = [
    ['deactivate', () => own.full('DELETE', `/users/${uid}`)],
    ['erase', () => own.full('DELETE', `/users/${uid}`, { body: { permanent: true } })],
    ['another role', () => own.full('PUT', `/users/${uid}`, { body: { role: 'default', name: 'Not Written' } })],
    ['the role itself', () => own.full('DELETE', '/roles/admin')],
  ]
  for (const [title, refused] of calls) {
    const { status, body } = await rows.unchanged(refused)
    assert.equal(status, 400, title)
    assert.match(textAt(body, 'error', 'code'), /^ERR_(OPERATION_FAILED|ROLE_DELETE_DENIED)$/, title)
  }
  await own.full('DELETE', '/users', { body: { uidsToDeactivate: [uid] } })
  assert.equal((await other.directory.getUser(other.operator, { userId: other.admin.id })).user.active, true)
})

test('calls with a token of an app and calls to Cotalker make people online in all three; Rocket.Chat’s make nobody', async () => {
  const seen = async ({ id, uid }: Known) => {
    await rollcall.presence.flush()
    const info = await workspace.get(`users.info?userId=${id}`, admin)
    const cotalkers = await call('GET', `/api/v2/users/${id}`, { token, admin: true })
    const cometchats = await app.full('GET', `/users/${uid}`)
    return [
      at(info.body, 'user', 'status'),
      at(cotalkers.body, 'data', 'isOnline'),
      at(cometchats.body, 'data', 'status'),
    ]
  }
  const [offline, online] = [
    ['offline', false, 'offline'],
    ['online', true, 'available'],
  ]
  const rocket = await workspace.memberIn(['user'])
  await ok(workspace.get('me', rocket))
  assert.deepEqual(await seen(rocket.user), offline)

  const inApp = await inRocketChat.create()
  await ok((await app.as(inApp))('GET', '/me'))
  assert.deepEqual(await seen(inApp), online)

  const { user: caller, token: apiToken } = await cotalker.caller([], { email: `${fresh()}@example.com` })
  await ok(call('GET', '/api/v2/users/me', { token: apiToken }))
  assert.deepEqual(await seen(caller), online)

  clock.advance(121_000)
  await rollcall.presence.sweep()
  for (const user of [rocket.user, inApp, caller]) assert.deepEqual(await seen(user), offline)

  await ok(workspace.post('users.setStatus', { status: 'busy', message: 'in a meeting' }, rocket))
  const { body } = await app.full('GET', `/users/${rocket.user.uid}`)
  assert.deepEqual([at(body, 'data', 'status'), at(body, 'data', 'statusMessage')], ['available', 'in a meeting'])
})
