/** What a load asks of a server, over and over. */
export interface RequestPlan {
  readonly origin: { readonly host: string; readonly port: number }
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Taken in turn by all connections together; one is enough where each request may be the same. */
  readonly paths: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** The body of the n-th request since the start of the run (never the same `n` again), as JSON text. */
  readonly body?: (n: number) => string
  /** Throws where a reply is not what was asked for. It sees one reply to each of the first paths, before any timing. */
  readonly check: (reply: { readonly status: number; readonly body: string }, path: string) => void
}
