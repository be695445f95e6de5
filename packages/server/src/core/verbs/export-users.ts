import { importRow } from '../import-row.ts'
import { authorize } from '../policy.ts'
import { relationFields } from '../user.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/** A user as `importUsers` takes it. */
export type ExportedRow = Readonly<Record<string, unknown>>

/**
 * Everybody as rows that `importUsers` takes, in batches of one state of the directory, oldest first: bosses mostly come
 * before those who name them. Needs `users.read-private`.
 */
export const exportUsers: Verb<null, AsyncIterable<readonly ExportedRow[]>> = async (context) => {
  authorize(context.actor, 'users.read-private')
  return rowsOf(context)
}

async function* rowsOf(context: VerbContext): AsyncIterable<readonly ExportedRow[]> {
  const { actor, reads } = context
  const catalogue = await catalogueOf(context)
  const order = [{ field: 'createdAt', path: [], direction: 'asc' }] as const
  const batches = reads.everyUser(actor.tenantId, { filter: {}, order, offset: 0 }, actor.userId ?? '-')
  for await (const { users } of batches) {
    const others = new Set(users.flatMap((user) => relationFields.flatMap((field) => user[field])))
    const uids = others.size === 0 ? new Map<string, string>() : await reads.uidsOf(actor.tenantId, [...others])
    yield users.map((user) => importRow(user, catalogue, uids))
  }
}
