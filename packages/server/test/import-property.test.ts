import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { exported, imported, lines } from './import-support.ts'
import { startRollcall, type TestRollcall } from './support.ts'

const word = fc.string({ unit: fc.constantFrom(...'abZé ñ;,"\\\n\r\t[]{}=#ß漢😀'.split('')), maxLength: 12 })
const name = fc.stringMatching(/^[a-z0-9_-]{1,8}$/)
const json: fc.Arbitrary<unknown> = fc.oneof(
  word,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(word, { maxLength: 2 }),
)
const free = fc.dictionary(fc.stringMatching(/^[a-z@ .é]{1,5}$/), json, { maxKeys: 3, noNullPrototype: true })
const id = fc.stringMatching(/^[0-9a-f]{24}$/)
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null })
const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2025-12-31'), noInvalidDate: true })

/** Rows with every member that the format carries; whom they name comes later, when it is known who is there. */
const person = fc.record(
  {
    username: fc.stringMatching(/^[0-9a-zA-Z_.-]{1,12}$/),
    email: fc.tuple(name, name).map(([local, host]) => `${local}@${host}.example`),
    emailVerified: fc.boolean(),
    displayName: word,
    givenNames: word,
    familyName: word,
    secondFamilyName: word,
    kind: fc.constantFrom('human', 'bot', 'app'),
    botId: nullable(id),
    active: fc.boolean(),
    inactiveReason: nullable(word),
    accessRoles: fc.subarray(['user', 'bot', 'guest', 'moderator']),
    job: nullable(fc.constantFrom('pilot', 'team_lead')),
    jobTitle: nullable(word),
    phone: nullable(word),
    link: nullable(word),
    statusText: nullable(word),
    bio: nullable(word),
    nickname: nullable(word),
    language: nullable(name),
    utcOffset: nullable(fc.constantFrom(-3, 5.5, 0)),
    avatar: nullable(fc.record({ small: word, square: word, original: word }, { noNullPrototype: true })),
    properties: fc.uniqueArray(id, { maxLength: 2 }),
    extensions: fc.dictionary(fc.constantFrom('metadata', 'hr', 'a.b'), free, { maxKeys: 2, noNullPrototype: true }),
    tags: fc.uniqueArray(word, { maxLength: 3 }),
    importIds: fc.uniqueArray(word, { maxLength: 2 }),
    settings: free,
    preferences: free,
    termsConditions: fc.boolean(),
    readOnly: fc.boolean(),
    requirePasswordChange: fc.boolean(),
    requirePasswordChangeReason: nullable(word),
    registrationReason: nullable(word),
    createdAt: day.map((at) => at.toISOString()),
  },
  { requiredKeys: [], noNullPrototype: true },
)
const people = fc
  .uniqueArray(fc.tuple(name, person, fc.array(fc.nat(), { maxLength: 2 }), fc.boolean()), {
    minLength: 1,
    maxLength: 8,
    selector: ([uid]) => uid,
  })
  .map((drawn) =>
    drawn.map(([uid, row, chosen, isPeer], at) => {
      const others = [...new Set(chosen.map((number) => number % drawn.length))].filter((place) => place !== at)
      const uids = others.flatMap((place) => drawn[place]?.[0] ?? [])
      return { uid, ...row, ...(uids.length > 0 && { [isPeer ? 'peers' : 'bosses']: uids }) }
    }),
  )

async function emptied({
  connection,
}: TestRollcall): Promise<{ events(): Promise<string>; clear(): Promise<void>; end(): Promise<void> }> {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  return {
    events: async () => {
      const { rows } = await client.query<{ state: string }>(
        `select (select count(*) from events) || ' ' || (select max(modified_at) from users) || ' ' || (select sum(revision) from users) as state`,
      )
      return rows[0]?.state ?? ''
    },
    clear: async () => {
      await client.query(`
        truncate user_relations, user_terms, user_counts, user_texts, user_presence, user_passwords, events;
        delete from credentials; delete from users`)
    },
    end: () => client.end(),
  }
}

test('import(export(x)) = x, in both formats, and once more changes nothing', async (t) => {
  const [from, to] = [await startRollcall(t), await startRollcall(t)]
  for (const { directory, operator } of [from, to]) {
    for (const code of ['pilot', 'team_lead']) await directory.createJobTitle(operator, { code, display: code })
  }
  const [source, target] = [await emptied(from), await emptied(to)]
  try {
    await fc.assert(
      fc.asyncProperty(
        people,
        fc.constantFrom('ndjson', 'csv'),
        fc.integer({ min: 1, max: 5000 }),
        async (rows, format, length) => {
          await Promise.all([source.clear(), target.clear()])
          // Whoever has a name or an address that another drew first is left out, and those who named it.
          await imported(from, lines(...rows), 'ndjson')
          const [text, plain] = [await exported(from, format), await exported(from, 'ndjson')]
          const count = plain.split('\n').length - 1

          const first = await imported(to, text, format, length)
          assert.deepEqual(first, { counts: { created: count, changed: 0, unchanged: 0, failed: 0 }, failures: [] })
          assert.equal(byUid(await exported(to, 'ndjson')), byUid(plain))

          const before = await target.events()
          const second = await imported(to, text, format, length)
          assert.deepEqual(second, { counts: { created: 0, changed: 0, unchanged: count, failed: 0 }, failures: [] })
          assert.equal(await target.events(), before)
        },
      ),
      { numRuns: 40 },
    )
  } finally {
    await Promise.all([source.end(), target.end()])
  }
})

/** Whoever was made at the same moment comes in another order elsewhere. */
const byUid = (text: string): string => text.split('\n').sort().join('\n')
