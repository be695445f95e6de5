import { type AST, RegExpParser, RegExpSyntaxError } from '@eslint-community/regexpp'
import { DirectoryError, type TextPattern } from '../core/index.ts'
import { anyUnit, bracket, character, complement, setOf, type UnitRange, withCases } from './pattern-characters.ts'
import { anchor, either, empty, joined, type Part, refused, repeated, single } from './pattern-parts.ts'

/** UTF-16 units. */
const maxLength = 250

const parser = new RegExpParser({ ecmaVersion: 2025 })

/**
 * A pattern for PostgreSQL's `~`, or `~*` when case does not count, that matches the same texts as `new RegExp(source)`
 * (with flags `i` and `s` as asked) in a database in UTF-8. `prefix` begins every match of a pattern that is anchored by
 * `^`: a plain text, '' when there is none. Where case does not count it may come in any, and is in ASCII.
 *
 * Known differences: a character beyond U+FFFF counts as one here and as two in JavaScript; with `~*`, which letters are
 * equal is up to the database's locale.
 *
 * Throws `invalid_pattern`, its `reason` a sentence: syntax errors; references back; looking ahead or behind; flags inside
 * the pattern; half a surrogate pair; anchors inside a repetition; more than 250 units; too large (`pattern-parts.ts`).
 * PostgreSQL's answer may still be `2201B` for what no limit foresaw.
 */
export function storePattern({ source, ignoreCase, dotAll }: TextPattern): { source: string; prefix: string } {
  if (source.length > maxLength) throw refused(`A pattern may have ${maxLength} characters at most.`)
  const { alternatives } = parsedPattern(source)
  const printed = printer({ ignoreCase, dotAll })(alternatives)
  const prefix = prefixOf(alternatives)
  return { source: printed.source, prefix: ignoreCase && /[^\x20-\x7e]/.test(prefix) ? '' : prefix }
}

/** Throws `invalid_pattern` for what is no pattern. */
export function parsedPattern(source: string): AST.Pattern {
  try {
    return parser.parsePattern(source)
  } catch (error) {
    if (!(error instanceof RegExpSyntaxError)) throw error
    throw new DirectoryError(
      'invalid_pattern',
      { reason: `The pattern can not be read: ${error.message.replace(/^.*: /s, '').toLowerCase()}.` },
      { cause: error },
    )
  }
}

/** From the tree alone, never from the pattern's text: what is not listed here is refused. */
function printer({ ignoreCase, dotAll }: Omit<TextPattern, 'source'>) {
  const printEither = (alternatives: readonly AST.Alternative[]): Part =>
    either(alternatives.map(({ elements }) => paired(elements).map(print).reduce(joined, empty)))

  const print = (node: AST.Element | Pair): Part => {
    switch (node.type) {
      case 'Pair':
        return single(character(node.value))
      case 'Character':
        return single(bracket([[node.value, node.value]]))
      case 'CharacterSet':
        return single(bracket(node.kind === 'any' ? anyUnit(dotAll) : unitsOf(node)))
      case 'CharacterClass': {
        const listed = node.elements.flatMap(unitsOf)
        const units = ignoreCase ? withCases(listed) : listed
        return single(bracket(node.negate ? complement(units) : units))
      }
      case 'Group':
        if (node.modifiers !== null) throw refused('Flags inside a pattern are not supported.')
        return printEither(node.alternatives)
      case 'CapturingGroup':
        return printEither(node.alternatives)
      case 'Quantifier':
        return repeated(print(node.element), node.min, node.max)
      case 'Assertion':
        return printAssertion(node)
      case 'Backreference':
        throw refused('References back are not supported.')
      default:
        throw refused('Sets of classes are not supported.')
    }
  }
  return printEither
}

function printAssertion(node: AST.Assertion): Part {
  switch (node.kind) {
    case 'start':
      return anchor('^', 2)
    case 'end':
      return anchor('$', 2)
    case 'word':
      return anchor(node.negate ? wordInside : wordEdge, 3)
    default:
      throw refused('Looking ahead or behind is not supported.')
  }
}

const word = bracket(setOf('word', false))
/** PostgreSQL's `\y` takes letters by its locale; looking at a single character is as cheap. */
const wordEdge = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
const wordInside = `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`

function unitsOf(node: AST.CharacterClassElement | AST.CharacterSet): readonly UnitRange[] {
  if (node.type === 'Character') return [[node.value, node.value]]
  if (node.type === 'CharacterClassRange') return [[node.min.value, node.max.value]]
  if (node.type !== 'CharacterSet' || node.kind === 'any' || node.kind === 'property') {
    throw refused('Sets of classes and properties of characters are not supported.')
  }
  return setOf(node.kind, node.negate)
}

/** Two surrogates that stand side by side. */
interface Pair {
  readonly type: 'Pair'
  readonly value: number
}

function paired(elements: readonly AST.Element[]): (AST.Element | Pair)[] {
  const found: (AST.Element | Pair)[] = []
  for (const node of elements) {
    const last = found.at(-1)
    const value = node.type === 'Character' && last?.type === 'Character' ? codeOf(last.value, node.value) : undefined
    if (value === undefined) found.push(node)
    else found.splice(-1, 1, { type: 'Pair', value })
  }
  return found
}

function codeOf(...units: number[]): number | undefined {
  const code = String.fromCharCode(...units).codePointAt(0)
  return code !== undefined && code > 0xffff ? code : undefined
}

function prefixOf([only, ...others]: readonly AST.Alternative[]): string {
  const [start, ...rest] = only?.elements ?? []
  if (others.length > 0 || start?.type !== 'Assertion' || start.kind !== 'start') return ''
  const end = rest.findIndex((node) => node.type !== 'Character' || node.value === 0)
  const literal = end < 0 ? rest : rest.slice(0, end)
  return String.fromCharCode(...literal.map((node) => (node.type === 'Character' ? node.value : 0)))
}
