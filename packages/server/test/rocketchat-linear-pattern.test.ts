import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from '../src/core/index.ts'
import { linearPattern } from '../src/dialects/rocketchat/linear-pattern.ts'

const matcherOf = (source: string, { ignoreCase = false, dotAll = false } = {}) =>
  linearPattern({ source, ignoreCase, dotAll })

const atoms = fc.constantFrom(
  'a',
  'b',
  'L',
  '-',
  '_',
  '7',
  '.',
  '[a-c]',
  '[^b7]',
  '[-_]',
  '\\d',
  '\\w',
  '\\W',
  '\\.',
  '\\-',
)
/** JavaScript's own matcher goes back: nothing that repeats is repeated here. */
const times = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '*?')
const pieces = fc.tuple(atoms, times).map(([atom, count]) => atom + count)
const sequences = fc.array(pieces, { maxLength: 3 }).map((parts) => parts.join(''))
const groups = fc
  .tuple(fc.array(sequences, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '?'))
  .map(([choices, count]) => `(?:${choices.join('|')})${count}`)
const choice = fc
  .array(
    fc.array(fc.oneof(pieces, groups), { maxLength: 3 }).map((parts) => parts.join('')),
    { minLength: 1, maxLength: 3 },
  )
  .map((choices) => choices.join('|'))
const patterns = fc
  .tuple(fc.constantFrom('', '^'), choice, fc.constantFrom('', '$'))
  .map(([start, inner, end]) => `${start}(${inner})${end}`)
  .filter((source) => source.length <= 250)
const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'L', 'l', '-', '_', '7', '.', ' '), { maxLength: 12 })

test('matches what it matches in JavaScript, 3,000 patterns', () => {
  fc.assert(
    fc.property(
      patterns,
      fc.array(texts, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      (source, subjects, ignoreCase) => {
        const matches = matcherOf(source, { ignoreCase })
        const expression = new RegExp(source, ignoreCase ? 'i' : '')
        for (const subject of subjects.map((letters) => letters.join(''))) {
          assert.equal(matches(subject), expression.test(subject), `/${source}/ on ${subject}`)
        }
      },
    ),
    { numRuns: 3000 },
  )
})

test('any text is a pattern or refused', () => {
  const junk = fc.string({ unit: fc.constantFrom(...'\\()[]{}^$|?*+.:<=!-aQEpz1,'), maxLength: 12 })
  fc.assert(
    fc.property(junk, (source) => {
      try {
        assert.equal(typeof matcherOf(source)('livechat-agent'), 'boolean')
      } catch (error) {
        assert.ok(error instanceof DirectoryError && error.code === 'invalid_pattern', String(error))
      }
    }),
    { numRuns: 5000 },
  )
})

for (const source of [
  '(',
  '*',
  'a(?=b)',
  '(?<!a)b',
  '(.)\\1',
  '(?i)a',
  '(?i:a)',
  '[]',
  '[^]',
  '\\Qa\\E',
  '\\pL',
  'a'.repeat(251),
]) {
  test(`/${source.slice(0, 20)}/ is refused`, () => {
    assert.throws(
      () => matcherOf(source),
      (error) => error instanceof DirectoryError && error.code === 'invalid_pattern',
    )
  })
}

test('patterns that make other matchers backtrack answer', () => {
  const text = `${'a'.repeat(40)}!`
  for (const source of [
    '^(a*)*$',
    '^(a|aa)+$',
    '^((a+)+)+$',
    '^(((a*)*)*)*$',
    '^(a?){40}a{40}$',
    '(.*)*(.*)*(.*)*x$',
  ]) {
    assert.equal(matcherOf(source)(text), false, source)
  }
})
