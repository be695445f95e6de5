import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

export interface StrengthQuestion {
  readonly password: string
  readonly inputs: readonly string[]
}

/** Longer passwords are judged by their beginning: the work grows with the square of the length. */
const judgedLength = 72

/**
 * Judges passwords with zxcvbn, from 0 (known to every attacker) to 4. On a thread of its own, begun when first needed:
 * one judgement takes up to 40 ms, and its dictionaries 30 ms to load.
 */
export function passwordStrength(): (password: string, inputs: readonly string[]) => Promise<number> {
  let worker: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()
  return (password, inputs) => {
    const answer = last.then(async () => {
      worker ??= new Worker(new URL('./password-strength-worker.ts', import.meta.url))
      // It keeps the process alive only while somebody waits for it.
      worker.ref()
      worker.postMessage({ password: password.slice(0, judgedLength), inputs } satisfies StrengthQuestion)
      const [score]: unknown[] = await once(worker, 'message')
      worker.unref()
      return typeof score === 'number' ? score : 0
    })
    last = answer.catch(() => {
      worker = undefined
    })
    return answer
  }
}
