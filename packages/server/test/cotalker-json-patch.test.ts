import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { applyPatch, type Operation } from 'rfc6902'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, adminToken } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const patch = (id: string, body: unknown, token = adminToken, admin = true, query = '') =>
  call('PATCH', `/api/v2/users/jsonpatch/${id}${query}`, { token, admin, body })
const shown = async (id: string) => at((await call('GET', `/api/v2/users/${id}`, { token: adminToken })).body, 'data')

/** Ids that nobody has: such members hold any. */
const [one, two] = ['fab000000000000000000001', 'fab000000000000000000002']
const given = {
  givenNames: 'Ada',
  familyName: 'One',
  phone: '1',
  jobTitle: 'writer',
  properties: [one],
  settings: { hideSummary: true },
  extensions: { sizes: { shoe: 42 } },
}

describe('each operation', () => {
  const cases: Record<string, readonly [object[], readonly (string | number)[], unknown]> = {
    'add sets a member': [[{ op: 'add', path: '/bot', value: one }], ['bot'], one],
    'add replaces what is there': [[{ op: 'add', path: '/phone', value: '2' }], ['phone'], '2'],
    'add appends to a list': [[{ op: 'add', path: '/properties/-', value: two }], ['properties'], [one, two]],
    'add inserts into a list': [[{ op: 'add', path: '/properties/0', value: two }], ['properties'], [two, one]],
    'add goes below': [[{ op: 'add', path: '/settings/a~1b', value: [1] }], ['settings', 'a/b'], [1]],
    'remove clears a text': [[{ op: 'remove', path: '/phone' }], ['phone'], undefined],
    'remove empties part of the name': [[{ op: 'remove', path: '/name/lastName' }], ['name', 'lastName'], ''],
    'remove takes one of a list': [[{ op: 'remove', path: '/properties/0' }], ['properties'], []],
    'remove empties a list': [[{ op: 'remove', path: '/properties' }], ['properties'], []],
    'remove takes a setting away': [[{ op: 'remove', path: '/settings/hideSummary' }], ['settings'], undefined],
    'remove takes a collection away': [[{ op: 'remove', path: '/extensions/sizes' }], ['extensions'], {}],
    'replace sets a member': [[{ op: 'replace', path: '/jobTitle', value: 'poet' }], ['jobTitle'], 'poet'],
    'replace goes below': [
      [{ op: 'replace', path: '/extensions/sizes/shoe', value: 43 }],
      ['extensions', 'sizes', 'shoe'],
      43,
    ],
    'replace of a whole name': [
      [{ op: 'replace', path: '/name', value: { names: 'Eva' } }],
      ['name'],
      { displayName: '', names: 'Eva', lastName: '', secondLastName: '' },
    ],
    'move takes away and adds': [[{ op: 'move', from: '/phone', path: '/jobTitle' }], ['jobTitle'], '1'],
    'copy keeps both': [[{ op: 'copy', from: '/phone', path: '/jobTitle' }], ['phone'], '1'],
    'copy of what is read-only': [
      [{ op: 'copy', from: '/email', path: '/settings/address' }],
      ['settings', 'hideSummary'],
      true,
    ],
    'test lets the others through': [
      [
        { op: 'test', path: '/phone', value: '1' },
        { op: 'replace', path: '/phone', value: '2' },
      ],
      ['phone'],
      '2',
    ],
    'test compares objects whatever the order of their members': [
      [
        { op: 'test', path: '/name', value: { secondLastName: '', lastName: 'One', names: 'Ada', displayName: '' } },
        { op: 'remove', path: '/phone' },
      ],
      ['phone'],
      undefined,
    ],
    'isActive false deactivates': [[{ op: 'replace', path: '/isActive', value: false }], ['isActive'], false],
  }
  for (const [title, [operations, path, value]] of Object.entries(cases)) {
    test(title, async () => {
      const user = await people.user(given)
      const reply = await patch(user.id, operations)
      assert.equal(reply.status, 200, reply.text)
      assert.deepEqual(at(reply.body, 'data', ...path), value)
      assert.deepEqual(at(reply.body, 'data'), await shown(user.id))
    })
  }

  test('move leaves nothing behind', async () => {
    const user = await people.user(given)
    const { body } = await patch(user.id, [{ op: 'move', from: '/phone', path: '/jobTitle' }])
    assert.equal(at(body, 'data', 'phone'), undefined)
  })

  test('the hierarchy: lists are changed, the other side follows', async () => {
    const [user, boss, peer] = [await people.user(), await people.user(), await people.user()]
    const lists = '/companies/0/hierarchy'
    const added = await patch(user.id, [
      { op: 'add', path: `${lists}/boss/-`, value: boss.id },
      { op: 'replace', path: `${lists}/peers`, value: [peer.id] },
    ])
    assert.deepEqual(at(added.body, 'data', 'companies', 0, 'hierarchy'), {
      boss: [boss.id],
      peers: [peer.id],
      subordinate: [],
    })
    assert.deepEqual(at(await shown(boss.id), 'companies', 0, 'hierarchy', 'subordinate'), [user.id])
    const gone = await patch(user.id, [{ op: 'remove', path: lists }])
    assert.deepEqual(at(gone.body, 'data', 'companies', 0, 'hierarchy'), { boss: [], peers: [], subordinate: [] })
    assert.deepEqual(at(await shown(boss.id), 'companies', 0, 'hierarchy', 'subordinate'), [])
  })

  test('system: a bot becomes a person when it is taken away', async () => {
    const bot = await people.user({ kind: 'bot' })
    const { body, status } = await patch(bot.id, [{ op: 'remove', path: '/system' }])
    assert.equal(status, 200)
    assert.equal(at(body, 'data', 'system'), undefined)
    assert.equal(
      at((await patch(bot.id, [{ op: 'add', path: '/system', value: 'bot' }])).body, 'data', 'system'),
      'bot',
    )
  })

  test('isReadOnly comes and goes', async () => {
    const user = await people.user()
    const added = await patch(user.id, [{ op: 'add', path: '/isReadOnly', value: true }])
    assert.equal(at(added.body, 'data', 'isReadOnly'), true)
    const removed = await patch(user.id, [{ op: 'remove', path: '/isReadOnly' }])
    assert.equal(at(removed.body, 'data', 'isReadOnly'), undefined)
  })

  test('a patch that changes nothing changes nothing', async () => {
    const user = await people.user(given)
    for (const operations of [[], [{ op: 'replace', path: '/phone', value: '1' }]]) {
      assert.equal((await stored.unchanged(() => patch(user.id, operations))).status, 200)
    }
  })

  test('what a job title brings is shown, and not stored when it comes back', async () => {
    const title = await rollcall.directory.createJobTitle(rollcall.operator, {
      code: 'brings',
      display: 'Brings',
      properties: [two],
      allowedExtensions: ['badge'],
    })
    const user = await people.caller([], { ...given, job: title.id })
    const { status, body } = await patch(user.id, [{ op: 'replace', path: '/phone', value: '5' }], user.token, false)
    assert.equal(status, 200, 'to oneself: nothing but the phone has changed')
    assert.deepEqual(at(body, 'data', 'extensions'), { badge: {}, sizes: { shoe: 42 } })
    await rollcall.directory.updateJobTitle(rollcall.operator, {
      jobTitleId: title.id,
      changes: { properties: [], allowedExtensions: [] },
    })
    const left = await shown(user.id)
    assert.deepEqual([at(left, 'properties'), at(left, 'extensions')], [[one], { sizes: { shoe: 42 } }])
  })
})

