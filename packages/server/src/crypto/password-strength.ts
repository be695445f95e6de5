import { thread } from './thread.ts'

export interface StrengthQuestion {
  readonly password: string
  readonly inputs: readonly string[]
}

/** Longer passwords are judged by their beginning: the work grows with the square of the length. */
const judgedLength = 72

/**
 * Judges passwords with zxcvbn, from 0 (known to every attacker) to 4. On a thread of its own: one judgement takes up to
 * 40 ms, and its dictionaries 30 ms to load.
 */
export function passwordStrength(): (password: string, inputs: readonly string[]) => Promise<number> {
  const ask = thread<StrengthQuestion, number>(new URL('./password-strength-worker.ts', import.meta.url), isNumber)
  return (password, inputs) => ask({ password: password.slice(0, judgedLength), inputs })
}

const isNumber = (answer: unknown): answer is number => typeof answer === 'number'
