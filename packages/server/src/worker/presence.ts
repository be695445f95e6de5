import { type Actor, type Clock, type Directory, DirectoryError, type Sighting } from '../core/index.ts'

export interface PresenceOptions {
  readonly directory: Pick<Directory, 'operator' | 'recordPresence' | 'fadePresence'>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** A user that goes on calling is written down this often, in milliseconds: half of what being here lasts. */
const rememberedFor = 60_000
/** Sightings of one statement at most. */
const largestBatch = 1000

/** Who is here: told by dialects, written down beside the requests. */
export interface PresenceKeeper {
  /** Notes that the actor's user is here; nothing for whoever is no user. */
  readonly seen: (actor: Pick<Actor, 'tenantId' | 'userId'>) => void
  /** Writes down who was seen since the last time; what fails waits for the next. */
  readonly flush: () => Promise<void>
  /** Takes offline who has not been seen for a while. */
  readonly sweep: () => Promise<void>
}

export function presenceKeeper({ directory, clock, onError }: PresenceOptions): PresenceKeeper {
  // In the order of the sightings, so that what is old stands first.
  const lastSeen = new Map<string, number>()
  const waiting = new Map<string, Sighting>()

  const reported = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (error) {
      // While the database is away every try fails, and the rounds tell of it already.
      if (!(error instanceof DirectoryError && error.code === 'unavailable')) onError(error)
      return false
    }
  }
  // Of no tenant in particular: people of all of them are written together.
  const server = directory.operator('')

  return {
    seen: ({ tenantId, userId }) => {
      if (userId === null) return
      const at = clock()
      const key = `${tenantId} ${userId}`
      const before = lastSeen.get(key)
      if (before !== undefined && at.getTime() - before < rememberedFor) return
      lastSeen.delete(key)
      lastSeen.set(key, at.getTime())
      waiting.set(key, { tenantId, userId, at })
    },

    flush: async () => {
      while (waiting.size > 0) {
        const batch = [...waiting].slice(0, largestBatch)
        const people = batch.map(([, sighting]) => sighting)
        if (!(await reported(() => directory.recordPresence(server, people)))) break
        // Whoever was seen again meanwhile goes on waiting.
        for (const [key, sighting] of batch) if (waiting.get(key) === sighting) waiting.delete(key)
      }
      const forgotten = clock().getTime() - rememberedFor
      for (const [key, at] of lastSeen) {
        if (at > forgotten) break
        lastSeen.delete(key)
      }
    },

    sweep: async () => {
      await reported(() => directory.fadePresence(server, null))
    },
  }
}

/** How often who was seen is written down, and who has gone is looked for, in milliseconds. */
export interface PresenceIntervals {
  readonly flush: number
  readonly sweep: number
}

/** Flushes and sweeps, never either twice at once. Gives its end, which writes down what is left. */
export function keepPresence(keeper: PresenceKeeper, every: PresenceIntervals): () => Promise<void> {
  const ends = [repeated(keeper.flush, every.flush), repeated(keeper.sweep, every.sweep)]
  return async () => {
    for (const end of ends) await end()
    await keeper.flush()
  }
}

function repeated(work: () => Promise<void>, every: number): () => Promise<void> {
  let working: Promise<void> | null = null
  const timer = setInterval(() => {
    working ??= work().finally(() => {
      working = null
    })
  }, every)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await working
  }
}
