import type { Catalogue, User } from '../../core/index.ts'

/**
 * Renders each user once for one view of one dialect: the text hangs on the immutable record that the store caches, and
 * goes when that record is dropped. A change of the catalogue (roles, job titles) renders anew.
 */
export class RenderedUsers {
  readonly #render: (user: User, catalogue: Catalogue) => string
  readonly #texts = new WeakMap<User, { readonly catalogue: Catalogue; readonly text: string }>()

  constructor(render: (user: User, catalogue: Catalogue) => string) {
    this.#render = render
  }

  text(user: User, catalogue: Catalogue): string {
    const known = this.#texts.get(user)
    if (known?.catalogue === catalogue) return known.text
    const text = this.#render(user, catalogue)
    this.#texts.set(user, { catalogue, text })
    return text
  }
}
