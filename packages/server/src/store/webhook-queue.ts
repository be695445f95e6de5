import { randomUUID } from 'node:crypto'
import type { LeasedWebhook, Progress, ToldEvent, Webhook, WebhookAttempt, WebhookQueue } from '../core/index.ts'
import { toldTypes } from '../core/index.ts'
import type { Querying } from './lanes.ts'
import { webhookColumns } from './webhooks.ts'

export interface WebhookQueueOptions {
  /** Connections that no request waits for. */
  readonly querying: Querying
  /** Gives every visible event its position. */
  readonly sequence: () => Promise<unknown>
}

/** Positions looked at in one statement; of those that are told few, the others are passed by together. */
const [mostEvents, mostPassed] = [50, 2000]

const leaseText = `
  with next as (
    select s.tenant_id, s.id from webhook_subscriptions s
    where s.active and s.leased_until <= clock_timestamp() and (
      s.test_id is not null
      or (
        not s.paused and s.next_attempt_at <= $1 and (s.attempts = 0 or $2::boolean)
        and exists (select from event_positions p where p.tenant_id = s.tenant_id and p.position > s.cursor)
      )
    )
    order by s.leased_until, s.tenant_id, s.id limit 1
    for update skip locked
  )
  update webhook_subscriptions s
  set lease = $3, leased_until = clock_timestamp() + $4 * interval '1 millisecond'
  from next where s.tenant_id = next.tenant_id and s.id = next.id
  returning ${webhookColumns}, s.cursor::text, s.attempts, s.test_id as "testId",
    nullif(s.next_attempt_at, '-infinity') as "nextAttemptAt"`

/**
 * The positions after a cursor, at most so many; of events that are told, with the event. Erased people's events stand with
 * nothing in them.
 */
const eventsText = `
  with place as (
    select since from webhook_subscriptions where tenant_id = $1 and id = $5
  ), next as (
    select position, event_id from event_positions where tenant_id = $1 and position > $2 order by position limit ${mostPassed}
  ), told as (
    select n.position, e.* from next n
    join events e on e.tenant_id = $1 and e.id = n.event_id
    cross join place
    where e.type = any($3::text[]) and (place.since is null or not pg_visible_in_snapshot(e.xid, place.since))
    order by n.position limit $4
  )
  select (select coalesce(max(position), $2)::text from next) as "lastSeen", t.position::text, t.id::text, t.type, t.at,
    t.subject_id as "subjectId", t.actor_id as "actorId", t.credential_id as "credentialId", t.dialect,
    t.request_id as "requestId", t.changes, t.record
  from (select 1) one left join told t on true
  order by t.position`

type EventRow = { readonly [K in keyof ToldEvent]: ToldEvent[K] | null } & { readonly lastSeen: string }
const isEvent = (row: EventRow): row is EventRow & ToldEvent => row.position !== null

const untilText = (at: number) => `clock_timestamp() + $${at} * interval '1 millisecond'`
const held = 'tenant_id = $1 and id = $2 and lease = $3'