test('a password is set, masked in debug, and nowhere to be read', async () => {
  const user = await people.user()
  const word = 'zebra-in-the-patch'
  const reply = await patch(user.id, [{ op: 'add', path: '/password', value: word }], adminToken, true, '?debug=true')
  assert.equal(reply.status, 200)
  assert.ok(!reply.text.includes(word))
  assert.equal(at(reply.body, 'debug', 'data', 'body', 0, 'value'), '[REDACTED]')
  assert.ok(!(await stored.eventTexts()).includes(word))
  await rollcall.login(user.email, word)
})

test('patches of one user at the same time, through two servers, lose nothing', async () => {
  const other = await rollcall.another()
  const user = await people.user()
  const ids = Array.from({ length: 12 }, (_, n) => `fab0000000000000000001${String(n).padStart(2, '0')}`)
  const replies = await Promise.all(
    ids.map((value, n) =>
      (n % 2 === 0 ? rollcall : other).call('PATCH', `/api/v2/users/jsonpatch/${user.id}`, {
        token: adminToken,
        admin: true,
        body: [{ op: 'add', path: '/properties/-', value }],
      }),
    ),
  )
  for (const { status, text } of replies) assert.equal(status, 200, text)
  const list = at(await shown(user.id), 'properties')
  assert.ok(Array.isArray(list))
  assert.deepEqual(list.toSorted(), ids)
})

