import type { Tx, Webhook, WebhookAttempt, WebhookReading, WebhookReads } from '../core/index.ts'
import type { Querying } from './lanes.ts'
import type { Writing } from './transaction.ts'

export const webhookColumns = `
  s.id, s.tenant_id as "tenantId", s.dialect, s.code, s.name, s.description, s.url, s.types, s.details, s.active, s.paused,
  s.pause_reason as "pauseReason", s.secret, s.previous_secret as "previousSecret", s.previous_until as "previousUntil",
  s.version, s.created_at as "createdAt", s.modified_at as "modifiedAt"`

/** `next_attempt_at` of one that nothing holds up is before all time. */
const progressColumns = `
  s.cursor::text, s.attempts, nullif(s.next_attempt_at, '-infinity') as "nextAttemptAt"`

type ReadingRow = Webhook & Omit<WebhookReading, 'webhook'>
const readingOf = ({ cursor, attempts, nextAttemptAt, ...webhook }: ReadingRow): WebhookReading => ({
  webhook,
  cursor,
  attempts,
  nextAttemptAt,
})

/** Behind the last event of the tenant that has a position; which of the others are new, `since` tells. */
const lastPosition = '(select coalesce(max(position), 0) from event_positions where tenant_id = $1)'

export const webhookReads = (querying: Querying): WebhookReads => ({
  webhooks: async (tenantId, { dialect }) => {
    const rows = await querying.query<ReadingRow>({
      text: `
        select ${webhookColumns}, ${progressColumns} from webhook_subscriptions s
        where s.tenant_id = $1 and ($2::text is null or s.dialect = $2) order by s.created_at, s.id`,
      values: [tenantId, dialect ?? null],
    })
    return rows.map(readingOf)
  },

  webhook: async (tenantId, id) => {
    const [row] = await querying.query<ReadingRow>({
      text: `select ${webhookColumns}, ${progressColumns} from webhook_subscriptions s where s.tenant_id = $1 and s.id = $2`,
      values: [tenantId, id],
    })
    return row === undefined ? null : readingOf(row)
  },

  webhookAttempts: (tenantId, id, { before, limit }) =>
    querying.query<WebhookAttempt>({
      text: `
        select id, message_id as "messageId", event_id::text as "eventId", position::text, type, attempt, at,
          duration_ms as duration, outcome, status, response, error
        from webhook_attempts
        where tenant_id = $1 and webhook_id = $2 and ($3::text is null or seq < (
          select seq from webhook_attempts where tenant_id = $1 and webhook_id = $2 and id = $3
        ))
        order by seq desc limit $4`,
      values: [tenantId, id, before, limit],
    }),
})

const valuesOf = (webhook: Webhook) => [
  webhook.tenantId,
  webhook.id,
  webhook.name,
  webhook.description,
  webhook.url,
  webhook.types,
  JSON.stringify(webhook.details),
  webhook.active,
  webhook.paused,
  webhook.pauseReason,
  webhook.secret,
  webhook.previousSecret,
  webhook.previousUntil,
  webhook.version,
  webhook.modifiedAt,
]

export const txWebhooks = ({ query, send }: Writing): Tx['webhooks'] => ({
  insert: async (webhook) => {
    await query({
      text: `
        insert into webhook_subscriptions (
          tenant_id, id, name, description, url, types, details, active, paused, pause_reason, secret, previous_secret,
          previous_until, version, modified_at, created_at, dialect, code, cursor
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, ${lastPosition})`,
      values: [...valuesOf(webhook), webhook.createdAt, webhook.dialect, webhook.code],
    })
  },

  lock: async (tenantId, id) => {
    const [webhook] = await query<Webhook>({
      text: `select ${webhookColumns} from webhook_subscriptions s where s.tenant_id = $1 and s.id = $2 for update`,
      values: [tenantId, id],
    })
    return webhook ?? null
  },

  // Whoever is asked to go on, or to go somewhere else, is tried at once.
  update: async (webhook) => {
    await query({
      text: `
        update webhook_subscriptions set name = $3, description = $4, url = $5, types = $6, details = $7, active = $8,
          paused = $9, pause_reason = $10, secret = $11, previous_secret = $12, previous_until = $13, version = $14,
          modified_at = $15, next_attempt_at = '-infinity'
        where tenant_id = $1 and id = $2`,
      values: valuesOf(webhook),
    })
  },

  delete: async (tenantId, id) => {
    send({ text: 'delete from webhook_subscriptions where tenant_id = $1 and id = $2', values: [tenantId, id] })
  },

  count: async (tenantId) => {
    const [row] = await query<{ n: number }>({
      text: 'select count(*)::int as n from webhook_subscriptions where tenant_id = $1',
      values: [tenantId],
    })
    return row?.n ?? 0
  },

  moveTo: async (tenantId, id, position) => {
    send({
      text: `
        update webhook_subscriptions
        set cursor = least(coalesce($3::bigint, ${lastPosition}), ${lastPosition}), attempts = 0,
          since = case when $3::bigint is null then pg_current_snapshot() end, next_attempt_at = '-infinity'
        where tenant_id = $1 and id = $2`,
      values: [tenantId, id, position],
    })
  },

  askTest: async (tenantId, id, testId) => {
    send({
      text: 'update webhook_subscriptions set test_id = $3 where tenant_id = $1 and id = $2',
      values: [tenantId, id, testId],
    })
  },
})
