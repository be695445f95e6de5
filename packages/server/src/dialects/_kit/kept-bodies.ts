/**
 * The body of a reply that gives the same records again: it hangs on the very object that the store keeps while nothing in it
 * changes (a page's list, a user), and goes with it. It is made anew when anything else that it was made from is another, and
 * kept from the second time on: most of what is asked for once is not asked for again.
 */
export class KeptBodies<On extends object> {
  readonly #bodies = new WeakMap<On, { readonly basis: readonly unknown[]; body: Buffer | null }>()

  /** `basis`: all else that the text depends on, compared one by one as they are. */
  body(on: On, basis: readonly unknown[], render: () => string): string | Buffer {
    const kept = this.#bodies.get(on)
    if (kept === undefined || !isSame(kept.basis, basis)) {
      this.#bodies.set(on, { basis, body: null })
      return render()
    }
    kept.body ??= bufferOf(render())
    return kept.body
  }
}

/** Of its own size: what stays must not hold on to a slab that it shares with what goes. */
function bufferOf(text: string): Buffer {
  const buffer = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  buffer.write(text)
  return buffer
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  for (let at = 0; at < other.length; at += 1) if (one[at] !== other[at]) return false
  return one.length === other.length
}
