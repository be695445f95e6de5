import type { User } from './user.ts'

// Lower case is all there is to do to most texts; the rest takes five times as long.
const beyondAscii = /[^\0-\x7f]/

/** Lower case without diacritics: what searches compare. */
export const fold = (text: string): string =>
  beyondAscii.test(text)
    ? text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC')
    : text.toLowerCase()

/** The folded words of a text: runs of letters and digits. */
export const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? []

/**
 * Longer words are cut: an index entry has a bounded size, and nobody types more. Counted in code points: half a
 * surrogate pair is no text, and two different halves are one and the same to the store.
 */
const longestWord = 64
const cut = (word: string): string =>
  word.length <= longestWord ? word : Array.from(word).slice(0, longestWord).join('')
const distinct = (words: readonly string[]): string[] => [...new Set(words.map(cut))]

/** A user's search words, in the order its platforms show them; the address also counts as one joined word. */
export function userKeywords(user: Pick<User, 'givenNames' | 'familyName' | 'secondFamilyName' | 'email'>): string[] {
  const names = [user.givenNames, user.familyName, user.secondFamilyName].flatMap(wordsOf)
  const address = wordsOf(user.email)
  return distinct([...names, ...address, ...(address.length > 1 ? [address.join('')] : [])])
}

/** Search words of a catalogue record: every word of every text, then each text of several words joined. */
export function textKeywords(texts: readonly string[]): string[] {
  const words = texts.map(wordsOf)
  return distinct([...words.flat(), ...words.filter((list) => list.length > 1).map((list) => list.join(''))])
}

/**
 * A search as its caller typed it: `prefix` matches keywords that start with the words (each of them, or all joined);
 * `contains` (a leading `.*`) matches inside keywords.
 */
export interface Search {
  readonly mode: 'prefix' | 'contains'
  readonly words: readonly string[]
}

/** `null` when nothing searchable was typed: an empty search filters nothing. */
export function parseSearch(text: string): Search | null {
  const contains = text.trimStart().startsWith('.*')
  const words = distinct(wordsOf(text)).slice(0, 16)
  return words.length === 0 ? null : { mode: contains ? 'contains' : 'prefix', words }
}

/** The same rule the store follows in SQL, for records that are searched in memory. */
export function matches(search: Search, keywords: readonly string[]): boolean {
  const has = (word: string) =>
    keywords.some((keyword) => (search.mode === 'contains' ? keyword.includes(word) : keyword.startsWith(word)))
  return has(search.words.join('')) || search.words.every(has)
}
