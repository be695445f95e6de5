import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after }, { openRegistration: true })
const { call } = rollcall
const { get, memberIn, member, post, user } = workspaceOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const admin = await memberIn(['admin'])
const regular = await memberIn(['user'], { username: 'Regular', email: 'regular@example.com' })
const subject = await user({ username: 'subject', email: 'subject@example.com' })
const nothing = await member()

/** Asks for what must be refused: the answer's status and code, once it is sure that nothing was written. */
async function refused(path: string, body: unknown, as?: Member): Promise<unknown[]> {
  const reply = await stored.unchanged(() => post(path, body, as))
  assert.equal(at(reply.body, 'success'), false, reply.text)
  assert.doesNotMatch(reply.text, /\bat .*\.ts|node_modules|stack/)
  return [reply.status, at(reply.body, 'errorType') ?? at(reply.body, 'error')]
}

const invalid = [400, 'invalid-params']
const given = { username: 'somebody', email: 'somebody@example.com', name: 'Some Body', password: 'a password' }
const long = 'a'.repeat(10_000)
const deep = (levels: number): unknown => (levels === 0 ? 1 : { deeper: deep(levels - 1) })

/** What no member of these operations takes, by the kind of the member. */
const wrong: Record<string, unknown[]> = {
  text: [{}, [], ['a', 'b'], { $ne: null }, 12345678, true],
  flag: ['yes', 'TRUE', 2, -1, 0, 1, '', {}, [], 'null'],
  texts: ['user', 1, {}, [{}], [['user']], [null], [1]],
  object: ['{}', 1, true, [], 'text'],
}
const kinds: Record<string, string> = {
  ...Object.fromEntries(
    ['email', 'name', 'password', 'username', 'bio', 'nickname', 'statusText', 'freeSwitchExtension'].map((name) => [
      name,
      'text',
    ]),
  ),
  ...Object.fromEntries(
    ['active', 'verified', 'requirePasswordChange', 'setRandomPassword', 'sendWelcomeEmail', 'joinDefaultChannels'].map(
      (name) => [name, 'flag'],
    ),
  ),
  roles: 'texts',
  customFields: 'object',
}

describe('values of another type', () => {
  for (const [name, kind] of Object.entries(kinds)) {
    test(name, async () => {
      assert.deepEqual(await refused('users.create', { ...given, [name]: null }, admin), invalid, 'null')
      for (const value of wrong[kind] ?? []) {
        const told = `${name} = ${JSON.stringify(value)}`
        assert.deepEqual(await refused('users.create', { ...given, [name]: value }, admin), invalid, told)
        const update = { userId: subject.id, data: { [name]: value } }
        assert.deepEqual(await refused('users.update', update, admin), invalid, told)
      }
    })
  }

  test('what no switch and no number is changes nobody', async () => {
    for (const daysIdle of [null, false, true, '', ' ', '0x10', '1e3']) {
      assert.deepEqual(await refused('users.deactivateIdle', { daysIdle, role: 'guest' }, admin), invalid)
    }
    for (const activeStatus of [null, 0, 1, '', '0', 'no']) {
      assert.deepEqual(await refused('users.setActiveStatus', { userId: subject.id, activeStatus }, admin), invalid)
    }
    for (const query of ['count=%20%20', 'count=0x10', 'count=1e3', 'offset=1.0', 'includeCustomFields=1']) {
      const reply = await get(`users.list?${query}`, admin)
      assert.deepEqual([reply.status, at(reply.body, 'errorType')], invalid, query)
    }
    const { body } = await post('users.deactivateIdle', { daysIdle: null }, admin)
    assert.deepEqual(body, {
      success: false,
      error: 'must be number [invalid-params]',
      errorType: 'invalid-params',
      details: { path: 'daysIdle' },
    })
  })

  test('bodies that are no objects', async () => {
    for (const path of [
      'users.create',
      'users.update',
      'users.delete',
      'users.setActiveStatus',
      'users.setPreferences',
    ]) {
      for (const body of [[], '"text"', '1', 'null', '{', '', '{"a":1,}']) {
        const [status] = await refused(path, body, admin)
        assert.equal(status, 400, `${path} ${JSON.stringify(body)}`)
      }
    }
  })

  test('ids that are none', async () => {
    for (const userId of ['nobody', '\0', 'a\ud800', long, '__proto__', 'constructor', '6a00000000000000000000zz']) {
      for (const [path, body] of [
        ['users.update', { userId, data: { name: 'Changed' } }],
        ['users.setActiveStatus', { userId, activeStatus: false }],
        ['users.delete', { userId }],
        ['users.setPreferences', { userId, data: { useEmojis: true } }],
        ['users.resetAvatar', { userId }],
      ] as const) {
        const told = `${path} ${JSON.stringify(userId).slice(0, 50)}`
        assert.deepEqual(await refused(path, body, admin), [400, 'error-invalid-user'], told)
      }
    }
  })
})

