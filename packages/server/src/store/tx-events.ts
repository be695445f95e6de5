import type { Actor, DirectoryEvent, Tx } from '../core/index.ts'
import { copyValue, inChunks } from './copy-text.ts'
import type { Writing } from './transaction.ts'

/** What an event row says of who acted. */
export const actorColumns = (actor: Actor) => [
  actor.userId,
  actor.credentialId,
  actor.dialect,
  actor.requestId,
  actor.address,
]

const appendText = `
  insert into events (
    tenant_id, at, actor_id, credential_id, dialect, request_id, address, type, subject_id, changes, record, touches
  )
  select $1, $2, $3, $4, $5, $6, $7, e.type, e.subject_id, e.changes::json, e.record::json,
         case when e.place = 1 then $12::text[] else '{}' end
  from unnest($8::text[], $9::text[], $10::text[], $11::text[]) with ordinality as e(type, subject_id, changes, record, place)`

const copyText = `
  copy events (
    tenant_id, at, actor_id, credential_id, dialect, request_id, address, touches, type, subject_id, changes, record
  ) from stdin`
/** From this many events on they are copied. */
const many = 100

const dateFields = ['createdAt', 'modifiedAt', 'deactivatedAt', 'passwordModifiedAt', 'lastLoginAt']
/** JSON.stringify takes twice as long over a record that has dates in it (12 µs, not 6): they are made texts before. */
function jsonOf(record: object): string {
  const texts: Record<string, unknown> = { ...record }
  for (const field of dateFields) {
    const value = texts[field]
    if (value instanceof Date) texts[field] = value.toISOString()
  }
  return JSON.stringify(texts)
}

function* eventRows(actor: Actor, at: Date, events: readonly DirectoryEvent[], touches: readonly string[]) {
  const shared = [actor.tenantId, at, ...actorColumns(actor)].map(copyValue).join('\t')
  let touched = copyValue(touches)
  for (const { type, subjectId, changes, record } of events) {
    const values = [type, subjectId, JSON.stringify(changes), record === null ? null : jsonOf(record)]
    yield `${shared}\t${touched}\t${values.map(copyValue).join('\t')}\n`
    touched = '{}'
  }
}

export const txEvents = ({ send, copy, touches }: Writing): Tx['events'] => ({
  append: async (actor: Actor, at: Date, events: readonly DirectoryEvent[]) => {
    if (events.length === 0) return
    if (events.length >= many) return copy(copyText, inChunks(eventRows(actor, at, events, touches.take())))
    send({
      name: 'append-events',
      text: appendText,
      values: [
        actor.tenantId,
        at,
        ...actorColumns(actor),
        events.map(({ type }) => type),
        events.map(({ subjectId }) => subjectId),
        events.map(({ changes }) => JSON.stringify(changes)),
        events.map(({ record }) => JSON.stringify(record)),
        touches.take(),
      ],
    })
  },
  blank: async (tenantId, subjectId) => {
    send({
      text: 'update events set changes = null, record = null, address = null where tenant_id = $1 and subject_id = $2',
      values: [tenantId, subjectId],
    })
  },
})
