import { refused } from './pattern-parts.ts'

/** UTF-16 units (characters, where a set is printed), both ends included. */
export type UnitRange = readonly [from: number, to: number]

const lastUnit = 0xffff
const firstSurrogate = 0xd800
const lastSurrogate = 0xdfff

/** What `\d`, `\w` and `\s` mean in JavaScript without flags; PostgreSQL's own depend on its locale. */
const sets: Record<'digit' | 'word' | 'space', readonly UnitRange[]> = {
  digit: [[0x30, 0x39]],
  // biome-ignore format: one line a set
  word: [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]],
  // biome-ignore format: one line a set
  space: [
    [0x09, 0x0d], [0x20, 0x20], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f],
    [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff],
  ],
}
// biome-ignore format: one line a set
const lineBreaks: readonly UnitRange[] = [[0x0a, 0x0a], [0x0d, 0x0d], [0x2028, 0x2029]]

export const setOf = (kind: keyof typeof sets, negate: boolean): readonly UnitRange[] =>
  negate ? complement(sets[kind]) : sets[kind]

export const anyUnit = (dotAll: boolean): UnitRange[] => complement(dotAll ? [] : lineBreaks)

/** The units outside, sorted and merged, of ranges in any order. */
export function complement(ranges: readonly UnitRange[]): UnitRange[] {
  const outside: UnitRange[] = []
  let next = 0
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    if (from > next) outside.push([next, from - 1])
    next = Math.max(next, to + 1)
  }
  if (next <= lastUnit) outside.push([next, lastUnit])
  return outside
}

let foldings: UnitRange[][] | undefined

/** With all units that JavaScript holds equal to a member when case does not count; only then may it be complemented. */
export function withCases(ranges: readonly UnitRange[]): UnitRange[] {
  foldings ??= findFoldings()
  const isMember = ([unit]: UnitRange) => ranges.some(([from, to]) => from <= unit && unit <= to)
  return [...ranges, ...foldings.filter((equals) => equals.some(isMember)).flat()]
}

/** ECMA-262's Canonicalize without `u`: one unit to one unit, and never from outside ASCII into it. Takes some 10 ms. */
function findFoldings(): UnitRange[][] {
  const units = Array.from({ length: lastUnit + 1 }, (_, unit): UnitRange => [unit, unit])
  const equals = Map.groupBy(units, ([unit]) => {
    const upper = String.fromCharCode(unit).toUpperCase()
    const folded = upper.charCodeAt(0)
    return upper.length > 1 || (unit >= 128 && folded < 128) ? unit : folded
  })
  return [...equals.values()].filter(({ length }) => length > 1)
}

/**
 * One character out of a set of units, in PostgreSQL's syntax. A set with all surrogates has all characters beyond
 * U+FFFF; one with some of them is refused. It is printed as what it lacks then, because with `~*` PostgreSQL looks at
 * each member of a range: the million beyond U+FFFF took 14 ms, 45 ranges of up to 36,000 took 18 ms.
 */
export function bracket(units: readonly UnitRange[]): string {
  const outside = complement(units)
  const hasSurrogates = units.some(isSurrogate)
  if (hasSurrogates && outside.some(isSurrogate)) {
    throw refused('Half a character (one surrogate of a pair) can not be looked for.')
  }
  const shown = (hasSurrogates ? outside : complement(outside))
    .filter(([, to]) => to > 0)
    // NUL can't be stored, and PostgreSQL does not read it.
    .map(([from, to]): UnitRange => [Math.max(from, 1), to])
  const first = shown[0]
  if (first === undefined) return hasSurrogates ? '.' : nothing
  if (!hasSurrogates && shown.length === 1 && first[0] === first[1]) return character(first[0])
  const members = shown.map(([from, to]) => (from === to ? character(from) : `${character(from)}-${character(to)}`))
  return `[${hasSurrogates ? '^' : ''}${members.join('')}]`
}

/** A lone surrogate: PostgreSQL reads it in a pattern, and no text in UTF-8 holds one. */
const nothing = '\\ud800'

const isSurrogate = ([from, to]: UnitRange): boolean => from <= lastSurrogate && to >= firstSurrogate

/** A literal; whatever could mean something to PostgreSQL is escaped by its number. */
export function character(code: number): string {
  const text = String.fromCodePoint(code)
  if (/^[0-9A-Za-z]$/.test(text)) return text
  return code > lastUnit ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
