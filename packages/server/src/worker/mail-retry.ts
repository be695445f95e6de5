import { type Directory, DirectoryError } from '../core/index.ts'

export interface MailRetryOptions {
  readonly directory: Directory
  /** Milliseconds between two looks. */
  readonly every: number
  readonly onError: (error: unknown) => void
}

/** Looks now and then for mail that is due again, in every tenant; several servers may do so at once. Gives its end. */
export function retryMail({ directory, every, onError }: MailRetryOptions): () => Promise<void> {
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    try {
      for (const operator of await directory.operators()) await directory.sendOwedMail(operator, null)
    } catch (error) {
      // While the database is away every look fails, and the rounds tell of it already.
      if (!(error instanceof DirectoryError && error.code === 'unavailable')) onError(error)
    }
  }
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, every)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}
