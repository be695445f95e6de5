import { DirectoryError } from '../core/index.ts'

/*
 * What a pattern of a stranger may cost, counted before PostgreSQL sees it. The worst patterns found within these limits,
 * on PostgreSQL 18.4: 0.2 s to compile (120 letters and 550 dots, 50 of them optional), and 9 µs a character, which is
 * 0.9 s for a text of 100 kB that leads to ever new states. `mar` takes 1 ms for that text. Without the limits,
 * `(a?){1000}` took 6 s to compile, and `((^|a|$)*){100}` was stopped after 20 s.
 */

/** Characters and classes, repetitions written out. */
const maxSize = 1000
/** Pairs of them that can follow each other directly: an automaton's arcs. At 10,000, a text of 100 kB took 1.5 s. */
const maxLinks = 3000
/** Combinations of anchors on the way through the pattern: PostgreSQL compiles each. 1 s at 371,000, 9 ms below 1000. */
const maxAnchorWays = 1000
/** PostgreSQL's own, of one repetition. */
const maxBound = 255

/** A piece of the printed pattern, with what it costs. */
export interface Part {
  readonly source: string
  readonly size: number
  /** How many of its characters can be the first of a match, and the last. */
  readonly first: number
  readonly last: number
  readonly links: number
  /** Whether it matches the empty text. */
  readonly empty: boolean
  readonly anchorWays: number
}

/** Thrown for each pattern that is not supported; `reason` is a sentence. */
export const refused = (reason: string): DirectoryError => new DirectoryError('invalid_pattern', { reason })

export const empty: Part = { source: '', size: 0, first: 0, last: 0, links: 0, empty: true, anchorWays: 1 }

export const single = (source: string): Part => ({ ...empty, source, size: 1, first: 1, last: 1, empty: false })

export const anchor = (source: string, anchorWays: number): Part => ({ ...empty, source, size: 1, anchorWays })

/** Throws `invalid_pattern` for a part over a limit. */
function limited(part: Part): Part {
  if (part.size > maxSize || part.links > maxLinks)
    throw refused('The pattern, its repetitions written out, is too large.')
  if (part.anchorWays > maxAnchorWays) throw refused('The pattern has too many anchors.')
  return part
}

export const joined = (one: Part, next: Part): Part =>
  limited({
    source: one.source + next.source,
    size: one.size + next.size,
    first: one.first + (one.empty ? next.first : 0),
    last: next.last + (next.empty ? one.last : 0),
    links: one.links + next.links + one.last * next.first,
    empty: one.empty && next.empty,
    anchorWays: one.anchorWays * next.anchorWays,
  })

/** In parentheses, so that neither a quantifier nor an option of PostgreSQL's (`(?i)`, `***`) can come of it. */
export function either(parts: readonly Part[]): Part {
  const total = (of: (part: Part) => number) => parts.reduce((sum, part) => sum + of(part), 0)
  return limited({
    source: `(?:${parts.map(({ source }) => source).join('|')})`,
    size: total(({ size }) => size),
    first: total(({ first }) => first),
    last: total(({ last }) => last),
    links: total(({ links }) => links),
    empty: parts.some((part) => part.empty),
    anchorWays: 1 + total(({ anchorWays }) => anchorWays - 1),
  })
}

/** `max` may be Infinity. Greedy always: whether there is a match does not depend on it. */
export function repeated(part: Part, min: number, max: number): Part {
  const bounds = [min, max].filter(Number.isFinite)
  if (bounds.some((bound) => bound > maxBound)) throw refused(`A repetition may be of ${maxBound} times at most.`)
  if (part.anchorWays > 1 && max > 1) throw refused('Anchors inside a repetition are not supported.')
  const copies = Math.max(1, ...bounds)
  const neighbours = part.empty ? (copies * (copies - 1)) / 2 : copies - 1
  const ends = max === Infinity ? 1 : copies - Math.max(min, 1) + 1
  return limited({
    source: part.source + quantifier(min, max),
    size: part.size * copies,
    first: part.first * (part.empty ? copies : 1),
    last: part.last * (part.empty ? copies : ends),
    links: part.links * copies + part.last * part.first * (neighbours + (max === Infinity ? 1 : 0)),
    empty: part.empty || min === 0,
    anchorWays: part.anchorWays,
  })
}

function quantifier(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}
