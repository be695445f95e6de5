import { DirectoryError } from '../errors.ts'
import type { Status } from '../ports.ts'
import { settingsOf } from '../tenant-settings.ts'
import { authorizeEditing } from '../user-rules.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'
import { lockUser, updateUser } from './update-user.ts'

export interface SetPresence {
  readonly userId: string
  readonly status?: Status
  /** Empty clears it. */
  readonly statusText?: string
}

/** Says whether a user is here, and a word about it; what is set stays until it is set again or the user is deactivated. */
export const setPresence: Verb<SetPresence, null> = async (context, { userId, status, statusText }) => {
  const { actor, transact } = context
  authorizeEditing(actor, userId)
  if (actor.readOnly) throw new DirectoryError('forbidden')
  const { tenant } = await catalogueOf(context)
  if (status === 'offline' && !settingsOf(tenant).invisibility) {
    throw new DirectoryError('switched_off', { field: 'invisibility' })
  }
  if (statusText !== undefined) {
    await updateUser(context, { userId, changes: { statusText: statusText === '' ? null : statusText } })
  }
  if (status === undefined) return null
  return transact(async (tx, now) => {
    const user = await lockUser(tx, actor.tenantId, userId)
    if (!user.active) throw new DirectoryError('deactivated')
    await tx.presence.set(actor.tenantId, userId, { status, statusDefault: status }, now)
    return { result: null, events: [] }
  })
}
