import type { RelationField, RelationList } from '../core/index.ts'
import { mostTouches } from './touches.ts'
import type { Writing } from './transaction.ts'
import { mirrored, relationKind } from './user-rows.ts'

/** One user's entry in another's list. */
interface Entry {
  readonly userId: string
  readonly kind: string
  readonly otherId: string
}

/**
 * Replaces hierarchy lists of many users and the mirrors of them on the others, whose revisions move: what `relate` does to
 * one list. Throws `unknown_reference` where somebody in a list is gone.
 */
export async function relateUsers({ query, send, touches }: Writing, tenantId: string, lists: readonly RelationList[]) {
  const old = await query<{ user_id: string; kind: string; other_id: string }>({
    text: `
      delete from user_relations r using unnest($2::text[], $3::text[]) as l(user_id, kind)
      where r.tenant_id = $1 and r.user_id = l.user_id and r.kind = l.kind
      returning r.user_id, r.kind, r.other_id`,
    values: [tenantId, lists.map(({ userId }) => userId), lists.map(({ field }) => relationKind[field])],
  })
  const before = new Set(old.map((row) => nameOf({ userId: row.user_id, kind: row.kind, otherId: row.other_id })))
  const [come, won, kept] = [[] as Entry[], [] as Entry[], new Set<string>()]
  for (const { userId, field, ids } of lists) {
    for (const otherId of ids) {
      const entry = { userId, kind: relationKind[field], otherId }
      come.push(entry)
      if (before.has(nameOf(entry))) kept.add(nameOf(entry))
      else won.push(entry)
    }
  }
  const lost = old
    .map((row) => ({ userId: row.user_id, kind: row.kind, otherId: row.other_id }))
    .filter((entry) => !kept.has(nameOf(entry)))
  send({
    text: `
      delete from user_relations r using unnest($2::text[], $3::text[], $4::text[]) as l(user_id, kind, other_id)
      where r.tenant_id = $1 and r.user_id = l.user_id and r.kind = l.kind and r.other_id = l.other_id`,
    values: [tenantId, ...columnsOf(lost.map(mirrorOf))],
  })
  insert(send, tenantId, come)
  insert(send, tenantId, won.map(mirrorOf))
  const others = [...new Set([...lost, ...won].map(({ otherId }) => otherId))]
  if (others.length === 0) return
  send({
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

/** In their order. Both sides of a relation may be among the lists: it is written once. */
function insert(send: Writing['send'], tenantId: string, entries: readonly Entry[]): void {
  if (entries.length === 0) return
  send({
    text: `
      insert into user_relations (tenant_id, user_id, kind, other_id)
      select $1, n.user_id, n.kind, n.other_id
      from unnest($2::text[], $3::text[], $4::text[]) with ordinality as n(user_id, kind, other_id, place) order by n.place
      on conflict do nothing`,
    values: [tenantId, ...columnsOf(entries)],
  })
}

const nameOf = ({ userId, kind, otherId }: Entry): string => `${userId} ${kind} ${otherId}`

const mirrorKind = new Map(
  (Object.keys(mirrored) as RelationField[]).map((field) => [relationKind[field], relationKind[mirrored[field]]]),
)
const mirrorOf = ({ userId, kind, otherId }: Entry): Entry => ({
  userId: otherId,
  kind: mirrorKind.get(kind) ?? kind,
  otherId: userId,
})

const columnsOf = (entries: readonly Entry[]): [string[], string[], string[]] => [
  entries.map(({ userId }) => userId),
  entries.map(({ kind }) => kind),
  entries.map(({ otherId }) => otherId),
]
