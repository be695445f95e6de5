/**
 * What a change makes stale, as it stands in `events.touches`: one user or credential of the tenant by id, the tenant's
 * catalogue (roles, job titles, the tenant itself), everything of the tenant, or everything there is.
 */
export type Touch = `user:${string}` | `credential:${string}` | 'catalogue' | 'tenant' | 'everything'

/** A change that shows on more users than this touches the whole tenant instead. */
export const mostTouches = 1000

/** Collects what one transaction makes stale. */
export class TouchSet {
  readonly #touches = new Set<Touch>()

  add(...touches: Touch[]): void {
    for (const touch of touches) this.#touches.add(touch)
  }

  users(ids: readonly string[]): void {
    for (const id of ids) this.#touches.add(`user:${id}`)
  }

  get isEmpty(): boolean {
    return this.#touches.size === 0
  }

  /** Everything collected so far, and forgets it: it has been written. */
  take(): Touch[] {
    const touches: Touch[] = this.#touches.size > mostTouches ? ['tenant'] : [...this.#touches]
    this.#touches.clear()
    return touches
  }
}
