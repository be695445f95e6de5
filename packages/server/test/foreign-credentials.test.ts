import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { User } from '../src/core/index.ts'
import { openapiDocuments } from '../src/openapi.ts'
import { cometchatOf } from './cometchat-people.ts'
import { peopleOf } from './cotalker-people.ts'
import { headersOf, workspaceOf } from './rocketchat-people.ts'
import { openStored } from './stored.ts'
import { at, type Reply, startRollcall, textAt } from './support.ts'

/** Every route of every dialect, by every kind of credential: what a person may expect is in the tables below. */

const rollcall = await startRollcall({ after }, { domain: 'people.example.com' })
const { call, directory, operator } = rollcall
const app = await cometchatOf(rollcall)
const workspace = workspaceOf(rollcall)
const cotalker = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const elsewhere = await directory.operator(directory.newId())
await directory.createTenant(elsewhere, {
  appId: 'acme',
  name: 'Acme',
  admin: { email: 'admin@acme.example', password: 'the first password' },
})
const otherApp = await cometchatOf({ ...rollcall, operator: elsewhere })
const stranger = await otherApp.tokenOf(await otherApp.person('stranger'))

const anna = await app.person('anna')
await app.person('spare')
const bert = await app.person('bert')
const [annas, bertsToken] = [await app.tokenOf(anna), await app.tokenOf(bert)]
const flushed = await app.tokenOf(anna)
await directory.deleteUserToken({ ...operator, dialect: 'cometchat' }, { userId: anna.id, value: flushed })
const off = await app.person('off')
const resting = await app.tokenOf(off)
await directory.deactivateUser(operator, { userId: off.id })
const admin = await workspace.memberIn(['admin'])
const apiToken = await cotalker.tokenOf(admin.id)
const revokedKey = await app.key('full-access')
await directory.deleteKey({ ...operator, dialect: 'cometchat' }, { value: revokedKey })

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly Method[]
interface Route {
  readonly name: string
  readonly method: Method
  readonly path: string
  readonly isOpen: boolean
}
const documents = await openapiDocuments()
const routesOf = (dialect: string): Route[] =>
  Object.entries(Object(at(documents[dialect], 'paths'))).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = at(item, method.toLowerCase())
      if (operation === undefined) return []
      const security = at(operation, 'security')
      return [{ name: `${method} ${path}`, method, path, isOpen: Array.isArray(security) && security.length === 0 }]
    }),
  )

/** Who may call what of CometChat, as its README has it; what is in no row is for keys of full access alone. */
const groups = {
  public: ['POST /users', 'PUT /users/{uid}', 'POST /users/{uid}/auth_tokens'],
  users: ['GET /users', 'GET /users/{uid}'],
  own: ['GET', 'POST', 'DELETE'].map((method) => `${method} /users/{uid}/blockedusers`),
  anyone: ['GET /settings'],
  alone: [
    ...['GET /me', 'PUT /me', 'DELETE /me', 'POST /user_sessions'],
    ...['GET /blockedusers', 'POST /blockedusers', 'DELETE /blockedusers'],
  ],
} as const
type Group = 'keys' | keyof typeof groups
const columns = ['keys', 'public', 'users', 'own', 'anyone', 'alone'] as const satisfies readonly Group[]

/** What an answer says of the credential; `served`: nothing against it. */
const classes = {
  'no key': [401, 'AUTH_ERR_EMPTY_APIKEY'],
  'bad key': [401, 'AUTH_ERR_APIKEY_NOT_FOUND'],
  'no token': [401, 'AUTH_ERR_EMPTY_AUTH_TOKEN'],
  'bad token': [401, 'AUTH_ERR_AUTH_TOKEN_NOT_FOUND'],
  'wrong app': [401, 'AUTH_ERR_INVALID_APPID'],
  'no app': [401, 'AUTH_ERR_EMPTY_APPID'],
  denied: [403, 'AUTH_ERR_NO_ACCESS'],
} as const
type Class = keyof typeof classes | 'served'

const { fullAccess, authOnly } = app.keys
const unknownKey = '0'.repeat(40)
const host = (label: string) => ({ host: `${label}.people.example.com` })
const bearer = { authorization: `Bearer ${apiToken}` }
const noCredential = ['no key', 'no key', 'no key', 'no key', 'no key', 'no token'] as const
const badKey = ['bad key', 'bad key', 'bad key', 'bad key', 'bad key', 'no token'] as const
const badToken = ['no key', 'no key', 'bad token', 'bad token', 'bad token', 'bad token'] as const
const wrongKey = ['wrong app', 'wrong app', 'wrong app', 'wrong app', 'wrong app', 'no token'] as const
const wrongToken = ['no key', 'no key', 'wrong app', 'wrong app', 'wrong app', 'wrong app'] as const

