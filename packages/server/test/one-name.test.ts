import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renamed, shownNameOf, splitName } from '../src/core/names.ts'

const word = fc.string({ unit: fc.constantFrom('a', 'É', 'z', '-', '’', 'ñ'), minLength: 1, maxLength: 6 })
const gap = fc.constantFrom(' ', '  ', '\t', '\u00a0')
const name = fc
  .tuple(fc.constantFrom('', ' '), fc.array(word, { maxLength: 4 }), gap, fc.constantFrom('', ' '))
  .map(([before, words, between, behind]) => before + words.join(between) + behind)
const parts = fc.record({
  displayName: name,
  givenNames: fc.oneof(fc.constant(''), word),
  familyName: fc.oneof(fc.constant(''), word),
  secondFamilyName: fc.oneof(fc.constant(''), word),
})
const empty = { displayName: '', givenNames: '', familyName: '', secondFamilyName: '' }

test('one name in parts: its words, the last of several being the family name', () => {
  for (const [text, givenNames, familyName] of [
    ['Ada', 'Ada', ''],
    ['Ada Lund', 'Ada', 'Lund'],
    ['  Ada  Maria   Lund ', 'Ada Maria', 'Lund'],
    ['', '', ''],
    ['   ', '', ''],
  ] as const) {
    assert.deepEqual(splitName(text), { displayName: text, givenNames, familyName, secondFamilyName: '' })
  }
  fc.assert(
    fc.property(name, (text) => {
      const { displayName, givenNames, familyName, secondFamilyName } = splitName(text)
      const words = text.split(/\s+/).filter((one) => one !== '')
      assert.equal(displayName, text)
      assert.equal(secondFamilyName, '')
      assert.deepEqual(
        `${givenNames} ${familyName}`.split(' ').filter((one) => one !== ''),
        words,
      )
      assert.equal(familyName, words.length > 1 ? words.at(-1) : '')
    }),
  )
})

test('a name that is written in one piece is the name that is shown, unless it is empty', () => {
  fc.assert(
    fc.property(parts, name, (before, text) => {
      const after = { ...before, ...renamed(before, text) }
      assert.equal(after.displayName, text)
      if (text !== '') assert.equal(shownNameOf(after), text)
    }),
  )
})

test('parts follow while they are empty or what the name before gave; what somebody filled in stays', () => {
  fc.assert(
    fc.property(parts, name, (before, text) => {
      const { givenNames, familyName, secondFamilyName } = before
      const derived = splitName(before.displayName)
      const own =
        givenNames + familyName + secondFamilyName !== '' &&
        !(givenNames === derived.givenNames && familyName === derived.familyName && secondFamilyName === '')
      const after = { ...before, ...renamed(before, text) }
      assert.deepEqual(after, own ? { ...before, displayName: text } : splitName(text))
    }),
  )
  // Through any number of names they go on following.
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (texts) => {
      let last = empty
      for (const text of texts) last = { ...last, ...renamed(last, text) }
      assert.deepEqual(last, splitName(texts.at(-1) ?? ''))
    }),
  )
})
