import { LRUCache } from 'lru-cache'

/** What freshness rounds tell every cache. */
export interface Touchable {
  touch(tenantId: string, id: string): void
  touchTenant(tenantId: string): void
  clear(): void
}

/** Where a cached value belongs: `id` is what touches name it by. */
interface Home {
  readonly tenantId: string
  readonly id: string
}

/** One fetch under way. What is touched meanwhile must not be kept from it. */
interface Fetch {
  readonly touched: Set<string>
  stale: boolean
}

const nameOf = ({ tenantId, id }: Home) => `${tenantId}/${id}`

/**
 * A bounded cache that freshness rounds keep true. A value that was fetched is kept only if nothing that would have
 * dropped it was touched since its fetch began, and only while rounds run without a gap (`steady`).
 */
export class FreshCache<V extends object> implements Touchable {
  readonly #values: LRUCache<string, V>
  readonly #keysByName = new Map<string, string>()
  readonly #fetches = new Set<Fetch>()
  readonly #homeOf: (value: V) => Home
  readonly #steady: () => boolean

  /** `max` values; `homeOf` tells under which tenant and id a value is touched. */
  constructor({ max, homeOf, steady }: { max: number; homeOf: (value: V) => Home; steady: () => boolean }) {
    this.#homeOf = homeOf
    this.#steady = steady
    this.#values = new LRUCache<string, V>({
      max,
      dispose: (value, key) => {
        const name = nameOf(homeOf(value))
        if (this.#keysByName.get(name) === key) this.#keysByName.delete(name)
      },
    })
  }

  get size(): number {
    return this.#values.size
  }

  get(key: string): V | undefined {
    return this.#values.get(key)
  }

  /** Runs a fetch and keeps what may be kept of its values under their keys. */
  async fetch<R>(
    load: () => Promise<R>,
    entries: (result: R) => Iterable<readonly [key: string, value: V]>,
  ): Promise<R> {
    const fetch: Fetch = { touched: new Set(), stale: !this.#steady() }
    this.#fetches.add(fetch)
    try {
      const result = await load()
      for (const [key, value] of entries(result)) {
        const home = this.#homeOf(value)
        if (fetch.stale || fetch.touched.has(nameOf(home)) || fetch.touched.has(home.tenantId)) continue
        this.#values.set(key, value)
        this.#keysByName.set(nameOf(home), key)
      }
      return result
    } finally {
      this.#fetches.delete(fetch)
    }
  }

  touch(tenantId: string, id: string): void {
    const name = nameOf({ tenantId, id })
    for (const fetch of this.#fetches) fetch.touched.add(name)
    const key = this.#keysByName.get(name)
    if (key !== undefined) this.#values.delete(key)
  }

  touchTenant(tenantId: string): void {
    for (const fetch of this.#fetches) fetch.touched.add(tenantId)
    for (const [key, value] of this.#values.entries()) {
      if (this.#homeOf(value).tenantId === tenantId) this.#values.delete(key)
    }
  }

  clear(): void {
    for (const fetch of this.#fetches) fetch.stale = true
    this.#values.clear()
  }
}