type Row = readonly [headers: Record<string, string>, ...expected: Class[]]
//                                        keys, public, users, own, anyone, alone
const rows: Readonly<Record<string, Row>> = {
  nothing: [{}, ...noCredential],
  'empty headers': [{ apikey: '', authtoken: '' }, ...noCredential],
  'an unknown key': [{ apikey: unknownKey }, ...badKey],
  'a key that was deleted': [{ apikey: revokedKey }, ...badKey],
  'an unknown token': [{ authtoken: `anna_1600000000${'0'.repeat(32)}` }, ...badToken],
  'a token that was deleted': [{ authtoken: flushed }, ...badToken],
  "a deactivated user's token": [{ authtoken: resting }, ...badToken],
  'a token as a key': [{ apikey: annas }, ...badKey],
  'a key as a token': [{ authtoken: fullAccess }, ...badToken],
  'the public key as a token': [{ authtoken: authOnly }, ...badToken],
  'a key with another appId': [{ apikey: fullAccess, appid: 'acme' }, ...wrongKey],
  'a key with an appId that nobody has': [{ apikey: fullAccess, appid: 'nobody' }, ...wrongKey],
  'the public key with another appId': [{ apikey: authOnly, appid: 'acme' }, ...wrongKey],
  'a key at the host of another app': [{ apikey: fullAccess, ...host('acme.api-us') }, ...wrongKey],
  'a key of another app at our host': [{ apikey: otherApp.keys.fullAccess, ...host('rollcall.api-eu') }, ...wrongKey],
  'a key of another app with our appId': [{ apikey: otherApp.keys.fullAccess, appid: 'rollcall' }, ...wrongKey],
  'a token with another appId': [{ authtoken: annas, appid: 'acme' }, ...wrongToken],
  'a token at the host of another app': [{ authtoken: annas, ...host('acme.apiclient-us') }, ...wrongToken],
  "another app's token with our appId": [{ authtoken: stranger, appid: 'rollcall' }, ...wrongToken],
  "Cotalker's token where it belongs": [bearer, ...noCredential],
  "Cotalker's token as a key": [{ apikey: apiToken }, ...badKey],
  "Cotalker's token as a token": [{ authtoken: apiToken }, ...badToken],
  "Cotalker's session as a key": [{ apikey: rollcall.adminToken }, ...badKey],
  "Rocket.Chat's token where it belongs": [admin.headers, ...noCredential],
  "Rocket.Chat's token as a key": [{ apikey: admin.token }, ...badKey],
  "Rocket.Chat's token as a token": [{ authtoken: admin.token }, ...badToken],
  'a key as a bearer': [{ authorization: `Bearer ${fullAccess}` }, ...noCredential],
  'the eyes of an administrator': [{ onbehalfof: admin.user.uid }, ...noCredential],
  'a key': [{ apikey: fullAccess }, 'served', 'served', 'served', 'served', 'served', 'no token'],
  'a key, its app named': [
    { apikey: fullAccess, appid: 'Rollcall', ...host('rollcall.api-us') },
    'served',
    'served',
    'served',
    'served',
    'served',
    'no token',
  ],
  'a key beside an unknown token': [
    { apikey: fullAccess, authtoken: 'x' },
    'served',
    'served',
    'served',
    'served',
    'served',
    'bad token',
  ],
  'the public key': [{ apikey: authOnly }, 'denied', 'served', 'denied', 'denied', 'served', 'no token'],
  "the public key with its user's eyes": [
    { apikey: authOnly, onbehalfof: 'anna' },
    'denied',
    'served',
    'denied',
    'denied',
    'served',
    'no token',
  ],
  'a token': [{ authtoken: annas }, 'no key', 'no key', 'served', 'served', 'served', 'served'],
  "somebody else's token": [{ authtoken: bertsToken }, 'no key', 'no key', 'served', 'denied', 'served', 'served'],
}

