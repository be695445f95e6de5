import { type Directory, DirectoryError } from '../core/index.ts'

export interface MailRetry {
  readonly directory: Directory
  /** Nobody will try again: somebody must give this user a password. */
  readonly onGivenUp: (userId: string) => void
  readonly onError: (error: unknown) => void
}

/** Tries whatever mail is due, in every tenant. Several servers may do so at once. */
export async function tryOwedMail({ directory, onGivenUp, onError }: MailRetry): Promise<void> {
  try {
    for (const operator of await directory.operators()) {
      for (const { userId, outcome } of await directory.sendOwedMail(operator, null)) {
        if (outcome === 'given-up') onGivenUp(userId)
      }
    }
  } catch (error) {
    // While the database is away every look fails, and the rounds tell of it already.
    if (!(error instanceof DirectoryError && error.code === 'unavailable')) onError(error)
  }
}

/** Looks for mail that is due every so many milliseconds, never twice at once. Gives its end. */
export function retryMail(every: number, options: MailRetry): () => Promise<void> {
  let looking: Promise<void> | null = null
  const timer = setInterval(() => {
    looking ??= tryOwedMail(options).finally(() => {
      looking = null
    })
  }, every)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}