describe('values that nobody can have', () => {
  const cases: [name: string, value: unknown, code: string][] = [
    ['username', '', 'error-the-field-is-required'],
    ['username', ' ', 'error-the-field-is-required'],
    ['username', 'two words', 'error-input-is-not-a-valid-field'],
    ['username', 'nul\0', 'error-input-is-not-a-valid-field'],
    ['username', 'ünlaut', 'error-input-is-not-a-valid-field'],
    ['username', '../../etc', 'error-input-is-not-a-valid-field'],
    ['username', long, 'error-input-is-not-a-valid-field'],
    ...['all', 'here', 'ADMIN', 'Administrator', 'system', 'User'].map((name): [string, unknown, string] => [
      'username',
      name,
      'error-blocked-username',
    ]),
    ['username', 'regular', 'error-field-unavailable'],
    ['username', 'REGULAR', 'error-field-unavailable'],
    ['email', '', 'error-invalid-email'],
    ['email', 'nobody', 'error-invalid-email'],
    ['email', 'a@b@c.example', 'error-invalid-email'],
    ['email', 'a@b.example, c@d.example', 'error-invalid-email'],
    ['email', 'a\0@example.com', 'error-invalid-email'],
    ['email', 'a\r\nBcc: b@example.com', 'error-invalid-email'],
    ['email', `${long}@example.com`, 'error-invalid-email'],
    ['email', 'REGULAR@Example.com', 'error-field-unavailable'],
    ['name', '\t', 'error-the-field-is-required'],
    ['name', 'nul\0', 'invalid-params'],
    ['name', 'half \ud800', 'invalid-params'],
    ['name', long, 'invalid-params'],
    ['name', 'a<b', 'Name contains invalid characters'],
    ['name', 'a%3Eb', 'Name contains invalid characters'],
    ['password', '', 'error-the-field-is-required'],
    ['bio', long, 'error-bio-size-exceeded'],
    ['nickname', long, 'error-nickname-size-exceeded'],
    ['statusText', long, 'invalid-params'],
    ['bio', 'nul\0', 'error-bio-size-exceeded'],
    ['roles', ['captain'], 'error-action-not-allowed'],
    ['roles', ['__proto__'], 'error-action-not-allowed'],
    ['roles', ['nul\0'], 'error-action-not-allowed'],
  ]
  for (const [name, value, code] of cases) {
    test(`${name}: ${JSON.stringify(value).slice(0, 40)}`, async () => {
      assert.deepEqual(await refused('users.create', { ...given, [name]: value }, admin), [400, code])
      if (typeof value !== 'string' || value.trim() !== '') {
        const identity = ['error-blocked-username', 'error-field-unavailable'].includes(code) && name === 'username'
        const expected = [400, identity ? 'error-could-not-save-identity' : code]
        const update = { userId: subject.id, data: { [name]: value } }
        assert.deepEqual(await refused('users.update', update, admin), expected)
      }
    })
  }

  test('members that are not known, and those of every object', async () => {
    for (const name of ['_id', 'type', 'services', 'createdAt', 'usename', 'isAdmin', 'settings', 'toString']) {
      assert.deepEqual(await refused('users.create', { ...given, [name]: 'x' }, admin), invalid, name)
      const update = { userId: subject.id, data: { [name]: 'x' } }
      assert.deepEqual(await refused('users.update', update, admin), invalid, name)
      const own = { data: { [name]: 'x' } }
      assert.deepEqual(await refused('users.updateOwnBasicInfo', own, regular), invalid, name)
      assert.deepEqual(await refused('users.register', { ...given, pass: 'x', [name]: 'x' }), invalid, name)
    }
    for (const text of ['{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}']) {
      const [status] = await refused(
        'users.create',
        JSON.stringify(given).replace('{', `{"customFields":${text},`),
        admin,
      )
      assert.equal(status, 400, text)
    }
  })

  test('custom fields that are nested deeply, are large or have names of every object', async () => {
    const definitions = { value: JSON.stringify({ level: { type: 'text', maxLength: 5 } }) }
    await post('settings/Accounts_CustomFields', definitions, admin)
    for (const level of [deep(100), [1], 'too long', long, 'nul\0']) {
      const [status, code] = await refused('users.create', { ...given, customFields: { level } }, admin)
      assert.equal(status, 400)
      assert.ok(['error-user-registration-custom-field', 'invalid-params'].includes(String(code)), String(code))
    }
    const { body } = await post(
      'users.update',
      { userId: subject.id, data: { customFields: { toString: 'x', hasOwnProperty: 'x', level: 'one' } } },
      admin,
    )
    assert.deepEqual(at(body, 'user', 'customFields'), { level: 'one' })
    await post('settings/Accounts_CustomFields', { value: '' }, admin)
  })

  test('preferences', async () => {
    for (const data of [
      { toString: true },
      { useEmojis: 'perhaps' },
      { clockMode: 'late' },
      { highlights: [{}] },
      { dontAskAgainList: ['text'] },
      { language: {} },
    ]) {
      assert.deepEqual(await refused('users.setPreferences', { data }, regular), invalid, JSON.stringify(data))
    }
    for (const data of [
      { language: 'nul\0' },
      { highlights: ['nul\0'] },
      { highlights: [long.repeat(10)] },
      { language: long },
      { dontAskAgainList: [deep(100)] },
    ]) {
      assert.deepEqual(
        await refused('users.setPreferences', { data }, regular),
        invalid,
        JSON.stringify(data).slice(0, 60),
      )
    }
  })
})

