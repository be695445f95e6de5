import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { DirectoryError, fold, type TextPattern } from '../src/core/index.ts'
import { longestFragment } from '../src/store/pattern-fragment.ts'
import { storePattern } from '../src/store/text-pattern.ts'
import { testDatabase } from './database.ts'
import { junkPatterns, subjects, supportedPatterns } from './random-patterns.ts'

const endThen = (drop: () => Promise<void>) => async () => {
  await client.end()
  await drop()
}
const client = new pg.Client(await testDatabase({ after: (drop) => after(endThen(drop)) }))
await client.connect()

const pattern = (source: string, flags = ''): TextPattern => ({
  source,
  ignoreCase: flags.includes('i'),
  dotAll: flags.includes('s'),
})

test('a pattern is led to by the longest text that is part of every match', () => {
  const fragments = [
    ['mar', 'mar'],
    ['^Ana (de|del) Mar+ia', 'Ana '],
    ['a(b(?:cd)e)f|', ''],
    ['a(b(?:cd)e)f', 'abcdef'],
    ['lun[ad]ero\\.x', 'ero.x'],
    ['ab?cde', 'cde'],
    ['(?:one|two)ñam', 'am'],
    ['x\\by', 'x'],
  ]
  for (const [source = '', expected] of fragments) assert.equal(longestFragment(source), expected, source)
})

const printed: [source: string, flags: string, expected: string, prefix: string][] = [
  ['', '', '(?:)', ''],
  ['^mar*', '', '(?:^mar*)', 'ma'],
  ['^mar*', 'i', '(?:^mar*)', 'ma'],
  ['^ñar', 'i', '(?:^\\u00f1ar)', ''],
  ['^ñar', '', '(?:^\\u00f1ar)', 'ñar'],
  ['^ma|b', '', '(?:^ma|b)', ''],
  ['^a.b$', '', '(?:^a[^\\u000a\\u000d\\u2028-\\u2029]b$)', 'a'],
  ['^(ma)', '', '(?:^(?:ma))', ''],
  ['^a\\.\u{1f600}$', '', '(?:^a\\u002e\\U0001f600$)', 'a.\u{1f600}'],
  ['^a\\0b', '', '(?:^a\\ud800b)', 'a'],
  ['a.b', 's', '(?:a.b)', ''],
  ['(?<n>a+?)(?:b{2,3}?|c{0,}){1}', '', '(?:(?:a+)(?:b{2,3}|c*){1})', ''],
  ['\\*\\*\\*:a', '', '(?:\\u002a\\u002a\\u002a\\u003aa)', ''],
  ['[\\d_-]', '', '(?:[\\u002d0-9\\u005f])', ''],
  ['[\\]\\\\^[.a.]', '', '(?:[\\u002e\\u005b-\\u005ea])', ''],
  ['[^\\Wa]', 'i', '(?:[0-9B-Z\\u005fb-z])', ''],
  ['[]|[^]', '', '(?:\\ud800|.)', ''],
  ['\\ca\\c', '', '(?:\\u0001\\u005cc)', ''],
]

for (const [source, flags, expected, prefix] of printed) {
  test(`/${source}/${flags} is ${expected}`, () => {
    assert.deepEqual(storePattern(pattern(source, flags)), { source: expected, prefix })
  })
}

const tooLarge = 'The pattern, its repetitions written out, is too large.'
const refusals: [source: string, reason: string][] = [
  ['a(', 'The pattern can not be read: unterminated group.'],
  ['*', 'The pattern can not be read: nothing to repeat.'],
  ['(?i)a', 'The pattern can not be read: invalid group.'],
  ['a{2,1}', 'The pattern can not be read: numbers out of order in {} quantifier.'],
  ['(a)\\1', 'References back are not supported.'],
  ['(?<n>a)\\k<n>', 'References back are not supported.'],
  ['(?:a(?!b))*', 'Looking ahead or behind is not supported.'],
  ['(?<=a)b', 'Looking ahead or behind is not supported.'],
  ['(?i:a)', 'Flags inside a pattern are not supported.'],
  ['(?:a|^)+', 'Anchors inside a repetition are not supported.'],
  ['(?:\\ba){2}', 'Anchors inside a repetition are not supported.'],
  ['\\ud83d', 'Half a character (one surrogate of a pair) can not be looked for.'],
  ['[\u{1f600}]', 'Half a character (one surrogate of a pair) can not be looked for.'],
  ['\u{1f600}+', 'Half a character (one surrogate of a pair) can not be looked for.'],
  ['a{256}', 'A repetition may be of 255 times at most.'],
  ['((a{100}){100}){0}', tooLarge],
  ['(?:a?){80}', tooLarge],
  ['\\b'.repeat(7), 'The pattern has too many anchors.'],
  ['a'.repeat(251), 'A pattern may have 250 characters at most.'],
]

