import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DirectoryError } from '../src/core/index.ts'
import { linearPattern } from '../src/dialects/rocketchat/linear-pattern.ts'
import { junkPatterns, subjects, supportedPatterns } from './random-patterns.ts'

const matcherOf = (source: string, { ignoreCase = false, dotAll = false } = {}) =>
  linearPattern({ source, ignoreCase, dotAll })

for (const [kind, patterns] of [
  ['a supported pattern', supportedPatterns],
  ['any text', junkPatterns],
] as const) {
  test(`${kind} matches what it matches in JavaScript, or is refused`, () => {
    fc.assert(
      fc.property(patterns, subjects, (many, texts) => {
        for (const { source, ignoreCase, dotAll } of many) {
          const matches = accepted(() => matcherOf(source, { ignoreCase, dotAll }))
          if (matches === null) continue
          const expression = new RegExp(source, `${ignoreCase ? 'i' : ''}${dotAll ? 's' : ''}`)
          for (const text of texts) {
            const found = accepted((): boolean => matches(text))
            if (found !== null) assert.equal(found, expression.test(text), `/${source}/ on ${text}`)
          }
        }
      }),
      { numRuns: 30 },
    )
  })
}

function accepted<T>(make: () => T): T | null {
  try {
    return make()
  } catch (error) {
    assert.ok(error instanceof DirectoryError && error.code === 'invalid_pattern', String(error))
    return null
  }
}

for (const source of ['(', '*', 'a(?=b)', '(?<!a)b', '(.)\\1', '(?i:a)', 'a'.repeat(251)]) {
  test(`/${source.slice(0, 20)}/ is refused`, () =>
    assert.equal(
      accepted(() => matcherOf(source)),
      null,
    ))
}

test('patterns that make other matchers backtrack answer at once', () => {
  const text = `${'a'.repeat(40)}!`
  for (const source of [
    '^(a*)*$',
    '^(a|aa)+$',
    '^((a+)+)+$',
    '^(((a*)*)*)*$',
    '^(a?){40}a{40}$',
    '(.*)*(.*)*(.*)*x$',
  ]) {
    const start = performance.now()
    assert.equal(matcherOf(source)(text), false, source)
    assert.ok(performance.now() - start < 1000, source)
  }
})

test('what is too much work is refused', () => {
  const matches = matcherOf('^.*x')
  assert.equal(matches('a'.repeat(100)), false)
  assert.equal(
    accepted(() => matches('a'.repeat(3000))),
    null,
  )
})
