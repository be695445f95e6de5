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

interface Entry<V> {
  readonly value: V
  /** How often its tenant had been touched as a whole when it came. */
  readonly epoch: number
}

export interface FreshCacheOptions<V> {
  /** Values at most, or with `weigh` their weight together. */
  readonly max: number
  readonly weigh?: (value: V) => number
  /** Under which tenant and id a value is touched. */
  readonly homeOf: (value: V) => Home
  readonly steady: () => boolean
}

const nameOf = ({ tenantId, id }: Home) => `${tenantId}/${id}`

/**
 * A bounded cache that freshness rounds keep true. A value that was fetched is kept only if nothing that would have
 * dropped it was touched since its fetch began, and only while rounds run without a gap (`steady`).
 */
export class FreshCache<V extends object> implements Touchable {
  readonly #values: LRUCache<string, Entry<V>>
  readonly #keysByName = new Map<string, string>()
  readonly #epochs = new Map<string, number>()
  readonly #fetches = new Set<Fetch>()
  readonly #homeOf: (value: V) => Home
  readonly #steady: () => boolean

  constructor({ max, weigh, homeOf, steady }: FreshCacheOptions<V>) {
    this.#homeOf = homeOf
    this.#steady = steady
    this.#values = new LRUCache<string, Entry<V>>({
      ...(weigh === undefined ? { max } : { maxSize: max, sizeCalculation: ({ value }) => weigh(value) }),
      dispose: ({ value }, key) => {
        const name = nameOf(homeOf(value))
        if (this.#keysByName.get(name) === key) this.#keysByName.delete(name)
      },
    })
  }

  /** Those of touched tenants count until somebody asks for them or their place is needed. */
  get size(): number {
    return this.#values.size
  }

  get(key: string): V | undefined {
    const entry = this.#values.get(key)
    if (entry === undefined) return undefined
    if (entry.epoch === this.#epochOf(this.#homeOf(entry.value).tenantId)) return entry.value
    this.#values.delete(key)
    return undefined
  }

  #epochOf(tenantId: string): number {
    return this.#epochs.get(tenantId) ?? 0
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
        this.#values.set(key, { value, epoch: this.#epochOf(home.tenantId) })
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

  /** Takes the same time however much there is: what is stale by it goes when it is asked for. */
  touchTenant(tenantId: string): void {
    for (const fetch of this.#fetches) fetch.touched.add(tenantId)
    this.#epochs.set(tenantId, this.#epochOf(tenantId) + 1)
  }

  clear(): void {
    for (const fetch of this.#fetches) fetch.stale = true
    this.#values.clear()
  }
}
