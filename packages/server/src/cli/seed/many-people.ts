import type { Actor, User } from '../../core/index.ts'
import { settleUsers } from '../../store/bulk-users.ts'
import { CommandError, say, tell } from '../command.ts'
import { untilInterrupted } from '../interruption.ts'
import type { Session } from '../session.ts'
import { PeopleGenerator } from './generated-people.ts'
import { addedOrRefused, catalogueFor } from './load.ts'
import { startProgress, written } from './progress.ts'
import { sampleRoles, sampleTitles } from './sample-catalogue.ts'
import { defineSampleFields } from './sample-custom-fields.ts'

/** People in one transaction: well under a second each. */
const batchSize = 4000
/** Transactions at a time: while the database works on one, the people of the other are made. */
const atOnce = 2

/**
 * Loads the people number 1 to `count` of a seed. Those of an earlier run stay as they are, so a larger count adds the
 * rest. An interruption ends it after the batches under way.
 */
export async function seedPeople(session: Session, actor: Actor, count: number, seed: number): Promise<void> {
  const { directory } = session
  await addedOrRefused(
    directory.loadUsers(actor, {
      roles: Object.values(sampleRoles),
      jobTitles: Object.values(sampleTitles),
      users: [],
    }),
  )
  await defineSampleFields(session, actor)
  const generator = new PeopleGenerator(seed, await catalogueFor(session, actor))
  const progress = startProgress(count, 'people')
  const interruption = untilInterrupted()
  const began = performance.now()
  let [next, added] = [0, 0]
  const loadBatches = async () => {
    while (next < count && !interruption.aborted) {
      const first = next
      next = Math.min(count, first + batchSize)
      const users = people(generator, first, next)
      const fresh = await addedOrRefused(directory.loadUsers(actor, { users })).catch((error: unknown) => {
        next = count
        throw error
      })
      added += fresh
      progress.advance(users.length)
    }
  }
  try {
    await allSettled(Array.from({ length: atOnce }, loadBatches))
  } finally {
    progress.stop()
    interruption.release()
  }
  const seconds = (performance.now() - began) / 1000
  const rate = `People added: ${written(added)} in ${seconds.toFixed(1)} s, ${written(added / seconds)} a second`
  if (interruption.aborted) throw new CommandError(`Interrupted. ${rate}. Run it again to add the rest.`, 130)
  if (added > 0) {
    tell('Gathering statistics for the query planner')
    await settleUsers(session.database.connection)
  }
  const present = count - added
  say(added === 0 ? `These people are there already: all ${written(count)}. Nothing was changed.` : `${rate}.`)
  if (added > 0 && present > 0) say(`There already: ${written(present)}.`)
}

function people(generator: PeopleGenerator, from: number, to: number): User[] {
  return Array.from({ length: to - from }, (_, place) => generator.person(from + place))
}

/** Waits for all, then throws the first failure: nothing is under way when it returns. */
async function allSettled(running: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(running)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