describe('changes without the right', () => {
  const cases: [path: string, body: object, expected: [status: number, code: string]][] = [
    ['users.create', given, [400, 'error-action-not-allowed']],
    ['users.update', { userId: subject.id, data: { name: 'Changed' } }, [400, 'error-action-not-allowed']],
    ['users.update', { userId: 'nobody', data: { name: 'Changed' } }, [400, 'error-action-not-allowed']],
    ['users.setActiveStatus', { userId: subject.id, activeStatus: false }, [403, forbidden()]],
    ['users.setActiveStatus', { userId: 'nobody', activeStatus: false }, [403, forbidden()]],
    ['users.deactivateIdle', { daysIdle: 0 }, [403, forbidden()]],
    ['users.delete', { userId: subject.id }, [403, forbidden()]],
    ['users.delete', { username: 'nobody' }, [403, forbidden()]],
    ['users.setPreferences', { userId: subject.id, data: { useEmojis: true } }, [400, 'error-action-not-allowed']],
    ['users.resetAvatar', { userId: subject.id }, [403, forbidden()]],
    ['users.deleteOwnAccount', { password: 'x' }, [400, 'error-not-allowed']],
  ]
  for (const [path, body, expected] of cases) {
    test(`${path} ${JSON.stringify(body).slice(0, 60)}`, async () => {
      for (const as of [regular, nothing]) assert.deepEqual(await refused(path, body, as), expected)
      assert.equal((await refused(path, body))[0], 401)
    })
  }

  test('of oneself, beyond what people may', async () => {
    for (const data of [
      { roles: ['admin'] },
      { active: false },
      { username: 'another' },
      { email: 'another@example.com' },
      { requirePasswordChange: true },
      { verified: true },
    ]) {
      const update = { userId: regular.id, data }
      assert.deepEqual(await refused('users.update', update, regular), [400, 'error-action-not-allowed'])
    }
  })

  test('of an administrator, by who may not make one', async () => {
    const editor = await member([
      'edit-other-user-info',
      'edit-other-user-password',
      'assign-roles',
      'delete-user',
      'create-user',
    ])
    const told = async (data: object, userId: string): Promise<unknown[]> => {
      const reply = await stored.unchanged(() => post('users.update', { userId, data }, editor))
      return [reply.status, at(reply.body, 'error'), at(reply.body, 'errorType')]
    }
    const notAllowed = (what: string) => [
      400,
      `${what} is not allowed [error-action-not-allowed]`,
      'error-action-not-allowed',
    ]
    for (const data of [{ password: 'mine now' }, { email: 'mine@example.com' }, { setRandomPassword: true }]) {
      assert.deepEqual(await told(data, admin.id), notAllowed('Editing user'), JSON.stringify(data))
      assert.deepEqual(await told({ ...data, roles: null }, admin.id), notAllowed('Editing user'), JSON.stringify(data))
    }
    assert.deepEqual(await told({ roles: [] }, admin.id), notAllowed('Assigning admin'))
    assert.deepEqual(await told({ roles: ['admin'] }, regular.id), notAllowed('Assigning admin'))
    assert.deepEqual(await refused('users.delete', { userId: admin.id }, editor), [403, forbidden()])
    const another = { ...given, roles: ['admin'] }
    assert.deepEqual(await refused('users.create', another, editor), [400, 'error-action-not-allowed'])
  })

  test('a password that may not be set is passed over', async () => {
    const editor = await member(['edit-other-user-info'])
    for (const data of [{ password: 'mine now' }, { setRandomPassword: true }]) {
      const reply = await stored.unchanged(() => post('users.update', { userId: subject.id, data }, editor))
      assert.equal(reply.status, 200)
    }
  })

  test('by who may change nothing', async () => {
    const reader = await memberIn(['user'], { readOnly: true, password: 'a password' })
    for (const [path, body] of [
      ['users.updateOwnBasicInfo', { data: { name: 'Changed' } }],
      ['users.updateOwnBasicInfo', { data: { statusType: 'busy' } }],
      ['users.updateOwnBasicInfo', { data: { newPassword: 'x', currentPassword: 'a password' } }],
      ['users.setPreferences', { data: { useEmojis: true } }],
      ['users.resetAvatar', {}],
      ['users.update', { userId: reader.id, data: { bio: 'x', status: 'busy' } }],
    ] as const) {
      const [status] = await refused(path, body, reader)
      assert.ok(status === 400 || status === 403, path)
    }
  })
})

