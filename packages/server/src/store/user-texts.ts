import { type RawBuilder, sql } from 'kysely'
import { fold, type TextField, type User } from '../core/index.ts'

/** The columns of `user_texts`, by the field whose folded text each holds. */
export const textColumns: Record<TextField, string> = {
  username: 'username',
  shownName: 'shown_name',
  nickname: 'nickname',
  bio: 'bio',
  email: 'email',
}
export const textFields: readonly TextField[] = ['username', 'shownName', 'nickname', 'bio', 'email']
export const textColumnList = textFields.map((field) => textColumns[field]).join(', ')

/** In the columns' order. A made-up address is none to be found by. */
export const textsOf = (user: User): string[] =>
  textFields.map((field) => (field === 'email' && user.emailGenerated ? '' : fold(user[field] ?? '')))

/** As core folds the shown name in `users.folded_name`. */
export const foldedNameOf = (shownName: string): string => Array.from(fold(shownName)).slice(0, 200).join('')

/** A folded fragment as a pattern of `like`. */
export const fragmentPattern = (fragment: string): string => `%${fragment.replace(/[\\%_]/g, '\\$&')}%`

/** A shorter fragment has no trigram of its own: every row is looked at, and once is enough. */
const shortestIndexed = 3

/**
 * A test on a row `x` of `user_texts` that is true wherever one of the texts contains the folded fragment, and that the
 * trigram index answers. Addresses have one @ at most: `x.texts` has what stands before it, `x.domain` it and the rest.
 */
export function mayContain(fragment: string, within: readonly TextField[]): RawBuilder<unknown> {
  if (fragment.length < shortestIndexed) return sql`true`
  const inTexts = sql`x.texts like ${fragmentPattern(fragment)}`
  if (!within.includes('email')) return inTexts
  const at = fragment.indexOf('@')
  const inDomain = sql`x.domain like ${fragmentPattern(fragment.slice(Math.max(at, 0)))}`
  if (at < 1) return sql`(${inTexts} or ${inDomain})`
  return sql`(${inTexts} or (x.texts like ${fragmentPattern(fragment.slice(0, at))} and ${inDomain}))`
}
