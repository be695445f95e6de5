import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import type { User } from '../src/core/index.ts'
import { countKeysOf, termsOf } from '../src/store/user-terms.ts'
import { textColumnList, textsOf } from '../src/store/user-texts.ts'
import { exported, imported, lines } from './import-support.ts'
import { openStored } from './stored.ts'
import { startRollcall, type TestRollcall } from './support.ts'

const counts = (created: number, changed = 0, unchanged = 0, failed = 0) => ({ created, changed, unchanged, failed })
const told = (line: number, field: string | undefined, reason: string) => ({ line, field, reason })

async function userBy({ store, tenant }: TestRollcall, handle: { uid: string } | { email: string }): Promise<User> {
  const handles = { uids: [], emails: [], ...('uid' in handle ? { uids: [handle.uid] } : { emails: [handle.email] }) }
  const [user] = await store.reads.usersByHandles(tenant.id, handles)
  assert.ok(user)
  return user
}

test('users are made with their events, found again by uid or address, and changed only where they differ', async (t) => {
  const rollcall = await startRollcall(t)
  const { clock } = rollcall
  const stored = await openStored(t, rollcall.connection)
  const rows = [
    { uid: 'ada', email: 'Ada@Example.com', givenNames: 'Ada', accessRoles: ['bot', 'user'], phone: '1' },
    {
      email: 'grace@example.com',
      displayName: 'Grace',
      active: false,
      inactiveReason: 'left',
      createdAt: '2020-02-03',
    },
    { uid: 'nobody' },
  ]
  const first = await imported(rollcall, lines(...rows), 'ndjson')
  assert.deepEqual(first, { counts: counts(3), failures: [] })
  const [ada, grace, nobody] = [
    await userBy(rollcall, { uid: 'ada' }),
    await userBy(rollcall, { email: 'grace@example.com' }),
    await userBy(rollcall, { uid: 'nobody' }),
  ]
  assert.deepEqual([ada.email, ada.username, ada.phone], ['ada@example.com', 'ada', '1'])
  assert.deepEqual([grace.uid, grace.active, grace.inactiveReason], [grace.id, false, 'left'])
  assert.deepEqual([grace.createdAt, grace.deactivatedAt], [new Date('2020-02-03'), clock.now()])
  assert.deepEqual([nobody.email, nobody.emailGenerated], ['nobody@rollcall.invalid', true])
  assert.deepEqual(await stored.eventsOf(ada.id), ['user.created'])

  clock.advance(1000)
  const again = await stored.unchanged(() => imported(rollcall, lines(...rows), 'ndjson'))
  assert.deepEqual(again, { counts: counts(0, 0, 3), failures: [] })

  const changed = lines(
    { uid: 'ada', phone: '2' },
    { email: 'GRACE@example.com', active: true },
    { uid: 'nobody', email: 'here@example.com' },
  )
  assert.deepEqual((await imported(rollcall, changed, 'ndjson')).counts, counts(0, 3))
  assert.deepEqual(await stored.eventsOf(ada.id), ['user.created', 'user.updated'])
  assert.deepEqual(await stored.eventsOf(grace.id), ['user.created', 'user.reactivated'])
  assert.match(await exported(rollcall, 'ndjson'), /"email":"here@example.com"/)
  assert.deepEqual((await imported(rollcall, changed, 'ndjson')).counts, counts(0, 0, 3))
})