test('what is asked with GET refuses in the same way', async () => {
  const cases: [path: string, expected: unknown[]][] = [
    ['users.checkUsernameAvailability?username=%00', [400, 'error-input-is-not-a-valid-field']],
    ['users.checkUsernameAvailability?username=HERE', [400, 'error-blocked-username']],
    [`users.checkUsernameAvailability?username=${long.slice(0, 2000)}`, [400, 'error-input-is-not-a-valid-field']],
    ['users.checkUsernameAvailability', invalid],
    ['users.getAvatar?userId=%00', [400, 'error-invalid-user']],
  ]
  for (const [path, expected] of cases) {
    const { status, body } = await stored.unchanged(() => get(path, regular))
    assert.deepEqual([status, at(body, 'errorType')], expected, path)
  }
})

test('a refusal does not give back more than a glance at what was sent', async () => {
  const reply = await post('users.create', { ...given, username: long }, admin)
  assert.ok(reply.text.length < 1000)
})

test('the same username at the same time goes to one of them', async () => {
  const creations = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) =>
      post('users.create', { ...given, username: 'wanted', email: `${name}@wanted.example` }, admin),
    ),
  )
  assert.deepEqual(creations.map(({ status }) => status).sort(), [200, 400, 400, 400])
  assert.equal((await call('GET', '/avatar/wanted')).status, 200)
})

function forbidden(): string {
  return 'User does not have the permissions required for this action [error-unauthorized]'
}