/** Where deliveries wait. Every statement goes by keys and is short; nothing is held between two of them but the lease. */
export const webhookQueue = ({ querying, sequence }: WebhookQueueOptions): WebhookQueue => ({
  hasActive: async () => {
    const rows = await querying.query({
      text: 'select from webhook_subscriptions where active and (not paused or test_id is not null) limit 1',
      values: [],
    })
    return rows.length > 0
  },

  sequence: async () => {
    await sequence()
  },

  lease: async (now, { failing, milliseconds }) => {
    const lease = randomUUID()
    const [row] = await querying.query<Webhook & Omit<LeasedWebhook, 'webhook' | 'lease'>>({
      text: leaseText,
      values: [now, failing, lease, milliseconds],
    })
    if (row === undefined) return null
    const { cursor, attempts, testId, nextAttemptAt, ...webhook } = row
    return { webhook, lease, cursor, attempts, testId, nextAttemptAt }
  },

  eventsFor: async ({ webhook }, cursor) => {
    const types = webhook.types === null ? toldTypes : webhook.types.filter((type) => toldTypes.includes(type))
    const rows = await querying.query<EventRow>({
      text: eventsText,
      values: [webhook.tenantId, cursor, types, mostEvents, webhook.id],
    })
    const events = rows.filter(isEvent)
    // A full page may have others behind its last one.
    const upTo = events.length === mostEvents ? events.at(-1)?.position : rows[0]?.lastSeen
    return { events: events.map(({ lastSeen: _lastSeen, ...event }) => event), upTo: upTo ?? cursor }
  },

  renew: async ({ webhook, lease }, milliseconds) => {
    const [row] = await querying.query<{ version: number }>({
      text: `update webhook_subscriptions set leased_until = ${untilText(4)} where ${held} returning version`,
      values: [webhook.tenantId, webhook.id, lease, milliseconds],
    })
    return row?.version === webhook.version
  },

  record: async (leased, attempt, progress, milliseconds) => {
    const [row] = await querying.query<{ version: number }>({
      text: `
        with moved as (
          update webhook_subscriptions set leased_until = ${untilText(4)},
            cursor = case when cursor = $22::bigint then $6::bigint else cursor end,
            attempts = case when cursor = $22::bigint then $7::int else attempts end,
            next_attempt_at = case when version = $5::int then coalesce($8::timestamptz, '-infinity') else next_attempt_at end,
            paused = paused or ($9::text is not null and version = $5::int),
            pause_reason = case when version = $5::int then coalesce($9::text, pause_reason) else pause_reason end,
            test_id = nullif(test_id, $10::text)
          where ${held}
          returning version
        ), written as (
          insert into webhook_attempts (
            tenant_id, webhook_id, message_id, id, event_id, position, type, attempt, at, duration_ms, outcome, status,
            response, error
          )
          select $1, $2, $10, $11, $12::bigint, $13::bigint, $14, $15::int, $16::timestamptz, $17::int, $18, $19::int, $20, $21::text from moved
        )
        select version from moved`,
      values: [...recordValues(leased, progress, milliseconds), ...attemptValues(attempt), progress.from],
    })
    return row?.version === leased.webhook.version
  },

  release: async ({ webhook, lease }, { from, cursor }) => {
    await querying.query({
      text: `
        update webhook_subscriptions set lease = null, leased_until = clock_timestamp(),
          cursor = case when cursor = $5 then $4 else cursor end,
          since = case when cursor <> $5 or version <> $6 or exists (
            select from event_positions p where p.tenant_id = $1 and p.position > $4
          ) then since end
        where ${held}`,
      values: [webhook.tenantId, webhook.id, lease, cursor, from, webhook.version],
    })
  },

  prune: async (newest, before) => {
    await querying.query({
      text: `
        delete from webhook_attempts a using (
          select s.tenant_id, s.id, coalesce((
            select o.seq from webhook_attempts o where o.tenant_id = s.tenant_id and o.webhook_id = s.id
            order by o.seq desc offset $1 limit 1
          ), 0) as last from webhook_subscriptions s
        ) w
        where a.tenant_id = w.tenant_id and a.webhook_id = w.id and (a.seq <= w.last or a.at < $2)`,
      values: [newest, before],
    })
  },

  lag: async (now) => {
    const [row] = await querying.query<{ seconds: number | null }>({
      text: `
        select max(extract(epoch from $1::timestamptz - e.at))::float8 as seconds
        from webhook_subscriptions s
        cross join lateral (
          select event_id from event_positions p where p.tenant_id = s.tenant_id and p.position > s.cursor
          order by p.position limit 1
        ) next
        join events e on e.tenant_id = s.tenant_id and e.id = next.event_id
        where s.active and not s.paused`,
      values: [now],
    })
    return Math.max(0, row?.seconds ?? 0)
  },

  oldestNeeded: async () => {
    const rows = await querying.query<{ tenantId: string; position: string }>({
      text: `
        select tenant_id as "tenantId", min(cursor)::text as position
        from webhook_subscriptions where active group by tenant_id`,
      values: [],
    })
    return new Map(rows.map(({ tenantId, position }) => [tenantId, position]))
  },
})

const recordValues = ({ webhook, lease }: LeasedWebhook, progress: Progress, milliseconds: number) => [
  webhook.tenantId,
  webhook.id,
  lease,
  milliseconds,
  webhook.version,
  progress.cursor,
  progress.attempts,
  progress.nextAttemptAt,
  progress.pause ?? null,
]

const attemptValues = (attempt: WebhookAttempt) => [
  attempt.messageId,
  attempt.id,
  attempt.eventId,
  attempt.position,
  attempt.type,
  attempt.attempt,
  attempt.at,
  attempt.duration,
  attempt.outcome,
  attempt.status,
  attempt.response,
  attempt.error,
]