test('each bad row costs only itself, and says why', async (t) => {
  const rollcall = await startRollcall(t)
  const { directory, operator } = rollcall
  await directory.updateTenant(operator, {
    changes: { settings: { customFields: '{"team":{"type":"select","options":["a","b"]}}' } },
  })
  const good = Array.from({ length: 200 }, (_, number) => ({
    uid: `good${number}`,
    email: `good${number}@example.com`,
  }))
  await imported(
    rollcall,
    lines({ uid: 'first', email: 'first@example.com', username: 'taken', createdAt: '2020-01-01' }),
    'ndjson',
  )
  const bad = [
    ...([[{ uid: 'A B' }, 'uid', 'must be 1 to 100 of a-z 0-9 - _']] as const),
    ...([[{ email: 'no address' }, 'email', 'must be an email address like name@example.com']] as const),
    ...([[{ displayName: 'x' }, 'uid', 'must be there, or an email: by them users are found again']] as const),
    ...([[{ uid: 'x1', phon: 1 }, 'phon', 'is not known']] as const),
    ...([[{ uid: 'x2', phone: 1 }, 'phone', 'must be a text']] as const),
    ...([[{ uid: 'x3', username: 'Taken' }, 'username', 'value_taken']] as const),
    ...([[{ uid: 'x4', email: 'first@example.com' }, 'email', 'value_taken']] as const),
    ...([[{ uid: 'x5', username: 'admin' }, 'username', 'value_blocked']] as const),
    ...([[{ uid: 'x6', accessRoles: ['nix'] }, 'accessRoles', 'No access role has the code nix.']] as const),
    ...([[{ uid: 'x7', job: 'nix' }, 'job', 'No job title has the code nix.']] as const),
    ...([[{ uid: 'x8', bosses: ['nix'] }, 'bosses', 'No user has the uid, address or id nix.']] as const),
    ...([[{ uid: 'x9', peers: ['x9'] }, 'peers', 'must not name the user itself']] as const),
    ...([
      [
        { uid: 'x10', extensions: { customFields: { team: 'c' } } },
        'extensions.customFields.team',
        'is none of the values it may have',
      ],
    ] as const),
    ...([
      [
        { uid: 'x11', extensions: { customFields: { crew: 'c' } } },
        'extensions.customFields.crew',
        'is no custom field of this tenant; define it first',
      ],
    ] as const),
    ...([[{ uid: 'x12', createdAt: 'monday' }, 'createdAt', 'must be a date like 2026-01-31T09:00:00Z']] as const),
    ...([[{ uid: 'first', createdAt: '2021-01-01' }, 'createdAt', 'read_only_field']] as const),
    ...([[{ uid: 'x13', bio: 'a\u0000b' }, 'bio', 'must not contain NUL']] as const),
    ...([
      [
        { uid: 'x14', active: true, deactivatedAt: '2020-01-01' },
        'deactivatedAt',
        'must not be there for who is active',
      ],
    ] as const),
    ...([[['x'], undefined, 'must be a JSON object, one user']] as const),
  ]
  const rows = good.flatMap((row, at): unknown[] => (at % 10 === 0 && bad[at / 10] ? [bad[at / 10]?.[0], row] : [row]))
  const { counts: all, failures } = await imported(rollcall, lines(...rows), 'ndjson')
  const expected = bad.map(([row, field, reason]) => told(rows.indexOf(row) + 1, field, reason))
  assert.deepEqual(failures, expected)
  // Whoever's boss is nobody is there all the same.
  assert.deepEqual(all, counts(200, 0, 0, bad.length))
  assert.match(await exported(rollcall, 'ndjson'), /"uid":"x8"/)
})

test('names that are taken between the look and the writing cost a second look, and only their row', async (t) => {
  const rollcall = await startRollcall(t)
  const other = await rollcall.another()
  const rows = Array.from({ length: 50 }, (_, number) => ({ uid: `u${number}`, username: `name${number}` }))
  const [rival, witness] = [new pg.Client(rollcall.connection), new pg.Client(rollcall.connection)]
  // The database is dropped under them at the end.
  for (const client of [rival, witness]) client.on('error', () => {})
  await Promise.all([rival.connect(), witness.connect()])
  t.after(() => Promise.all([rival.end(), witness.end()]))
  // Holds the name, unseen, until the import waits for it.
  const { id } = rollcall.admin
  await rival.query('begin')
  await rival.query("update users set username = 'NAME7' where id = $1", [id])
  const importing = imported({ ...other, operator: rollcall.operator }, lines(...rows), 'ndjson')
  for (;;) {
    const { rows: waiting } = await witness.query(
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    )
    if (waiting.length > 0) break
    await witness.query('select pg_sleep(0.01)')
  }
  await rival.query('commit')
  assert.deepEqual(await importing, { counts: counts(49, 0, 0, 1), failures: [told(8, 'username', 'value_taken')] })
})

