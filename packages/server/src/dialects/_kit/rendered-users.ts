import { setImmediate as otherWork } from 'node:timers/promises'
import type { Catalogue, PublicUser, User } from '../../core/index.ts'

/** Users rendered in one go: everybody else waits for a millisecond or two meanwhile. */
const mostAtOnce = 50

/**
 * Renders each user once for one view of one dialect: the text hangs on the immutable record that the store caches, or on
 * the public part that core cuts from it, and goes when that record is dropped. A change of the catalogue (roles, job
 * titles, custom fields) renders anew.
 */
export class RenderedUsers<Seen extends PublicUser = User> {
  readonly #render: (user: Seen, catalogue: Catalogue) => string
  readonly #texts = new WeakMap<Seen, { readonly catalogue: Catalogue; readonly text: string }>()

  constructor(render: (user: Seen, catalogue: Catalogue) => string) {
    this.#render = render
  }

  text(user: Seen, catalogue: Catalogue): string {
    const known = this.#texts.get(user)
    if (known?.catalogue === catalogue) return known.text
    const text = this.#render(user, catalogue)
    this.#texts.set(user, { catalogue, text })
    return text
  }

  /** Renders who is not rendered yet, with other requests in between: to be called before a long list is put together. */
  async ahead(users: readonly Seen[], catalogue: Catalogue): Promise<void> {
    let rendered = 0
    for (const user of users) {
      if (this.#texts.get(user)?.catalogue === catalogue) continue
      if (rendered > 0 && rendered % mostAtOnce === 0) await otherWork()
      this.text(user, catalogue)
      rendered += 1
    }
  }
}
