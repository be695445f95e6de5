import { createHash, randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { DirectoryError, type PasswordRules, type Passwords } from '../core/index.ts'
import { passwordStrength } from './password-strength.ts'
import { thread } from './thread.ts'

/** Hashes at once; one core is left for everything else. Each takes about 17 ms of one. */
const mostAtOnce = Math.max(1, availableParallelism() - 1)
/** Waiting hashes at most: about two seconds' worth. More are refused, so that memory and patience stay bounded. */
const mostWaiting = 120 * mostAtOnce

const digestForm = /^[0-9a-fA-F]{64}$/

/** Hash this, or verify it against a hash. */
export interface HashQuestion {
  readonly digest: string
  readonly against: string | null
}

/**
 * argon2id (19 MiB, 2 passes: OWASP's first choice) over the SHA-256 hex digest of the password, because some clients send
 * that digest instead of the password. It runs on threads of its own, whose number bounds how much is hashed at once.
 */
export function argonPasswords(): Passwords {
  const ask = hashers()
  const hash = async (password: string): Promise<string> => {
    const answer = await ask({ digest: digestOf(password), against: null })
    return String(answer)
  }
  // Nobody's: so that an unknown address takes as long as a wrong password.
  let decoy: Promise<string> | undefined
  return {
    hash,
    verify: async (known, password) => {
      decoy ??= hash('nobody')
      const right = await ask({ digest: digestOf(password), against: known ?? (await decoy) })
      return right === true && known !== null
    },
    strength: passwordStrength(),
    make: (rules) => makePassword(rules),
  }
}

const isHashed = (answer: unknown): answer is string | boolean =>
  typeof answer === 'string' || typeof answer === 'boolean'

/** Each question goes to a thread that has none. */
function hashers(): (question: HashQuestion) => Promise<string | boolean> {
  const file = new URL('./hash-worker.ts', import.meta.url)
  const free = Array.from({ length: mostAtOnce }, () => thread<HashQuestion, string | boolean>(file, isHashed))
  const limited = limiter(mostAtOnce, mostWaiting)
  return (question) =>
    limited(async () => {
      const ask = free.pop()
      if (ask === undefined) throw new Error('More is hashed at once than there are threads.')
      try {
        return await ask(question)
      } finally {
        free.push(ask)
      }
    })
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
