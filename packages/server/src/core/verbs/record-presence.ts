import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'

/** Milliseconds after which somebody who was seen, and chose no status, counts as gone. */
export const presenceLasts = 120_000

export interface Sighting {
  readonly tenantId: string
  readonly userId: string
  readonly at: Date
}

/** Notes who was seen, of any tenant. For the server itself. */
export const recordPresence: Verb<readonly Sighting[], null> = async ({ actor, transact }, people) => {
  authorize(actor, 'settings.edit')
  return transact(async (tx) => {
    await tx.presence.seen(people)
    return { result: null, events: [] }
  })
}

/** Takes offline whoever has not been seen for two minutes and chose no status. For the server itself. */
export const fadePresence: Verb<null, null> = async ({ actor, transact }) => {
  authorize(actor, 'settings.edit')
  return transact(async (tx, now) => {
    await tx.presence.fade(new Date(now.getTime() - presenceLasts), now)
    return { result: null, events: [] }
  })
}
