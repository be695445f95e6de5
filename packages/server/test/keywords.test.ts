import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { parseSearch, textKeywords } from '../src/core/index.ts'
import { userKeywords } from '../src/core/keywords.ts'
import { peopleOf } from './cotalker-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const people = peopleOf(rollcall)

/** Ends one half of a pair before the 64th UTF-16 unit. */
const longWord = `a${'\u{20000}'.repeat(31)}`

const word = fc.stringMatching(/^[a-z\u{20000}-\u{20010}\u{1D400}-\u{1D40F}]{0,80}$/u)
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  word,
  fc.array(word).map((words) => words.join(' ')),
)

const assertSound = (words: readonly string[]) => {
  for (const one of words) assert.ok(one.isWellFormed() && Array.from(one).length <= 64, JSON.stringify(one))
  // As PostgreSQL tells them apart: by their bytes.
  assert.equal(new Set(words.map((one) => Buffer.from(one).toString('hex'))).size, words.length)
}

test('the keywords of any text are well-formed and distinct, and so are the words of a search', () => {
  fc.assert(
    fc.property(text, text, text, text, (givenNames, familyName, secondFamilyName, email) => {
      const names = { givenNames, familyName, secondFamilyName, email }
      assertSound(userKeywords(names))
      assertSound(textKeywords(Object.values(names)))
      assertSound(parseSearch(Object.values(names).join(' '))?.words ?? [])
    }),
    { numRuns: 500 },
  )
})

test('words that are cut inside a surrogate pair stay apart in the store, and their events can be read', async () => {
  const person = await people.caller()
  const name = { names: `${longWord}\u{20000}b`, lastName: `${longWord}\u{20400}b` }
  const reply = await rollcall.call('PATCH', `/api/v2/users/${person.id}`, { token: person.token, body: { name } })
  assert.equal(reply.status, 200, reply.text)
  const client = new pg.Client(rollcall.connection)
  await client.connect()
  try {
    const { rows } = await client.query('select keywords from users where id = $1', [person.id])
    const search = at(reply.body, 'data', 'search')
    assert.deepEqual(search, rows[0]?.keywords)
    assert.deepEqual(Array.isArray(search) && search.slice(0, 2), [`${longWord}\u{20000}b`, `${longWord}\u{20400}b`])
    const events = await client.query('select record::jsonb as record from events where subject_id = $1', [person.id])
    assert.deepEqual(at(events.rows.at(-1), 'record', 'keywords'), search)
  } finally {
    await client.end()
  }
})