const named = ['public', 'users', 'own', 'anyone', 'alone'] as const satisfies readonly Group[]
const groupOf = (name: string): Group => named.find((group) => [...groups[group]].includes(name)) ?? 'keys'
const cometchatRoutes = routesOf('cometchat').map((route) => ({
  ...route,
  group: groupOf(route.name.replace(' /v3/', ' /')),
}))
/** Nothing that is asked can be done, so that nobody's credential ends by being served. */
const urlOf = ({ path, group }: { readonly path: string; readonly group: Group }): string =>
  path.replace('{uid}', group === 'own' || group === 'users' ? 'anna' : 'spare').replaceAll(/\{\w+\}/g, 'x')
const ask = (
  route: (typeof cometchatRoutes)[number],
  headers: Record<string, string>,
  version = '/v3',
  body = '["no body"]',
) =>
  call(route.method, urlOf(route).replace('/v3', version), {
    headers,
    // No operation takes a list: where there is to be a body it is refused, after every check of the credential.
    ...(route.method !== 'GET' && { body }),
  })

function assertClass(reply: Reply, expected: Class, what: string): void {
  assert.ok(reply.status < 500, `${what}: ${reply.text}`)
  assert.equal(reply.headers['access-control-allow-origin'], '*', what)
  const code = at(reply.body, 'error', 'code')
  if (expected === 'served') assert.doesNotMatch(String(code), /^AUTH_ERR/, `${what}: ${reply.text}`)
  else assert.deepEqual([reply.status, code], classes[expected], what)
}

describe('CometChat', () => {
  test('every operation has a row in the tables above, and they name no others', () => {
    assert.ok(cometchatRoutes.length > 30)
    const names = cometchatRoutes.map(({ name }) => name.replace(' /v3/', ' /'))
    const told = Object.values(groups).flatMap((group) => [...group])
    assert.deepEqual(
      told.filter((name) => !names.includes(name)),
      [],
    )
    assert.deepEqual(
      cometchatRoutes.filter(({ isOpen }) => isOpen),
      [],
      'nothing is open to strangers',
    )
  })

  for (const [title, [headers, ...expected]] of Object.entries(rows)) {
    test(title, async () => {
      const answersOf = async (version: string) => {
        for (const route of cometchatRoutes) {
          // Whoever signs out needs another token afterwards.
          const isLast = route.name === 'DELETE /v3/me' && expected[5] === 'served'
          const sent = isLast ? { ...headers, authtoken: await app.tokenOf(anna) } : headers
          const wanted = expected[columns.indexOf(route.group)] ?? 'served'
          assertClass(await ask(route, sent, version), wanted, `${route.name} (${version})`)
        }
      }
      if (expected.includes('served')) await answersOf('/v3')
      else await stored.unchanged(() => answersOf('/v3').then(() => answersOf('/v3.0')))
    })
  }

  test('a key of another app finds nobody of ours', async () => {
    for (const route of cometchatRoutes.filter(({ path }) => path.includes('{'))) {
      const reply = await stored.unchanged(() => ask(route, { apikey: otherApp.keys.fullAccess }, '/v3', '{}'))
      assert.equal(reply.status, 404, `${route.name}: ${reply.text}`)
    }
  })
})

/** The same values, each by every header that a platform reads. */
const foreign: Readonly<Record<string, string>> = {
  'a key of full access': fullAccess,
  'the public key': authOnly,
  "a user's token": annas,
}
const spellings = (value: string): Readonly<Record<string, Record<string, string>>> => ({
  'as a bearer': { authorization: `Bearer ${value}` },
  'as a bearer of the admin API': { authorization: `Bearer ${value}`, admin: 'true' },
  'as its user’s X-Auth-Token': headersOf(anna.id, value),
  'as an administrator’s X-Auth-Token': headersOf(admin.id, value),
  'as apikey': { apikey: value },
  'as authToken': { authtoken: value },
})

for (const dialect of ['cotalker', 'rocketchat']) {
  describe(`CometChat's credentials in ${dialect}`, () => {
    const closed = routesOf(dialect).filter(({ isOpen }) => !isOpen)
    const open = (name: string) => name.replaceAll(/\{\w+\}/g, anna.id)

    test('there is something to try', () => assert.ok(closed.length > 30))

    for (const [title, value] of Object.entries(foreign)) {
      test(`${title} opens nothing`, async () => {
        await stored.unchanged(async () => {
          for (const [how, headers] of Object.entries(spellings(value))) {
            for (const { name, method, path } of closed) {
              const body = method === 'GET' ? {} : { body: '{}' }
              const { status, text } = await call(method, open(path), { headers, ...body })
              assert.equal(status, 401, `${name} ${how}: ${text}`)
            }
          }
        })
      })
    }
  })
}

