import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { DirectoryError, type TextPattern } from '../../core/index.ts'

/** In UTF-16 units, as for patterns that the database answers. */
const longestPattern = 250

/** Parts tried for one text. `^livechat-.*` tries 30 of them; the worst of patterns is over after a tenth of a millisecond. */
const mostSteps = 2000

/**
 * A pattern as a predicate for short texts, such as role codes, that this process tests itself. It never goes back: each
 * part of the pattern is tried at all places of the text together (a `RegExp` may take years).
 *
 * Throws `invalid_pattern` where the syntax is wrong, for references back and looking around, and where it is too large;
 * the predicate does where it is too much work.
 */
export function linearPattern({ source, ignoreCase, dotAll }: TextPattern): (text: string) => boolean {
  if (source.length > longestPattern) throw refused('is too long')
  let pattern: AST.Pattern
  try {
    pattern = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, { unicode: false })
  } catch (error) {
    throw refused('is no regular expression', error)
  }
  const flags = `${ignoreCase ? 'i' : ''}${dotAll ? 's' : ''}`
  const matcher = alternatives(pattern.alternatives, flags)
  return (text) => matcher(bit(text.length + 1) - 1n, { text, steps: 0 }) !== 0n
}

const refused = (reason: string, cause?: unknown): DirectoryError =>
  new DirectoryError('invalid_pattern', { reason: `The pattern ${reason}.` }, { cause })

/** Places in a text, before its characters and at its end: bit 0 is the beginning. */
type Places = bigint
const bit = (place: number): Places => 1n << BigInt(place)

/** One text under test. */
interface Run {
  readonly text: string
  steps: number
}
/** Where a part of a pattern can end that starts at one of these places. */
type Matcher = (from: Places, run: Run) => Places

const counted =
  (matcher: Matcher): Matcher =>
  (from, run) => {
    run.steps += 1
    if (run.steps > mostSteps) throw refused('is too much work')
    return from === 0n ? 0n : matcher(from, run)
  }

function alternatives(choices: readonly AST.Alternative[], flags: string): Matcher {
  const matchers = choices.map(({ elements }) => sequence(elements.map((element) => counted(part(element, flags)))))
  return (from, run) => matchers.reduce((ends, matcher) => ends | matcher(from, run), 0n)
}

const sequence =
  (parts: readonly Matcher[]): Matcher =>
  (from, run) =>
    parts.reduce((starts, matcher) => matcher(starts, run), from)

function part(element: AST.Element, flags: string): Matcher {
  switch (element.type) {
    case 'Character':
      return oneCharacter(`\\u${element.value.toString(16).padStart(4, '0')}`, flags)
    case 'CharacterClass':
    case 'CharacterSet':
      return oneCharacter(element.raw, flags)
    case 'CapturingGroup':
      return alternatives(element.alternatives, flags)
    case 'Group':
      if (element.modifiers !== null) throw refused('changes its options midway')
      return alternatives(element.alternatives, flags)
    case 'Quantifier':
      return repeated(counted(part(element.element, flags)), element.min, element.max)
    case 'Assertion':
      if (element.kind === 'lookahead' || element.kind === 'lookbehind') throw refused('looks around')
      return assertion(element)
    default:
      throw refused('refers back')
  }
}

function oneCharacter(raw: string, flags: string): Matcher {
  const expression = new RegExp(`^(?:${raw})$`, flags)
  const places = remembered((text) => placesWhere(text, (place) => expression.test(text.charAt(place))))
  return (from, { text }) => (from & places(text)) << 1n
}

function assertion(element: AST.EdgeAssertion | AST.WordBoundaryAssertion): Matcher {
  if (element.kind !== 'word') {
    return (from, { text }) => from & bit(element.kind === 'start' ? 0 : text.length)
  }
  const isWord = (text: string, place: number) => /\w/.test(text.charAt(place))
  const isEdge = (text: string, place: number) => isWord(text, place - 1) !== isWord(text, place)
  const places = remembered((text) => {
    const end = isEdge(text, text.length) !== element.negate ? bit(text.length) : 0n
    return end | placesWhere(text, (place) => isEdge(text, place) !== element.negate)
  })
  return (from, { text }) => from & places(text)
}

const placesWhere = (text: string, holds: (place: number) => boolean): Places =>
  Array.from(text.split(''), (_, place) => (holds(place) ? bit(place) : 0n)).reduce((all, one) => all | one, 0n)

/** The places in the text that was asked for last. */
function remembered(find: (text: string) => Places): (text: string) => Places {
  let last: { readonly text: string; readonly places: Places } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, places: find(text) }
    return last.places
  }
}

/** Beyond the text's length more rounds reach no further place. */
function repeated(matcher: Matcher, min: number, max: number): Matcher {
  return (from, run) => {
    const rounds = run.text.length + 1
    let starts = from
    for (let round = 0; round < Math.min(min, rounds); round += 1) {
      const next = matcher(starts, run)
      if (next === starts) break
      starts = next
    }
    let ends = starts
    for (let round = 0; round < Math.min(max - min, rounds) && starts !== 0n; round += 1) {
      starts = matcher(starts, run) & ~ends
      ends |= starts
    }
    return ends
  }
}
