/**
 * The body of a reply that gives the same records again: it hangs on the very object that the store keeps while nothing in it
 * changes (a page's list, a user), and goes with it. It is made anew when anything else that it was made from is another.
 */
export class KeptBodies<On extends object> {
  readonly #bodies = new WeakMap<On, { readonly basis: readonly unknown[]; readonly body: Buffer }>()

  /** `basis`: all else that the text depends on, compared one by one as they are. */
  body(on: On, basis: readonly unknown[], render: () => string): Buffer {
    const kept = this.#bodies.get(on)
    if (kept !== undefined && isSame(kept.basis, basis)) return kept.body
    const body = Buffer.from(render())
    this.#bodies.set(on, { basis, body })
    return body
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  for (let at = 0; at < other.length; at += 1) if (one[at] !== other[at]) return false
  return one.length === other.length
}
