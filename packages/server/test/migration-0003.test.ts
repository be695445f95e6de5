import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import pg from 'pg'
import { draftUser, rowFields, type User, withDerived } from '../src/core/index.ts'
import { migrate } from '../src/store/migrate.ts'
import { columnOf, parameterOf } from '../src/store/user-rows.ts'
import { termsOf } from '../src/store/user-terms.ts'
import { textsOf } from '../src/store/user-texts.ts'
import { testDatabase } from './database.ts'

const tenantId = '61953bd2155295659c76859c'
const at = new Date('2024-01-02T03:04:05.678Z')
const folder = new URL('../src/store/migrations/', import.meta.url)

const names = [
  'Mara Lund',
  'ÉLODIE Ñandú',
  'İpek',
  'ΟΔΥΣΣΕΥΣ',
  'हिन्दी',
  'שָׁלוֹם',
  'Straße',
  'ﬁona',
  'Ǆ',
  '',
  'ж'.repeat(300),
]
const customs: readonly Record<string, unknown>[] = [
  { clearance: 'High', level: 7, flag: true, none: null, list: ['x'] },
  { 'odd "name"\\ \t$': 'a "quoted"\\\n\u0001\u007f\u2028 value', big: 1e21, small: 1e-7, half: 0.5, minus: -3 },
  { long: 'é'.repeat(200), astral: '😀'.repeat(70), ñ: '😀'.repeat(100) },
  {},
]
const catalogue = {
  revision: 0,
  tenant: {
    ...{ id: tenantId, appId: 'rollcall', name: 'Rollcall', passwordRules: null, passwordRotationDays: null },
    ...{ details: {}, settings: {}, version: 0, createdAt: at, modifiedAt: at },
  },
  roles: new Map(),
  jobTitles: new Map(),
}

const people = names.map((name, n): User => {
  const id = `6f${String(n).padStart(22, '0')}`
  const drafted = draftUser(
    {
      ...(n % 3 !== 0 && {
        email: `${['p', 'josé', 'МАРА'][n % 2 === 0 ? 0 : n % 3] ?? 'p'}${n}@example.com`.toLowerCase(),
      }),
      username: `User.${n}`,
      ...(n % 2 === 0 ? { displayName: name } : { givenNames: name.slice(0, 150), familyName: 'Éx' }),
      nickname: n % 4 === 0 ? null : `Nick ${name}`.slice(0, 100),
      bio: n % 4 === 1 ? null : `Likes\n${name}`.slice(0, 100),
      kind: (['human', 'bot', 'app'] as const)[n % 3] ?? 'human',
      active: n % 5 !== 0,
      accessRoles: [`6c${String(n % 2).padStart(22, '0')}`],
      importIds: n % 4 === 0 ? [`i${n}`, 'shared'] : [],
      extensions: n % 6 === 5 ? { other: { x: 1 } } : { customFields: customs[n % customs.length] ?? {} },
    },
    { id, membershipId: id, at, catalogue },
  )
  return withDerived({ ...drafted, deactivatedAt: drafted.active ? null : at })
})
/** Posting lists that were kept before. */
const isOld = (term: string): boolean => /^[krjpbs]:/.test(term)

test('users of the first two migrations are found by their names, texts and values after the third', async (t) => {
  const connection = await testDatabase(t)
  const client = new pg.Client(connection)
  // The database may be dropped first, with whatever is still connected to it.
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.end())
  await client.query('drop schema public cascade; create schema public')
  await client.query(
    'create table rollcall_migrations (name text primary key, applied_at timestamptz not null default now())',
  )
  for (const name of ['0001_directory.sql', '0002_company.sql']) {
    await client.query(await readFile(new URL(name, folder), 'utf8'))
    await client.query('insert into rollcall_migrations (name) values ($1)', [name])
  }
  await client.query(
    'insert into tenants (tenant_id, app_id, name, created_at, modified_at) values ($1, $2, $3, $4, $4)',
    [tenantId, 'rollcall', 'Rollcall', at],
  )
  const { rows: columns } = await client.query<{ name: string }>(
    "select column_name as name from information_schema.columns where table_schema = 'public' and table_name = 'users'",
  )
  const known = new Set(columns.map(({ name }) => name))
  const fields = rowFields.filter((field) => known.has(columnOf(field)))
  for (const user of people) {
    await client.query(
      `insert into users (tenant_id, ${fields.map(columnOf).join(', ')})
       values ($1, ${fields.map((_, place) => `$${place + 2}`).join(', ')})`,
      [tenantId, ...fields.map((field) => parameterOf(user, field))],
    )
    await client.query(
      'insert into user_terms (tenant_id, term, modified_at, user_id) select $1, t.term, $2, $3 from unnest($4::text[]) as t(term)',
      [tenantId, user.modifiedAt, user.id, termsOf(user).filter(isOld)],
    )
  }

  await migrate(connection, () => {})

  const rows = await client.query<{ id: string; folded: string; key: string; texts: string[]; terms: string[] }>(`
    select u.id, u.folded_name as folded, u.username_key as key,
      array[x.username, x.shown_name, x.nickname, x.bio, x.email] as texts,
      array(select t.term from user_terms t where t.user_id = u.id order by t.term collate "C") as terms
    from users u join user_texts x on x.tenant_id = u.tenant_id and x.user_id = u.id order by u.id`)
  for (const [place, user] of people.entries()) {
    assert.deepEqual(rows.rows[place], {
      id: user.id,
      folded: user.foldedName,
      key: user.username.toLowerCase(),
      texts: textsOf(user),
      terms: termsOf(user).toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
    })
  }
  assert.equal(rows.rows.length, people.length)
})