test('of two that test what they change, one wins', async () => {
  const user = await people.user({ phone: 'free' })
  const take = (by: string) => [
    { op: 'test', path: '/phone', value: 'free' },
    { op: 'replace', path: '/phone', value: by },
  ]
  const replies = await Promise.all([patch(user.id, take('a')), patch(user.id, take('b'))])
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409])
  const winner = replies.find(({ status }) => status === 200)
  assert.equal(textAt(await shown(user.id), 'phone'), textAt(winner?.body, 'data', 'phone'))
})

test('the result is what RFC 6902 gives of the record as it is shown', async () => {
  const id = fc.constantFrom(one, two, 'fab000000000000000000003')
  const text = fc.constantFrom('a', 'b', 'Ñandú')
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    fc.record({
      op: fc.constant('add' as const),
      path: fc.constantFrom('/phone', '/jobTitle', '/settings/x'),
      value: text,
    }),
    fc.record({ op: fc.constant('add' as const), path: fc.constantFrom('/name/names', '/name/lastName'), value: text }),
    fc.record({ op: fc.constant('add' as const), path: fc.constantFrom('/properties/0', '/properties/-'), value: id }),
    fc.record({ op: fc.constant('remove' as const), path: fc.constantFrom('/phone', '/jobTitle', '/properties/0') }),
    fc.record({
      op: fc.constantFrom('move' as const, 'copy' as const),
      from: fc.constantFrom('/phone', '/jobTitle', '/name/names'),
      path: fc.constantFrom('/phone', '/jobTitle', '/settings/y', '/name/lastName'),
    }),
    fc.record({
      op: fc.constant('replace' as const),
      path: fc.constantFrom('/extensions/sizes', '/settings'),
      value: fc.constantFrom({ a: 1 }, { b: { c: [true] } }),
    }),
  )
  /** What the server makes anew, and what has another form for nothing. */
  const normal = (record: unknown) => {
    const { search: _words, modifiedAt: _at, settings = {}, properties = [], name, ...rest } = Object(record)
    return { settings, properties: [...new Set(properties)], name: { names: '', lastName: '', ...name }, ...rest }
  }
  let applied = 0
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 6 }), async (operations) => {
      const user = await people.user(given)
      const document = await shown(user.id)
      const expected: unknown = structuredClone(document)
      const problems = operations.map((each) => applyPatch(expected, [each])[0])
      const reply = await patch(user.id, operations)
      const last = normal(await shown(user.id))
      if (problems.every((problem) => problem === null)) {
        assert.equal(reply.status, 200, reply.text)
        assert.deepEqual(last, normal(expected))
        applied += 1
      } else {
        assert.equal(reply.status, 400, reply.text)
        assert.deepEqual(last, normal(document))
      }
    }),
    { numRuns: 60, seed: 6902 },
  )
  assert.ok(applied > 10, `only ${applied} patches were valid`)
})
