import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, adminToken, tenant, clock } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const admin = { token: adminToken, admin: true }
const path = `/api/v1/companies/${tenant.id}`
const change = (body: object, by: object = admin) => call('PATCH', path, { ...by, body })
const day = 86_400_000

describe('the company', () => {
  test('is one, at every path, for everyone with a token', async () => {
    const { token } = await people.caller()
    const [first, ...others] = await Promise.all(
      ['/api/v1/companies', path, '/api/companies', `/api/companies/${tenant.id.toUpperCase()}`].map((url) =>
        call('GET', url, { token }),
      ),
    )
    assert.equal(first?.status, 200)
    assert.deepEqual(at(first?.body, '_id'), tenant.id)
    assert.deepEqual(at(first?.body, 'subdomain'), 'rollcall')
    for (const { status, body } of others) assert.deepEqual([status, body], [200, first?.body])
    assert.equal((await call('GET', '/api/v1/companies')).status, 401)
  })

  test('another one is 404, whoever asks', async () => {
    const elsewhere = rollcall.directory.newId()
    const made = await rollcall.directory.createTenant(await rollcall.directory.operator(elsewhere), {
      appId: 'elsewhere',
      name: 'Elsewhere',
      admin: { email: 'b@example.com', username: 'b', password: 'b password' },
    })
    for (const id of [made.tenant.id, 'ffffffffffffffffffffffff']) {
      assert.equal((await call('GET', `/api/v1/companies/${id}`, admin)).status, 404)
      const changed = await stored.unchanged(() =>
        call('PATCH', `/api/companies/${id}`, { ...admin, body: { displayName: 'x' } }),
      )
      assert.equal(changed.status, 404)
    }
    assert.equal((await call('GET', '/api/v1/companies/x', admin)).status, 400)
  })

  test('is changed with Admin and admin-company-write', async () => {
    for (const [permissions, header, status] of [
      [[], true, 403],
      [['admin-users-write'], true, 403],
      [['admin-company-read'], true, 403],
      [['admin-company-write'], false, 403],
      [['admin-company-write'], true, 200],
      [['admin-*-write'], true, 200],
    ] as const) {
      const { token } = await people.caller(permissions)
      const run = () => change({ legalName: `Name for ${permissions.join()}` }, { token, admin: header })
      const reply = status === 200 ? await run() : await stored.unchanged(run)
      assert.equal(reply.status, status, `${permissions.join()} ${header}`)
    }
  })

  test('shows what was set; the rest stays; a repeat is no change', async () => {
    const body = {
      displayName: 'Compañía',
      legalName: 'Compañía S.A.',
      emailDomains: ['example.com'],
      contactMode: 'all',
      defaultCountry: 'CL',
      hideSummary: true,
      offline: { isActive: false, maxSyncTimeMs: 5 },
      passwordRules: { minLength: 3 },
      passwordRotation: { enabled: true, days: 30 },
    }
    const reply = await change(body)
    assert.equal(reply.status, 200, reply.text)
    const noRules = { minLength: 3, lowerCase: 0, upperCase: 0, numbers: 0, symbols: 0, zxcvbn: 0 }
    for (const [name, value] of Object.entries({ ...body, passwordRules: noRules })) {
      assert.deepEqual(at(reply.body, name), value, name)
    }
    const again = await stored.unchanged(() => change(body))
    assert.deepEqual(again.body, reply.body)
    const partly = await change({ legalName: 'Other', passwordRules: null, passwordRotation: { enabled: false } })
    assert.deepEqual(
      [at(partly.body, 'displayName'), at(partly.body, 'passwordRules'), at(partly.body, 'passwordRotation')],
      ['Compañía', undefined, undefined],
    )
    assert.equal(at(partly.body, '__v'), Number(at(reply.body, '__v')) + 1)
  })

  test("its own ids and dates are not anyone's, nor are members that nobody declared", async () => {
    const { status, body, text } = await change({
      _id: 'x',
      subdomain: 'mine',
      createdAt: 'x',
      isActive: false,
      plan: 'x',
      passwordRules: { minLength: 1, x: 1 },
    })
    assert.equal(status, 200, text)
    assert.deepEqual(
      [at(body, '_id'), at(body, 'subdomain'), at(body, 'isActive'), at(body, 'plan')],
      [tenant.id, 'rollcall', true, undefined],
    )
    const kept = await rollcall.directory.getTenant(rollcall.operator, {})
    assert.deepEqual(Object.keys(kept.passwordRules ?? {}).sort(), [
      'lowerCase',
      'minLength',
      'numbers',
      'symbols',
      'upperCase',
      'zxcvbn',
    ])
    await change({ passwordRules: null })
  })

  const wrong: Record<string, readonly [object, string]> = {
    'an empty name': [{ displayName: '' }, 'displayName: must have 1 to 200 characters'],
    'a number for the name': [{ displayName: 5 }, 'displayName: must be a text'],
    NUL: [{ legalName: 'a\0' }, 'legalName: must not contain NUL'],
    'a negative rule': [{ passwordRules: { minLength: -1 } }, 'passwordRules.minLength: must be at least 0'],
    'a fraction': [{ passwordRules: { numbers: 1.5 } }, 'passwordRules.numbers: must be a whole number'],
    'a strength of 5': [{ passwordRules: { zxcvbn: 5 } }, 'passwordRules.zxcvbn: must be at most 4'],
    'a list of rules': [{ passwordRules: [] }, 'passwordRules: must be an object or null'],
    'a rotation without days': [{ passwordRotation: { enabled: true } }, 'passwordRotation.days: is required'],
    'a rotation of no days': [
      { passwordRotation: { enabled: true, days: 0 } },
      'passwordRotation.days: must be at least 1',
    ],
    'an unknown contact mode': [{ contactMode: 'none' }, 'contactMode: must be one of default, local, all'],
    'a country': [{ defaultCountry: 'Chile' }, 'defaultCountry: must be an ISO 3166 code such as CL'],
    'an administrator that is no id': [{ admin: ['x'] }, 'admin.0: must be an ObjectId of 24 hexadecimal digits'],
  }
  for (const [title, [body, message]] of Object.entries(wrong)) {
    test(`${title} is refused`, async () => {
      const reply = await stored.unchanged(() => change(body))
      assert.deepEqual([reply.status, at(reply.body, 'message')], [400, message])
    })
  }
})

