import { type Static, Type } from 'typebox'
import type { ToldEvent, WebhookFormat } from '../../core/index.ts'

/** In milliseconds: the first wait, which doubles with each attempt, and the longest. */
const [firstWait, longestWait] = [5000, 3_600_000]

/** What Rollcall's own webhooks bring: an event as the audit log has it. */
export const WebhookBody = Type.Object(
  {
    id: Type.String({ description: 'Of the event' }),
    position: Type.String({ description: 'Its place in the order of all events' }),
    type: Type.String(),
    at: Type.String({ description: 'ISO 8601 in UTC' }),
    tenant: Type.String(),
    subject: Type.String({ description: 'Whom or what it is about' }),
    actor: Type.Object({
      user: Type.Union([Type.String(), Type.Null()]),
      credential: Type.Union([Type.String(), Type.Null()]),
      dialect: Type.String(),
      requestId: Type.String(),
    }),
    changes: Type.Unsafe<NonNullable<ToldEvent['changes']>>({
      type: 'object',
      additionalProperties: { type: 'object', properties: { before: {}, after: {} } },
      description: 'The fields that changed; secrets are told as changed, never as values',
    }),
    record: Type.Unsafe<unknown>({ description: 'The whole record after the change; null when none is left' }),
  },
  { $id: 'WebhookBody' },
)
export type WebhookBody = Static<typeof WebhookBody>

/** Rollcall's own deliveries: tried again at growing distances until the event is too old, in milliseconds. */
export const neutralWebhooks = ({ maxAge }: { readonly maxAge: number }): WebhookFormat => ({
  body: (event, { tenantId }) => {
    const body: WebhookBody = {
      id: event.id,
      position: event.position,
      type: event.type,
      at: event.at.toISOString(),
      tenant: tenantId,
      subject: event.subjectId,
      actor: {
        user: event.actorId,
        credential: event.credentialId,
        dialect: event.dialect,
        requestId: event.requestId,
      },
      changes: event.changes ?? {},
      record: event.record,
    }
    return JSON.stringify(body)
  },
  testBody: ({ tenantId, id }, at) =>
    JSON.stringify({ type: 'webhook.test', at: at.toISOString(), tenant: tenantId, subject: id }),
  accepts: (status) => status >= 200 && status < 300,
  refusesForGood: (status) => status === 410,
  redirects: 3,
  retryAfter: (attempts, age, random) => {
    if (age >= maxAge) return null
    // A fifth more or less: receivers that were away together are not all asked again together.
    return Math.min(longestWait, firstWait * 2 ** (attempts - 1)) * (0.8 + 0.4 * random)
  },
})
