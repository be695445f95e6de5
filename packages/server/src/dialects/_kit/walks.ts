import { LRUCache } from 'lru-cache'

/** One client going through the pages of one list. */
interface Walk {
  /** Ids in the order in which they were given. */
  readonly given: readonly string[]
  /** How many had been given before each page, the first being page 1. */
  readonly before: readonly number[]
}

/** Ids kept for all walks together: at about 40 bytes each, 20 MB. */
const mostIds = 500_000
/** A longer walk goes on by plain offsets: leaving out its ids would cost more than it is worth. */
const longestWalk = 20_000
/** A client that has not come back by then, in milliseconds, has ended its walk. */
const patience = 10 * 60_000

/**
 * Numbered pages that neither repeat nor pass by a user while users are created and changed: whoever goes through the
 * pages of one list in order is given on each page the first users that it has not been given on the pages before.
 *
 * Kept per process. Where a walk is not known here (another process answered, pages out of order), a page is the plain
 * slice at its offset.
 */
export class Walks {
  readonly #walks = new LRUCache<string, Walk>({
    maxSize: mostIds,
    sizeCalculation: ({ given }) => Math.max(given.length, 1),
    ttl: patience,
  })

  /** The ids to leave out of a page, or `null` for a plain slice. `list` names the caller and all parameters but the page. */
  givenBefore(list: string, page: number): readonly string[] | null {
    const walk = this.#walks.get(list)
    const count = walk?.before[page - 1]
    return walk === undefined || count === undefined || count === 0 || count > longestWalk
      ? null
      : walk.given.slice(0, count)
  }

  /** Notes what a page gave; page 1 begins a walk, asking for an earlier page again takes up from there. */
  note(list: string, page: number, ids: readonly string[]): void {
    const walk = this.#walks.get(list)
    const count = page === 1 ? 0 : walk?.before[page - 1]
    if (count === undefined || count > longestWalk) {
      this.#walks.delete(list)
      return
    }
    const given = [...(walk?.given.slice(0, count) ?? []), ...ids]
    this.#walks.set(list, { given, before: [...(walk?.before.slice(0, page - 1) ?? []), count, given.length] })
  }
}
