import { createHash, randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { DirectoryError, type PasswordRules, type Passwords } from '../core/index.ts'
import { passwordStrength } from './password-strength.ts'

/** Hashes at once; one core is left for everything else. Each takes about 17 ms of one. */
const mostAtOnce = Math.max(1, availableParallelism() - 1)
/** Waiting hashes at most: about two seconds' worth. More are refused, so that memory and patience stay bounded. */
const mostWaiting = 120 * mostAtOnce

const digestForm = /^[0-9a-fA-F]{64}$/

/**
 * argon2id (19 MiB, 2 passes: OWASP's first choice) over the SHA-256 hex digest of the password, because some clients send
 * that digest instead of the password. It runs on the thread pool, a bounded number at a time.
 */
export function argonPasswords(): Passwords {
  const limited = limiter(mostAtOnce, mostWaiting)
  // Nobody's: so that an unknown address takes as long as a wrong password.
  let decoy: Promise<string> | undefined
  return {
    hash: (password) => limited(() => hash(digestOf(password))),
    verify: async (known, password) => {
      decoy ??= limited(() => hash(digestOf('nobody')))
      const against = known ?? (await decoy)
      const right = await limited(() => verify(against, digestOf(password)))
      return right && known !== null
    },
    strength: passwordStrength(),
    make: (rules) => makePassword(rules),
  }
}

const alphabets = {
  lowerCase: 'abcdefghjkmnpqrstuvwxyz',
  upperCase: 'ABCDEFGHJKLMNPQRSTUVWXYZ',
  numbers: '23456789',
  symbols: '!@#$%&()',
}

/** Random, 16 characters at least, with two of each class or as many as the rules ask for; no look-alikes. */
function makePassword(rules: PasswordRules | null): string {
  const drawn = (['lowerCase', 'upperCase', 'numbers', 'symbols'] as const).flatMap((name) =>
    draw(alphabets[name], Math.max(rules?.[name] ?? 0, 2)),
  )
  const rest = Math.max(rules?.minLength ?? 0, 16) - drawn.length
  return shuffled([...drawn, ...draw(alphabets.lowerCase, Math.max(rest, 0))]).join('')
}

const draw = (alphabet: string, count: number): string[] =>
  Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length)))

function shuffled<T>(items: T[]): T[] {
  return items
    .map((item) => [randomInt(2 ** 40), item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item)
}

const digestOf = (password: string): string =>
  digestForm.test(password) ? password.toLowerCase() : createHash('sha256').update(password).digest('hex')

/** Runs `atOnce` pieces of work at a time, in order; refuses when `waiting` more are in line. */
function limiter(atOnce: number, waiting: number) {
  const line: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (line.length >= waiting) throw new DirectoryError('overloaded')
      await new Promise<void>((resolve) => line.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = line.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
