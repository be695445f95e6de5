import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { DirectoryError, type TextPattern } from '../../core/index.ts'

/** In UTF-16 units, as for patterns that the database answers. */
const longestPattern = 250

/**
 * A pattern as a predicate for short texts, such as role codes, that this process tests itself. It never goes back: each
 * part of the pattern is tried at most once at each place of the text, so that no pattern takes long (a `RegExp` may).
 *
 * Throws `invalid_pattern` where the syntax is wrong, and for references back and looking around.
 */
export function linearPattern({ source, ignoreCase, dotAll }: TextPattern): (text: string) => boolean {
  if (source.length > longestPattern) throw refused('is too long')
  let pattern: AST.Pattern
  try {
    pattern = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source, 0, source.length, { unicode: false })
  } catch (error) {
    throw refused('is no regular expression', error)
  }
  const flags = `${ignoreCase ? 'i' : ''}${dotAll ? 's' : ''}`
  const matcher = alternatives(pattern.alternatives, flags)
  return (text) => {
    const run: Run = { text, known: new Map() }
    return places(text.length).some((from) => endsOf(matcher, from, run).size > 0)
  }
}

const refused = (reason: string, cause?: unknown): DirectoryError =>
  new DirectoryError('invalid_pattern', { reason: `The pattern ${reason}.` }, { cause })

/** One text under test. */
interface Run {
  readonly text: string
  readonly known: Map<Matcher, Map<number, Places>>
}
type Places = ReadonlySet<number>
/** Where a part of a pattern can end that starts at a place. */
type Matcher = (from: number, run: Run) => Places

const places = (length: number): number[] => Array.from({ length: length + 1 }, (_, place) => place)

function endsOf(matcher: Matcher, from: number, run: Run): Places {
  let ends = run.known.get(matcher)
  if (ends === undefined) {
    ends = new Map()
    run.known.set(matcher, ends)
  }
  let found = ends.get(from)
  if (found === undefined) {
    found = matcher(from, run)
    ends.set(from, found)
  }
  return found
}

const step = (matcher: Matcher, starts: Iterable<number>, run: Run): Set<number> =>
  new Set([...starts].flatMap((from) => [...endsOf(matcher, from, run)]))

function alternatives(choices: readonly AST.Alternative[], flags: string): Matcher {
  const matchers = choices.map(({ elements }) => sequence(elements.map((element) => part(element, flags))))
  return (from, run) => new Set(matchers.flatMap((matcher) => [...endsOf(matcher, from, run)]))
}

const sequence =
  (parts: readonly Matcher[]): Matcher =>
  (from, run) =>
    parts.reduce<Places>((starts, matcher) => step(matcher, starts, run), new Set([from]))

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
      return repeated(part(element.element, flags), element.min, element.max)
    case 'Assertion':
      if (element.kind === 'lookahead' || element.kind === 'lookbehind') throw refused('looks around')
      return assertion(element)
    default:
      throw refused('refers back')
  }
}

function oneCharacter(raw: string, flags: string): Matcher {
  const expression = new RegExp(`^(?:${raw})$`, flags)
  return (from, { text }) =>
    from < text.length && expression.test(text.charAt(from)) ? new Set([from + 1]) : new Set()
}

/** Beyond the text's length more rounds reach no further place. */
function repeated(matcher: Matcher, min: number, max: number): Matcher {
  return (from, run) => {
    const rounds = run.text.length + 1
    let starts: Places = new Set([from])
    for (let round = 0; round < Math.min(min, rounds); round += 1) starts = step(matcher, starts, run)
    const ends = new Set(starts)
    for (let round = 0; round < Math.min(max - min, rounds) && starts.size > 0; round += 1) {
      starts = new Set([...step(matcher, starts, run)].filter((end) => !ends.has(end)))
      for (const end of starts) ends.add(end)
    }
    return ends
  }
}

function assertion(element: AST.EdgeAssertion | AST.WordBoundaryAssertion): Matcher {
  const isWord = (text: string, place: number) => /\w/.test(text.charAt(place))
  const holds = (place: number, text: string): boolean => {
    if (element.kind !== 'word') return place === (element.kind === 'start' ? 0 : text.length)
    return (isWord(text, place - 1) !== isWord(text, place)) !== element.negate
  }
  return (from, { text }) => (holds(from, text) ? new Set([from]) : new Set())
}
