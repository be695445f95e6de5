import type { Handle, Status } from '../core/index.ts'
import type { Statement } from './statement.ts'
import type { CachedUser } from './user-cache.ts'
import { selectedUser, type UserRow, userFromRow } from './user-rows.ts'

/** A user's row and beside it whether it is here, absent for who never was. */
export type ReadingRow = UserRow & {
  readonly presentStatus: Status | null
  readonly presentDefault: Status | null
  readonly presentLastSeenAt: Date | null
}

const reading = (condition: string) => `
  select ${selectedUser}, p.status as "presentStatus", p.status_default as "presentDefault",
    p.last_seen_at as "presentLastSeenAt"
  from users u left join user_presence p on p.tenant_id = u.tenant_id and p.user_id = u.id
  where u.tenant_id = $1 and ${condition}`
const byId = reading('u.id = $2')
const byIds = reading('u.id = any($2)')
const byUid = reading('u.uid = $2')
const byEmail = reading('u.email = $2')
const byUsername = reading('u.username_key = $2')

export const readingsByIds = (tenantId: string, ids: readonly string[]): Statement => {
  const [only, ...more] = ids
  return only !== undefined && more.length === 0
    ? { name: 'reading-by-id', text: byId, values: [tenantId, only] }
    : { name: 'readings-by-ids', text: byIds, values: [tenantId, ids] }
}

export const readingBy = (tenantId: string, handle: Handle): Statement =>
  'uid' in handle
    ? { name: 'reading-by-uid', text: byUid, values: [tenantId, handle.uid] }
    : 'email' in handle
      ? { name: 'reading-by-email', text: byEmail, values: [tenantId, handle.email] }
      : { name: 'reading-by-username', text: byUsername, values: [tenantId, handle.username] }

export function readingFromRow(row: ReadingRow): CachedUser {
  const { presentStatus, presentDefault, presentLastSeenAt, ...user } = row
  return {
    tenantId: row.tenantId,
    user: userFromRow(user),
    presence:
      presentStatus === null
        ? null
        : { status: presentStatus, statusDefault: presentDefault, lastSeenAt: presentLastSeenAt },
  }
}
