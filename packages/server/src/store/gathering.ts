/** What is asked for under one name, until it leaves. */
interface Group<Value> {
  readonly asked: Map<string, PromiseWithResolvers<Value | undefined>>
}

export interface GatheringOptions<Value> {
  /** Of one group, in one statement; whoever is not there is left out. */
  readonly fetch: (group: string, keys: readonly string[]) => Promise<Iterable<readonly [key: string, value: Value]>>
  /** Keys of one statement at most. */
  readonly most: number
}

/**
 * Single reads that are asked for in the same turn of the event loop leave in one statement. Those who wait for one round go on
 * together, so under load that is most of them.
 */
export class Gathering<Value> {
  readonly #options: GatheringOptions<Value>
  readonly #groups = new Map<string, Group<Value>>()

  constructor(options: GatheringOptions<Value>) {
    this.#options = options
  }

  /** The value, read after this call; `undefined` where there is none. */
  read(name: string, key: string): Promise<Value | undefined> {
    let group = this.#groups.get(name)
    if (group === undefined || group.asked.size >= this.#options.most) group = this.#open(name)
    let asked = group.asked.get(key)
    if (asked === undefined) {
      asked = Promise.withResolvers()
      group.asked.set(key, asked)
    }
    return asked.promise
  }

  #open(name: string): Group<Value> {
    const group: Group<Value> = { asked: new Map() }
    this.#groups.set(name, group)
    // After all that goes on by itself now: promises come before it.
    process.nextTick(() => {
      if (this.#groups.get(name) === group) this.#groups.delete(name)
      void this.#send(name, group)
    })
    return group
  }

  async #send(name: string, { asked }: Group<Value>): Promise<void> {
    try {
      const found = new Map(await this.#options.fetch(name, [...asked.keys()]))
      for (const [key, { resolve }] of asked) resolve(found.get(key))
    } catch (error) {
      for (const { reject } of asked.values()) reject(error)
    }
  }
}
