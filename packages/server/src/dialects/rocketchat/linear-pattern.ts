import { RE2JS } from 're2js'
import { DirectoryError, type TextPattern } from '../../core/index.ts'

/** In UTF-16 units, as for patterns that the database answers. */
const longestPattern = 250

/** What RE2 understands and JavaScript takes otherwise. */
const foreign = /\\[aACEGpPQUZzkc]|\[\[[:.=]|\[\^?\]|[$^][*+?{]|\(\?[^:<]|\(\?<[=!]/

/**
 * A pattern as a predicate for short texts, such as role codes, that this process tests itself, in linear time (a `RegExp` may
 * take years).
 *
 * Throws `invalid_pattern` where the syntax is wrong, for references back and looking around, and where the library's syntax
 * and JavaScript's part.
 */
export function linearPattern({ source, ignoreCase, dotAll }: TextPattern): (text: string) => boolean {
  if (source.length > longestPattern) throw refused('is too long')
  if (foreign.test(source)) throw refused('is written in a way that is not understood here')
  const flags = (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (dotAll ? RE2JS.DOTALL : 0)
  let pattern: RE2JS
  try {
    pattern = RE2JS.compile(source, flags)
  } catch (error) {
    throw refused('is no regular expression that can be answered in linear time', error)
  }
  return (text) => pattern.matcher(text).find()
}

const refused = (reason: string, cause?: unknown): DirectoryError =>
  new DirectoryError('invalid_pattern', { reason: `The pattern ${reason}.` }, { cause })