describe('password rules', async () => {
  const user = await people.caller([], {
    email: 'rosalind@example.com',
    givenNames: 'Rosalind',
    familyName: 'Quillfeather',
  })
  const cases: Record<string, readonly [object, wrong: string[], right: string[], string]> = {
    minLength: [{ minLength: 4 }, ['abc', '😀😀😀'], ['abcd', '😀😀😀😀'], 'must have at least 4 characters'],
    lowerCase: [{ lowerCase: 2 }, ['aBC', 'ABC'], ['abC', 'ñá'], 'must have at least 2 lower-case letters'],
    upperCase: [{ upperCase: 1 }, ['abc'], ['abC', 'Ñ'], 'must have at least 1 upper-case letters'],
    numbers: [{ numbers: 2 }, ['a1b'], ['1a2'], 'must have at least 2 digits'],
    symbols: [
      { symbols: 1 },
      ['abc', 'a.b', 'a b'],
      ['a!', 'a_', 'a]'],
      'must have at least 1 symbols of !@#$%^&()_[]',
    ],
    zxcvbn: [
      { zxcvbn: 3 },
      ['password1', 'qwertyuiop', 'rosalind', 'quillfeather', 'a'.repeat(200)],
      ['unlikely heron mandolin kite'],
      'is too easy to guess',
    ],
  }
  for (const [rule, [rules, wrong, right, message]] of Object.entries(cases)) {
    test(`${rule}, for oneself, for others, for new ones and by JSON Patch`, async () => {
      await change({ passwordRules: rules })
      const own = (password: string) =>
        call('PATCH', `/api/v2/users/${user.id}`, { token: user.token, body: { password } })
      const others = (password: string) => call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: { password } })
      const patched = (password: string) =>
        call('PATCH', `/api/v2/users/jsonpatch/${user.id}`, {
          token: user.token,
          body: [{ op: 'add', path: '/password', value: password }],
        })
      const created = (password: string) =>
        call('POST', '/api/v2/users', {
          ...admin,
          body: {
            email: `new${rule}@example.com`,
            name: { names: 'Rosalind', lastName: 'Quillfeather' },
            accessRoles: [],
            password,
          },
        })
      for (const password of wrong) {
        for (const way of [own, others, patched, created]) {
          const reply = await stored.unchanged(() => way(password))
          assert.deepEqual([reply.status, at(reply.body, 'message')], [400, `password: ${message}`], password)
        }
      }
      for (const password of right) {
        for (const way of [own, others, patched]) assert.equal((await way(password)).status, 200, password)
      }
      assert.equal((await created(right[0] ?? '')).status, 201)
      await rollcall.login('rosalind@example.com', right.at(-1) ?? '')
    })
  }

  test('hold on another server from the next request on, and not for passwords of before', async () => {
    await change({ passwordRules: null })
    const old = await people.user({ email: 'old@example.com', password: 'old' })
    const other = await rollcall.another()
    await change({ passwordRules: { minLength: 10 } })
    const reply = await other.call('PATCH', `/api/v2/users/${old.id}`, { ...admin, body: { password: 'short' } })
    assert.equal(reply.status, 400)
    await other.login(old.email, 'old')
    await change({ passwordRules: null })
  })
})

test('rotation: a password older than the days is asked to be renewed at login, until it is', async () => {
  const user = await people.user({ email: 'rotated@example.com', password: 'first' })
  const due = async (password: string) => {
    const { status, body } = await call('POST', '/auth/local', { body: { email: user.email, password } })
    assert.equal(status, 200)
    return { due: at(body, 'needPasswordChange'), token: textAt(body, 'token') }
  }
  assert.equal((await due('first')).due, undefined)
  await change({ passwordRotation: { enabled: true, days: 30 } })
  clock.advance(30 * day)
  const session = await call('POST', '/auth/local', {
    body: { email: 'admin@example.com', password: 'the first password' },
  })
  const fresh = { token: textAt(session.body, 'token'), admin: true }
  assert.equal((await due('first')).due, undefined, 'on the last day')
  clock.advance(1)
  const { due: asked, token } = await due('first')
  assert.equal(asked, true)
  assert.equal((await call('PATCH', `/api/v2/users/${user.id}`, { token, body: { password: 'second' } })).status, 200)
  assert.equal((await due('second')).due, undefined)
  clock.advance(30 * day + 1)
  assert.equal((await due('second')).due, true)
  assert.equal(
    (
      await call('PATCH', path, {
        token: await rollcall.login('admin@example.com', 'the first password'),
        admin: true,
        body: { passwordRotation: { enabled: false } },
      })
    ).status,
    200,
  )
  assert.equal((await due('second')).due, undefined)
  assert.equal((await call('GET', '/api/v1/companies', fresh)).status, 401, 'sessions of before have ended meanwhile')
})