test('usernames are generated as for single users, each once', async (t) => {
  const rollcall = await startRollcall(t)
  const rows = ['a', 'b', 'c'].map((host) => ({ email: `maria@${host}.example` }))
  assert.deepEqual((await imported(rollcall, lines(...rows, { email: 'admin@x.example' }), 'ndjson')).counts, counts(4))
  const text = await exported(rollcall, 'ndjson')
  const names = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).username)
    .filter((name) => name !== 'rollcall.admin')
  assert.equal(new Set(names).size, 4)
  assert.deepEqual(
    names.filter((name) => !/^maria\d*$/.test(name)).map((name) => name.slice(0, 5)),
    ['user-'],
  )
  assert.ok(names.includes('maria'))
})

test('a hierarchy names people by uid, address or id, wherever they stand in the file', async (t) => {
  const rollcall = await startRollcall(t)
  const { directory, operator, admin } = rollcall
  const stored = await openStored(t, rollcall.connection)
  const rows = [
    { uid: 'w1', bosses: ['chief', admin.id], peers: ['w2@example.com'] },
    ...Array.from({ length: 2500 }, (_, number) => ({ uid: `filler${number}` })),
    { uid: 'w2', email: 'w2@example.com', bosses: ['chief'] },
    { uid: 'chief', subordinates: ['w2', 'w1'] },
  ]
  assert.deepEqual(await imported(rollcall, lines(...rows), 'ndjson', 100_000), { counts: counts(2503), failures: [] })
  const idOf = async (uid: string) => (await userBy(rollcall, { uid })).id
  const [w1, w2, chief] = [await idOf('w1'), await idOf('w2'), await idOf('chief')]
  const relationsOf = async (userId: string) => {
    const { user } = await directory.getUser(operator, { userId })
    return { bosses: user.bosses, peers: user.peers, subordinates: user.subordinates }
  }
  assert.deepEqual(await relationsOf(w1), { bosses: [chief, admin.id], peers: [w2], subordinates: [] })
  assert.deepEqual(await relationsOf(w2), { bosses: [chief], peers: [w1], subordinates: [] })
  assert.deepEqual(await relationsOf(chief), { bosses: [], peers: [], subordinates: [w2, w1] })
  assert.deepEqual((await relationsOf(admin.id)).subordinates, [w1])

  const again = await stored.unchanged(() => imported(rollcall, lines(...rows), 'ndjson', 100_000))
  assert.deepEqual(again, { counts: counts(0, 0, 2503), failures: [] })
  await imported(rollcall, lines({ uid: 'chief', subordinates: ['w1'] }), 'ndjson')
  assert.deepEqual((await relationsOf(w2)).bosses, [])
})

test('several rows about one user are taken in their order', async (t) => {
  const rollcall = await startRollcall(t)
  const rows = [1, 2, 3].map((phone) => ({ uid: 'one', phone: String(phone) }))
  assert.deepEqual((await imported(rollcall, lines(...rows), 'ndjson')).counts, counts(1, 2))
  assert.match(await exported(rollcall, 'ndjson'), /"uid":"one".*"phone":"3"/)
})