function refusal(one: TextPattern): string | undefined {
  try {
    storePattern(one)
    return undefined
  } catch (error) {
    assert.ok(error instanceof DirectoryError && error.code === 'invalid_pattern', String(error))
    return error.detail.reason
  }
}

for (const [source, reason] of refusals) {
  test(`/${source.slice(0, 20)}/ is refused: ${reason}`, () => assert.equal(refusal(pattern(source)), reason))
}

/** The pairs of pattern and subject on which JavaScript and PostgreSQL differ. */
async function differences(patterns: readonly TextPattern[], subjects: readonly string[]): Promise<unknown[]> {
  const { rows } = await client.query<{ matches: boolean[] }>(
    `select array(
       select case when p.fold then s.text ~* p.source else s.text ~ p.source end
       from unnest($3::text[]) with ordinality as s (text, at) order by s.at
     ) as matches
     from unnest($1::text[], $2::boolean[]) with ordinality as p (source, fold, at) order by p.at`,
    [patterns.map((one) => storePattern(one).source), patterns.map(({ ignoreCase }) => ignoreCase), subjects],
  )
  return patterns.flatMap((one, at) => {
    const here = new RegExp(one.source, `${one.ignoreCase ? 'i' : ''}${one.dotAll ? 's' : ''}`)
    const [{ prefix }, fragment] = [storePattern(one), longestFragment(one.source)]
    return subjects.flatMap((subject, index) => {
      const matches = here.test(subject)
      const begun = one.ignoreCase ? fold(subject).startsWith(fold(prefix)) : subject.startsWith(prefix)
      const led = begun && fold(subject).includes(fold(fragment))
      const sound = rows[at]?.matches[index] === matches && (!matches || led)
      return sound ? [] : [{ ...one, subject, matches, prefix, fragment }]
    })
  })
}

test('whatever is supported matches in PostgreSQL what it matches in JavaScript', async () => {
  let checked = 0
  const property = fc.asyncProperty(supportedPatterns, subjects, async (many, texts) => {
    const supported = many.filter((one) => refusal(one) === undefined)
    const others = new Set(many.map(refusal).filter((reason) => reason !== undefined))
    for (const reason of others) assert.ok([tooLarge, 'The pattern has too many anchors.'].includes(reason), reason)
    assert.deepEqual(await differences(supported, texts), [])
    checked += supported.length
  })
  await fc.assert(property, { numRuns: 40 })
  assert.ok(checked >= 1500, String(checked))
})

test('any text is a syntax error exactly when JavaScript says so, and else refused or matched alike', async () => {
  const property = fc.asyncProperty(junkPatterns, subjects, async (many, texts) => {
    for (const one of many) {
      const unread = refusal(one)?.startsWith('The pattern can not be read: ') === true
      assert.equal(unread, !isRegExp(one.source), one.source)
    }
    const supported = many.filter((one) => refusal(one) === undefined)
    assert.deepEqual(await differences(supported, texts), [])
  })
  await fc.assert(property, { numRuns: 40 })
})

function isRegExp(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}

test('patterns that make other matchers backtrack answer at once', async () => {
  for (const source of ['^(a*)*$', '^(a|aa)+$', '^((a+)+)+$', '^(\\w|\\w\\w)*$', '^(a?){70}a{70}$', 'a[^!]{250}c']) {
    const start = performance.now()
    const found = client.query(`select repeat('a', 100000) || '!' ~ $1`, [storePattern(pattern(source)).source])
    assert.deepEqual(Object.values((await found).rows[0]), [false], source)
    assert.ok(performance.now() - start < 2000, source)
  }
})
