import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { admin, clock, directory, operator } = rollcall
const app = await cometchatOf(rollcall)
const now = () => Math.floor(clock.now().getTime() / 1000)
const detailsOf = (body: unknown) => [at(body, 'error', 'code'), at(body, 'error', 'details')]

describe('many at once', () => {
  test('are deactivated and reactivated; each is told once, in the list that fits', async () => {
    for (const uid of ['anna', 'bob']) await app.person(uid)
    const carl = await app.person('carl')
    const asCarl = await app.as(carl)
    await directory.deactivateUser(operator, { userId: (await app.person('dora')).id })
    const uidsToDeactivate = ['Anna', 'carl', 'NoBody', 'dora', 'ANNA', 'bad id', 'anna']
    const first = await app.full('DELETE', '/users', { body: { uidsToDeactivate } })
    assert.deepEqual(
      [first.status, first.body],
      [
        200,
        {
          data: {
            deactivatedUids: ['anna', 'carl'],
            alreadyDeactivatedUids: ['dora'],
            notFound: ['NoBody', 'bad id'],
          },
        },
      ],
    )
    assert.equal((await asCarl('GET', '/me')).status, 401)
    const again = await app.full('DELETE', '/users', { body: { uidsToDeactivate: ['anna'] } })
    assert.deepEqual(again.body, { data: { alreadyDeactivatedUids: ['anna'] } })
    const uidsToActivate = ['bob', 'anna', 'CARL', 'NoBody']
    const back = await app.full('PUT', '/users', { body: { uidsToActivate } })
    assert.deepEqual(
      [back.status, back.body],
      [200, { data: { reactivatedUids: ['anna', 'carl'], nonDeactivatedUids: ['bob'], notFound: ['NoBody'] } }],
    )
    assert.equal((await asCarl('GET', '/me')).status, 200, 'the same token is one again')
  })

  test('one who has to stay keeps nobody else', async () => {
    for (const uid of ['first', 'last']) await app.person(uid)
    const { status, body } = await app.full('DELETE', '/users', {
      body: { uidsToDeactivate: ['first', admin.uid, 'nobody', 'last'] },
    })
    const message = 'The last active administrator must stay one.'
    const error = { code: 'ERR_OPERATION_FAILED', message, devMessage: message, source: 'chat-api' }
    assert.deepEqual(
      [status, body],
      [
        200,
        {
          data: {
            deactivatedUids: ['first', 'last'],
            notFound: ['nobody'],
            failed: { [admin.uid]: { success: false, error } },
          },
        },
      ],
    )
    assert.equal((await app.full('GET', `/users/${admin.uid}`)).status, 200)
    assert.equal((await app.full('GET', '/users/last')).status, 404)
  })

  test('are at least one and at most twenty-five, named by texts', async () => {
    for (const [method, name] of [
      ['DELETE', 'uidsToDeactivate'],
      ['PUT', 'uidsToActivate'],
    ] as const) {
      const texts = Array.from({ length: 26 }, (_, n) => `nobody-${n}`)
      for (const [body, fields] of [
        [undefined, [name]],
        [[], [name]],
        [{ [name]: [] }, [name]],
        [{ [name]: texts }, [name]],
        [{ [name]: 'anna' }, [name]],
        [{ [name]: ['anna', '', 3, null, ['x']] }, [1, 2, 3, 4].map((n) => `${name}.${n}`)],
      ] as const) {
        const { status, body: refused } = await app.full(method, '/users', { ...(body !== undefined && { body }) })
        const [code, details] = detailsOf(refused)
        assert.deepEqual([status, code, Object.keys(Object(details))], [400, 'ERR_BAD_REQUEST', fields])
      }
      const most = await app.full(method, '/users', { body: { [name]: texts.slice(1) } })
      assert.deepEqual([most.status, at(most.body, 'data')], [200, { notFound: texts.slice(1) }])
      assert.equal((await app.auth(method, '/users', { body: { [name]: ['anna'] } })).status, 403)
    }
    assert.equal((await app.full('GET', '/users/anna')).status, 200)
  })
})

