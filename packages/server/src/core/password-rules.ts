import type { PasswordRules } from './catalogue.ts'
import { DirectoryError } from './errors.ts'
import type { Passwords } from './ports.ts'
import type { User } from './user.ts'

/** Counted as symbols; other signs are allowed and count as nothing. */
const symbols = '!@#$%^&()_[]'
type Counted = 'lowerCase' | 'upperCase' | 'numbers' | 'symbols'
const classes: Record<Counted, { readonly has: (character: string) => boolean; readonly named: string }> = {
  lowerCase: { has: (character) => /\p{Ll}/u.test(character), named: 'lower-case letters' },
  upperCase: { has: (character) => /\p{Lu}/u.test(character), named: 'upper-case letters' },
  numbers: { has: (character) => /\p{Nd}/u.test(character), named: 'digits' },
  symbols: { has: (character) => symbols.includes(character), named: `symbols of ${symbols}` },
}
const countedClasses: readonly Counted[] = ['lowerCase', 'upperCase', 'numbers', 'symbols']

type Known = Pick<User, 'email' | 'givenNames' | 'familyName' | 'username'>

/** Throws `invalid_input` naming the first rule of the tenant that a new password breaks; the password is not told. */
export async function requirePassword(
  password: string,
  rules: PasswordRules | null,
  { email, givenNames, familyName, username }: Known,
  strength: Passwords['strength'],
): Promise<void> {
  if (rules === null) return
  const characters = [...password]
  if (characters.length < rules.minLength) throw broken(`must have at least ${rules.minLength} characters`)
  for (const counted of countedClasses) {
    const { has, named } = classes[counted]
    if (characters.filter(has).length < rules[counted]) throw broken(`must have at least ${rules[counted]} ${named}`)
  }
  if (rules.zxcvbn === 0) return
  const inputs = [email, givenNames, familyName, username].filter((text) => text !== '')
  if ((await strength(password, inputs)) < rules.zxcvbn) throw broken('is too easy to guess')
}

const broken = (reason: string) => new DirectoryError('invalid_input', { field: 'password', reason })

/** Whether a password is older than the tenant allows; a user without one has none to renew. */
export const isPasswordDue = (modifiedAt: Date | null, days: number | null, now: Date): boolean =>
  modifiedAt !== null && days !== null && now.getTime() - modifiedAt.getTime() > days * 86_400_000