test('passwords are hashed, kept to the rules, found to be the same, and in no event', async (t) => {
  const rollcall = await startRollcall(t)
  const stored = await openStored(t, rollcall.connection)
  const rows = lines({ uid: 'eve', email: 'eve@example.com', password: 'a first secret' })
  assert.deepEqual((await imported(rollcall, rows, 'ndjson')).counts, counts(1))
  await rollcall.login('eve@example.com', 'a first secret')
  assert.deepEqual((await imported(rollcall, rows, 'ndjson')).counts, counts(0, 0, 1))
  const other = lines({ uid: 'eve', password: 'a second secret' })
  assert.deepEqual((await imported(rollcall, other, 'ndjson')).counts, counts(0, 1))
  await rollcall.login('eve@example.com', 'a second secret')
  assert.doesNotMatch(await stored.eventTexts(), /a (first|second) secret|argon2/)
  assert.doesNotMatch(await exported(rollcall, 'ndjson'), /password"|argon2/)
})

test('the last administrator stays one; whoever is deactivated is out', async (t) => {
  const rollcall = await startRollcall(t)
  const { admin, adminToken } = rollcall
  const { failures } = await imported(rollcall, lines({ uid: admin.uid, active: false }, { uid: 'b' }), 'ndjson')
  assert.deepEqual(failures, [told(1, undefined, 'last_admin')])
  await imported(
    rollcall,
    lines({ uid: 'second', accessRoles: ['admin'] }, { uid: admin.uid, active: false }),
    'ndjson',
  )
  await imported(rollcall, lines({ uid: admin.uid, active: false }), 'ndjson')
  const { status } = await rollcall.call('GET', '/api/v2/users/me', { token: adminToken })
  assert.equal(status, 401)
})

test('single values change nothing beside them', async (t) => {
  const rollcall = await startRollcall(t)
  await imported(
    rollcall,
    lines({ uid: 'x', extensions: { hr: { a: 1, b: 2 }, metadata: { c: 3 } }, settings: { s: 1 } }),
    'ndjson',
  )
  const csv = 'uid,extensions.hr.b,settings.t\nx,9,yes\n'
  assert.deepEqual((await imported(rollcall, csv, 'csv')).counts, counts(0, 1))
  const text = await exported(rollcall, 'ndjson')
  assert.ok(text.includes('"extensions":{"hr":{"a":1,"b":"9"},"metadata":{"c":3}}'), text)
  assert.ok(text.includes('"settings":{"s":1,"t":"yes"}'), text)
})

test('lists and totals follow what is made and changed', async (t) => {
  const rollcall = await startRollcall(t)
  const { clock, connection, tenant, store } = rollcall
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.end())
  const isSound = async () => {
    const { rows: ids } = await client.query<{ uid: string }>('select uid from users')
    const users = await store.reads.usersByHandles(tenant.id, { uids: ids.map(({ uid }) => uid), emails: [] })
    const { rows: terms } = await client.query(
      'select term, user_id, modified_at, active from user_terms order by user_id, term collate "C"',
    )
    const expected = users.flatMap((user) =>
      termsOf(user).map((term) => ({ term, user_id: user.id, modified_at: user.modifiedAt, active: user.active })),
    )
    const place = ({ user_id, term }: { user_id: string; term: string }) => `${user_id} ${term}`
    assert.deepEqual(
      terms,
      expected.sort((one, other) => (place(one) < place(other) ? -1 : 1)),
    )
    const { rows: counted } = await client.query<{ key: string; n: number }>(
      'select key, sum(n)::int as n from user_counts group by key having sum(n) <> 0',
    )
    const totals = new Map<string, number>()
    for (const key of users.flatMap(countKeysOf)) totals.set(key, (totals.get(key) ?? 0) + 1)
    assert.deepEqual(new Map(counted.map(({ key, n }) => [key, n])), totals)
    const { rows: texts } = await client.query(`select user_id, ${textColumnList} from user_texts order by user_id`)
    const folded = users.map((user) => [user.id, ...textsOf(user)]).sort()
    assert.deepEqual(texts.map(Object.values), folded)
  }
  const person = (number: number, more: object) => ({ uid: `u${number}`, givenNames: 'Ana', tags: ['x', 'y'], ...more })
  const made = Array.from({ length: 120 }, (_, number) => person(number, { active: number % 3 > 0 }))
  assert.deepEqual((await imported(rollcall, lines(...made), 'ndjson')).counts, counts(120))
  await isSound()
  clock.advance(1000)
  const changed = made.map((_, number) =>
    person(number, {
      active: number % 2 > 0,
      givenNames: `Ána ${number % 5}`,
      accessRoles: number % 4 > 0 ? ['bot', 'user'] : [],
      email: `ana${number}@example.com`,
      tags: ['y', `t${number}`],
    }),
  )
  assert.deepEqual((await imported(rollcall, lines(...changed), 'ndjson')).counts, counts(0, 120))
  await isSound()
})