describe('an import', () => {
  test('makes each row by itself, with the times that it says', async () => {
    await app.person('taken')
    const [createdAt, lastActiveAt] = [1_673_421_419, 1_673_421_425]
    const users = {
      Eve: {
        uid: 'eve',
        name: 'Eve',
        createdAt,
        lastActiveAt,
        metadata: {},
        tags: ['x'],
        role: 'default',
        status: 'x',
      },
      fay: {
        uid: 'FAY',
        name: 'Fay',
        createdAt: String(createdAt),
        lastActiveAt: '0',
        avatar: '',
        link: 'https://a.example',
      },
      gil: { uid: 'gil', name: 'Gil' },
      taken: { uid: 'taken', name: 'X' },
      other: { uid: 'another', name: 'X' },
      hal: { uid: 'hal', name: 'Hal', role: 'nope' },
      ida: { uid: 'ida', name: ' ', createdAt: '16734214190000', tags: 'x' },
      jo: null,
      kai: 'kai',
    }
    const { status, body } = await app.full('POST', '/data_import/users', { body: { users } })
    assert.equal(status, 200)
    const data = Object(at(body, 'data'))
    assert.deepEqual(Object.keys(data), Object.keys(users))
    const common = { role: 'default', status: 'offline' }
    assert.deepEqual(data.Eve, {
      success: true,
      data: { uid: 'eve', name: 'Eve', ...common, createdAt, lastActiveAt, tags: ['x'] },
    })
    assert.deepEqual(data.fay, {
      success: true,
      data: { uid: 'fay', name: 'Fay', link: 'https://a.example', ...common, createdAt },
    })
    assert.deepEqual(data.gil, { success: true, data: { uid: 'gil', name: 'Gil', ...common, createdAt: now() } })
    const failures = ['taken', 'other', 'hal', 'ida', 'jo', 'kai']
    const codes = failures.map((row) => [at(data, row, 'success'), ...detailsOf(at(data, row))])
    assert.deepEqual(
      codes.map(([success, code, details]) => [success, code, Object.keys(Object(details ?? {}))]),
      [
        [false, 'ERR_UID_ALREADY_EXISTS', ['uid']],
        [false, 'ERR_BAD_REQUEST', ['uid']],
        [false, 'ERR_ROLE_NOT_FOUND', []],
        [false, 'ERR_BAD_REQUEST', ['name', 'tags', 'createdAt']],
        [false, 'ERR_BAD_REQUEST', ['jo']],
        [false, 'ERR_BAD_REQUEST', ['kai']],
      ],
    )
    const { body: listed } = await app.full('GET', '/users?uids=eve,fay,gil,hal,ida,jo,kai,another&withTags=1')
    const made = Object.values(Object(at(listed, 'data')))
    assert.deepEqual(made, [at(data, 'gil', 'data'), at(data, 'Eve', 'data'), at(data, 'fay', 'data')])
  })

  test('tells of each row what is wrong with it', async () => {
    const form = 'The createdAt must be whole seconds since 1970 in UTC, of ten digits at most (not milliseconds).'
    const rows: Readonly<Record<string, readonly [unknown, string, string]>> = {
      empty: [null, 'empty', 'The row empty must be an object.'],
      list: [[], 'list', 'The row list must be an object.'],
      blank: [{ createdAt: '' }, 'createdAt', form],
      text: [{ createdAt: '1673421419000' }, 'createdAt', form],
      millis: [{ createdAt: 1_673_421_419_000 }, 'createdAt', 'The createdAt must be at most 9999999999.'],
      future: [{ createdAt: 9_999_999_999 }, 'createdAt', 'The createdAt must not lie in the future.'],
    }
    const users = Object.fromEntries(
      Object.entries(rows).map(([uid, [row]]) => [
        uid,
        row === null || Array.isArray(row) ? row : { uid, name: uid, ...Object(row) },
      ]),
    )
    const { body } = await app.full('POST', '/data_import/users', { body: { users } })
    for (const [uid, [, field, sentence]] of Object.entries(rows)) {
      assert.deepEqual(detailsOf(at(body, 'data', uid)), ['ERR_BAD_REQUEST', { [field]: [sentence] }], uid)
    }
  })

  test('has at least one row and at most fifty, of 5 KB of metadata each', async () => {
    const row = (n: number) => ({ uid: `row-${n}`, name: `Row ${n}`, metadata: { text: 'x'.repeat(5000) } })
    const rows = (many: number) => Object.fromEntries(Array.from({ length: many }, (_, n) => [`row-${n}`, row(n)]))
    for (const body of [undefined, {}, { users: {} }, { users: [] }, { users: 3 }, { users: rows(51) }]) {
      const { status, body: refused } = await app.full('POST', '/data_import/users', {
        ...(body !== undefined && { body }),
      })
      assert.deepEqual([status, Object.keys(Object(detailsOf(refused)[1]))], [400, ['users']])
    }
    const { status, body } = await app.full('POST', '/data_import/users', { body: { users: rows(50) } })
    assert.equal(status, 200)
    assert.ok(Object.values(Object(at(body, 'data'))).every((one) => at(one, 'success') === true))
    const huge = { users: { huge: { uid: 'huge', name: 'x'.repeat(1_100_000) } } }
    assert.equal((await app.full('POST', '/data_import/users', { body: huge })).status, 413)
  })

  test('is for keys of full access alone', async () => {
    const body = { users: { lea: { uid: 'lea', name: 'Lea' } } }
    assert.equal((await app.auth('POST', '/data_import/users', { body })).status, 403)
    assert.equal((await (await app.as(await app.person('max')))('POST', '/data_import/users', { body })).status, 401)
    assert.equal((await app.full('GET', '/users/lea')).status, 404)
  })
})
