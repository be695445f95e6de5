import fc from 'fast-check'
import type { TextPattern } from '../src/core/index.ts'

/** All that both sides hold equal without case, and what has a meaning in either syntax. */
const units = [...'aAbBzk09_áÁñÑéÉ \n\r\t\u2028\u00a0\ufeff[]{}()\\^$.*+?|-:=,!/\u0001']
const unit = fc.constantFrom(...units)
const hex = (text: string) => `\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}`
const literal = fc.oneof(
  fc.constantFrom(...'abABáñÉ09_ :=,!'),
  unit.map((text) => (/[\w\r\n\u2028]/.test(text) ? text : `\\${text}`)),
  unit.map(hex),
  fc.constantFrom('\\t', '\\n', '\\r', '\\x41', '\\ca', '\\0', '\\/', '\\-'),
)
const set = fc.constantFrom('\\d', '\\D', '\\w', '\\W', '\\s', '\\S')
const range = fc.tuple(unit, unit).map((ends) => ends.toSorted().map(hex).join('-'))
const member = fc.oneof(
  literal,
  set,
  range,
  fc.constantFrom('[.a.]', '[:alpha:', '[=', '\\b', '\\B', '.', '*', '(', '$'),
)
const charClass = fc
  .tuple(fc.constantFrom('', '^'), fc.array(member, { maxLength: 4 }))
  .map(([sign, members]) => `[${sign}${members.join('').replaceAll(']', '\\]').replaceAll('\\\\]', '\\]')}]`)
const count = fc.nat({ max: 3 })
const quantifier = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('*', '+', '?'),
      count.map((n) => `{${n}}`),
      count.map((n) => `{${n},}`),
      fc.tuple(count, count).map(([n, more]) => `{${n},${n + more}}`),
    ),
    fc.constantFrom('', '?'),
  )
  .map((halves) => halves.join(''))
const leaf = fc.oneof(literal, literal, set, charClass, fc.constantFrom('.'))
const row = (item: fc.Arbitrary<string>) => fc.array(item, { maxLength: 3 }).map((items) => items.join(''))
const group = (inside: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom('(', '(?:'), fc.array(inside, { minLength: 1, maxLength: 3 }))
    .map(([open, branches]) => `${open}${branches.join('|')})`)
const repeated = (atom: fc.Arbitrary<string>) => fc.tuple(atom, quantifier).map((parts) => parts.join(''))
/** Repetitions stand in each other once at most: with more, JavaScript may backtrack for minutes on seven characters. */
const repeats = repeated(fc.oneof(leaf, group(row(fc.oneof(leaf, repeated(leaf))))))
const anchors = fc.constantFrom('^', '$', '\\b', '\\B')
const { whole } = fc.letrec<Record<'part' | 'whole', string>>((tie) => {
  const optional = group(tie('whole')).map((inside) => `${inside}?`)
  return {
    part: fc.oneof({ depthSize: 'small' }, leaf, anchors, repeats, group(tie('whole')), optional),
    whole: row(tie('part')),
  }
})
const flags = fc.record({ ignoreCase: fc.boolean(), dotAll: fc.boolean() })
/** V8 is wrong about a lazy repetition before `^`: `/(?:[^]*?a^)?b/` must match "b" (ECMA-262) and does not in Node 26. */
const isJudgedRight = (source: string) => !(/[*+?}]\?/.test(source) && /(?<!\[)\^/.test(source.slice(1)))
const patterns = (source: fc.Arbitrary<string>): fc.Arbitrary<TextPattern[]> =>
  fc.array(
    fc
      .tuple(
        source.filter((text) => text.length <= 250 && isJudgedRight(text)),
        flags,
      )
      .map(([text, options]) => ({ source: text, ...options })),
    { minLength: 50, maxLength: 50 },
  )
/** Texts of at most seven characters, ten at a time. */
export const subjects = fc.array(fc.string({ unit, maxLength: 7 }), { minLength: 10, maxLength: 10 })

const ends = fc.constantFrom(['', ''] as const, ['^(?:', ')$'] as const, ['^', ''] as const)

/** Fifty at a time, out of a grammar of all that is supported. */
export const supportedPatterns = patterns(
  fc
    .tuple(fc.array(whole, { minLength: 1, maxLength: 2 }), ends)
    .map(([branches, [start, end]]) => start + branches.join('|') + end),
)

const tokens = [
  ...'()[]{}?*+^$|-\\1,:=!<>a0.',
  '(?:',
  '(?<n>',
  '\\k',
  '\\c',
  '\\x',
  '\\u',
  '\\p',
  '\\8',
  '[^',
  '\\d',
  '{2',
  '***',
]
const junk = fc.array(fc.constantFrom(...tokens), { maxLength: 8 }).map((parts) => parts.join(''))
/** Fifty at a time; about half are no regular expressions. */
export const junkPatterns = patterns(junk)
