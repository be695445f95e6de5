/** Chance that is the same everywhere: a stream of numbers that follows from a seed and a place alone. */
export class Random {
  #state = 0

  constructor(seed: number, place = 0) {
    this.reset(seed, place)
  }

  /** Begins the stream of another place, so that one object serves millions. */
  reset(seed: number, place: number): void {
    this.#state = scrambled(Math.imul(scrambled(seed + 1), 0x9e3779b1) ^ scrambled(place + 0x6d2b79f5))
  }

  /** From 0 to below 1, with 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    return (scrambled(this.#state) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0]
  }
}

/** Mixes the bits of 32 so that neighbours have nothing in common (the last step of MurmurHash3). */
export function scrambled(value: number): number {
  let bits = value | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
