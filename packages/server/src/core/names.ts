import type { User } from './user.ts'

type NameParts = Pick<User, 'displayName' | 'givenNames' | 'familyName' | 'secondFamilyName'>

/** The one name that is shown: the display name, or the parts joined by spaces. May be empty. */
export function shownNameOf(parts: NameParts): string {
  if (parts.displayName !== '') return parts.displayName
  return [parts.givenNames, parts.familyName, parts.secondFamilyName].filter((part) => part !== '').join(' ')
}

/** One name in parts: the last word is the family name, where there are several. */
export function splitName(name: string): NameParts {
  const words = name.trim().split(/\s+/)
  const family = words.length > 1 ? words.pop() : undefined
  return { displayName: name, givenNames: words.join(' '), familyName: family ?? '', secondFamilyName: '' }
}

/**
 * What a name written in one piece makes of a user's names: the display name, and the parts too as long as they are what
 * splitting the present display name would give, or are empty. Parts that somebody filled in stay.
 */
export function renamed(before: NameParts, name: string): Partial<NameParts> {
  const derived = splitName(before.displayName)
  const { givenNames, familyName, secondFamilyName } = before
  const areEmpty = givenNames === '' && familyName === '' && secondFamilyName === ''
  const follow = givenNames === derived.givenNames && familyName === derived.familyName && secondFamilyName === ''
  return areEmpty || follow ? splitName(name) : { displayName: name }
}

/**
 * Handles to try for a user who was given none, best first: the local part of the address, that with numbers taken
 * from the id (so that a thousand namesakes need few tries), at last one that is free by construction.
 */
export function usernameCandidates(email: string, id: string): string[] {
  const local = email
    .slice(0, email.indexOf('@'))
    .replace(/[^0-9a-zA-Z_.-]/g, '')
    .slice(0, 80)
  const last = `user-${id}`
  if (local === '' || blockedUsernames.has(local.toLowerCase())) return [last]
  return [local, ...[2, 4, 6].map((digits) => local + Number.parseInt(id.slice(-digits), 16)), last]
}

/** Handles that platforms keep for themselves, or that read like an authority. */
export const blockedUsernames: ReadonlySet<string> = new Set([
  'all',
  'here',
  'admin',
  'administrator',
  'system',
  'user',
  'rocket.cat',
])
