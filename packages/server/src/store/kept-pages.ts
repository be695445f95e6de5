import {
  type Condition,
  fieldsAsked,
  linksAsked,
  type Page,
  type PresenceState,
  type User,
  type UserQuery,
} from '../core/index.ts'
import { FreshCache } from './fresh-cache.ts'

/** Nothing of a page is touched by a name of its own: any change of its tenant's users drops all. */
const wholeTenant = ''

interface KeptPage {
  readonly tenantId: string
  readonly page: Page<User>
}
interface KeptPresences {
  readonly tenantId: string
  readonly users: readonly object[]
  readonly presences: ReadonlyMap<string, PresenceState>
}

/** Users on all kept pages together, about 2 KB each where they are on no other page and out of the cache of users. */
const mostUsers = 5000
/** A longer page is an export's: it comes once. */
const longestPage = 1000

/**
 * Whole pages, and who of them is here, kept while nothing in their tenant changed: whoever asks the same again gets the very
 * same page, so that what was rendered of it can hang on it.
 */
export class KeptPages {
  readonly pages: FreshCache<KeptPage>
  readonly presences: FreshCache<KeptPresences>
  readonly #keys = new WeakMap<readonly object[], string>()

  constructor(steady: () => boolean) {
    const homeOf = ({ tenantId }: { readonly tenantId: string }) => ({ tenantId, id: wholeTenant })
    this.pages = new FreshCache<KeptPage>({
      max: mostUsers,
      weigh: ({ page }) => page.items.length + 1,
      homeOf,
      steady,
    })
    this.presences = new FreshCache<KeptPresences>({
      max: mostUsers,
      weigh: ({ users }) => users.length + 1,
      homeOf,
      steady,
    })
  }

  async page(tenantId: string, query: UserQuery, read: () => Promise<Page<User>>): Promise<Page<User>> {
    if (query.limit > longestPage || movesByItself(query)) return read()
    const key = keyOf(tenantId, query)
    const kept = this.pages.get(key)
    if (kept !== undefined) return kept.page
    const { page } = await this.pages.fetch(
      async () => ({ tenantId, page: await read() }),
      (fetched) => [[key, fetched]],
    )
    this.#keys.set(page.items, key)
    return page
  }

  async presencesOn(
    tenantId: string,
    users: readonly { readonly id: string }[],
    read: () => Promise<ReadonlyMap<string, PresenceState>>,
  ): Promise<ReadonlyMap<string, PresenceState>> {
    const key = this.#keys.get(users)
    if (key === undefined) return read()
    const kept = this.presences.get(key)
    if (kept?.users === users) return kept.presences
    const { presences } = await this.presences.fetch(
      async () => ({ tenantId, users, presences: await read() }),
      (fetched) => [[key, fetched]],
    )
    return presences
  }
}

/** Whether what else than a user's own change moves somebody onto the page: presence, blocks and friends do. */
function movesByItself({ filter: { where }, order }: UserQuery): boolean {
  const asked = [...order, ...(where === undefined ? [] : fieldsAsked(where))]
  return asked.some(({ field }) => field === 'status') || (where !== undefined && asksLinks(where))
}
const asksLinks = (where: Condition): boolean => linksAsked(where).length > 0

/** A date is no text: both may be asked for. */
const keyOf = (tenantId: string, query: UserQuery): string =>
  `${tenantId}/${JSON.stringify(query, function told(this: Record<string, unknown>, name, value) {
    return this[name] instanceof Date ? { date: value } : value
  })}`
