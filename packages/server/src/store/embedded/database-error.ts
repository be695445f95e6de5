/** The database cannot be used. The message is one line for the person at the terminal: what is wrong, what to do next. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
}

/** The `code` of a Node or PostgreSQL error (`ENOENT`, `57P03`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export function messageOf(error: unknown): string {
  // Several addresses of one host were tried; the error about all of them says nothing itself.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
