import { DirectoryError, type RelationField } from '../core/index.ts'
import { mostTouches } from './touches.ts'
import type { Writing } from './transaction.ts'
import { mirrored, relationKind } from './user-rows.ts'

/**
 * Replaces one of a user's hierarchy lists and the mirror of it on the other users, whose replies show it: their
 * revisions move, their modification times don't. Throws `unknown_reference` for an id that is no user's.
 */
export async function relate(
  { query, touches }: Writing,
  tenantId: string,
  userId: string,
  field: RelationField,
  ids: readonly string[],
): Promise<void> {
  const [kind, mirror] = [relationKind[field], relationKind[mirrored[field]]]
  const [unknown] = await query<{ id: string }>({
    text: `
      select n.id from unnest($2::text[]) as n(id)
      where not exists (select from users u where u.tenant_id = $1 and u.id = n.id) limit 1`,
    values: [tenantId, ids],
  })
  if (unknown !== undefined) {
    throw new DirectoryError('unknown_reference', { field, reason: `No user has the id ${unknown.id}.` })
  }
  const old = await query<{ id: string }>({
    text: 'delete from user_relations where tenant_id = $1 and user_id = $2 and kind = $3 returning other_id as id',
    values: [tenantId, userId, kind],
  })
  const oldIds = old.map(({ id }) => id)
  const lost = oldIds.filter((id) => !ids.includes(id))
  const won = ids.filter((id) => !oldIds.includes(id))
  await query({
    text: `
      with gone as (
        delete from user_relations
        where tenant_id = $1 and user_id = any($4::text[]) and kind = $3 and other_id = $2
      )
      insert into user_relations (tenant_id, user_id, kind, other_id)
      select $1, $2, $5, n.id from unnest($6::text[]) with ordinality as n(id, place) order by n.place`,
    values: [tenantId, userId, mirror, lost, kind, ids],
  })
  await query({
    text: `
      insert into user_relations (tenant_id, user_id, kind, other_id)
      select $1, n.id, $3, $2 from unnest($4::text[]) as n(id)`,
    values: [tenantId, userId, mirror, won],
  })
  const others = [...lost, ...won]
  if (others.length === 0) return
  await query({
    text: `
      with locked as (
        select id from users where tenant_id = $1 and id = any($2::text[]) order by id for update
      )
      update users u set revision = revision + 1 from locked where u.tenant_id = $1 and u.id = locked.id`,
    values: [tenantId, others],
  })
  if (others.length > mostTouches) touches.add('tenant')
  else touches.users(others)
}
