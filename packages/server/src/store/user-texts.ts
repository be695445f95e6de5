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

/** A fragment as a pattern of `like`. */
export const fragmentPattern = (fragment: string): string => `%${fold(fragment).replace(/[\\%_]/g, '\\$&')}%`