describe('the key that ships in apps', () => {
  const roles = async (code: string) => workspace.builtIn(code)
  const powerful = async (): Promise<[string, User][]> => {
    const editor = await workspace.role(['edit-other-user-info'])
    const reader = await cotalker.role(['admin-users-read'])
    const lender = await cotalker.jobTitle('lender', [reader])
    return [
      ['an administrator', rollcall.admin],
      ['an administrator beside', admin.user],
      ['a read-only administrator', await app.person('reads-all', { accessRoles: await roles('read-admin') })],
      ['a role of custom rights', await app.person('custom', { accessRoles: [...(await roles('user')), editor] })],
      ['a job title that lends rights', await app.person('lent', { job: lender })],
    ]
  }

  test('touches nobody who has more rights than an ordinary user, and issues no token of theirs', async () => {
    for (const [who, { uid }] of await powerful()) {
      const attempts: [Method, string, object][] = [
        ['POST', `/users/${uid}/auth_tokens`, {}],
        ['POST', `/users/${uid.toUpperCase()}/auth_tokens`, { force: true }],
        ['PUT', `/users/${uid}`, { name: 'Taken Over' }],
        ['PUT', `/users/${uid}`, { role: 'default' }],
        ['PUT', `/users/${uid}`, {}],
        ['PUT', `/users/${uid}`, { unset: ['avatar'] }],
      ]
      for (const [method, path, body] of attempts) {
        const reply = await stored.unchanged(() => app.auth(method, path, { body }))
        assertClass(reply, 'denied', `${who}: ${method} ${path} ${JSON.stringify(body)}`)
      }
      const again = { uid, name: 'Taken Over', withAuthToken: true }
      const made = await stored.unchanged(() => app.auth('POST', '/users', { body: again }))
      assert.deepEqual([made.status, at(made.body, 'error', 'code')], [400, 'ERR_UID_ALREADY_EXISTS'], who)
    }
  })

  test('sets no role and takes none, though it may repeat the one that is there', async () => {
    await app.full('POST', '/roles', { body: { role: 'manager', name: 'Manager' } })
    await app.full('POST', '/users', { body: { uid: 'managing', name: 'Managing', role: 'manager' } })
    const attempts: [Method, string, object][] = [
      ...['admin', 'guest', 'manager', 'nothing'].flatMap((role): [Method, string, object][] => [
        ['POST', '/users', { uid: 'new', name: 'New', role }],
        ['PUT', '/users/bert', { role }],
        ['PUT', '/users/bert', { name: 'Other Name', role }],
      ]),
      ...['default', 'user', '', null, 'admin'].map((role): [Method, string, object] => [
        'PUT',
        '/users/managing',
        { role },
      ]),
    ]
    for (const [method, path, body] of attempts) {
      const reply = await stored.unchanged(() => app.auth(method, path, { body }))
      assertClass(reply, 'denied', `${method} ${path} ${JSON.stringify(body)}`)
    }
    const repeated = await app.auth('PUT', '/users/managing', { body: { role: 'Manager', name: 'Still Managing' } })
    assert.deepEqual(
      [at(repeated.body, 'data', 'role'), at(repeated.body, 'data', 'name')],
      ['manager', 'Still Managing'],
    )
  })

  test('makes and changes ordinary users, and issues tokens that work', async () => {
    const made = await app.auth('POST', '/users', { body: { uid: 'made', name: 'Made', withAuthToken: true } })
    assert.equal(made.status, 200, made.text)
    assert.equal((await app.withToken(textAt(made.body, 'data', 'authToken'))('GET', '/me')).status, 200)
    const changed = await app.auth('PUT', '/users/made', { body: { name: 'Made Again' } })
    assert.equal(at(changed.body, 'data', 'name'), 'Made Again')
    const issued = await app.auth('POST', '/users/made/auth_tokens')
    assert.equal((await app.withToken(textAt(issued.body, 'data', 'authToken'))('GET', '/users/anna')).status, 200)
  })

  test('does not read through what it writes: private metadata is not in its answers', async () => {
    await app.full('PUT', '/users/bert', { body: { metadata: { '@private': { plan: 'hidden-value' } } } })
    const { text } = await app.auth('PUT', '/users/bert', { body: { name: 'Bert' } })
    assert.doesNotMatch(text, /hidden-value/)
  })
})
