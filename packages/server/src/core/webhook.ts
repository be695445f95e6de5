import { DirectoryError } from './errors.ts'
import { type DirectoryEvent, type EventType, eventTypes, masked } from './events.ts'
import { type Actor, authorize } from './policy.ts'
import { requireLength } from './role-rules.ts'
import { requireRoom, requireStorable } from './validate.ts'

/** What somebody outside wants to be told of, and where. Its deliveries keep the order of the events. */
export interface Webhook {
  readonly id: string
  readonly tenantId: string
  /** Whose API made it: its deliveries speak that platform's words. */
  readonly dialect: string
  /** Immutable, unique in its tenant. */
  readonly code: string
  readonly name: string
  readonly description: string
  /** May hold credentials: never for logs or events, see `shownUrl`. */
  readonly url: string
  /** `null`: every type there is. */
  readonly types: readonly EventType[] | null
  /** Facts that platforms keep of it; the directory only stores them. */
  readonly details: Readonly<Record<string, unknown>>
  /** An inactive one passes events by. */
  readonly active: boolean
  /** A paused one keeps them waiting. */
  readonly paused: boolean
  /** Why it was paused by itself; `null` when somebody did. */
  readonly pauseReason: string | null
  /** Signing secrets in the form `whsec_…`, sealed. */
  readonly secret: string
  /** Signs as well until that moment. */
  readonly previousSecret: string | null
  readonly previousUntil: Date | null
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date
}

/** One with how far it has come. */
export interface WebhookReading {
  readonly webhook: Webhook
  /** All events up to this position have been told, or given up. */
  readonly cursor: string
  /** Of the event that comes next. */
  readonly attempts: number
  /** When another may be made; `null` when nothing holds it up. */
  readonly nextAttemptAt: Date | null
}

export const attemptOutcomes = ['delivered', 'failed', 'given-up'] as const
export type AttemptOutcome = (typeof attemptOutcomes)[number]

/** One attempt to deliver one message. */
export interface WebhookAttempt {
  readonly id: string
  readonly messageId: string
  /** `null` for a test. */
  readonly eventId: string | null
  readonly position: string | null
  readonly type: string
  /** Counts from 1 for each message. */
  readonly attempt: number
  readonly at: Date
  /** In milliseconds. */
  readonly duration: number
  readonly outcome: AttemptOutcome
  /** `null` when no answer came. */
  readonly status: number | null
  /** The beginning of the answer, 4096 bytes at most. */
  readonly response: string
  /** Why it failed, in words; holds nothing of the URL but its host. */
  readonly error: string | null
}

/** An event as a delivery tells it. */
export interface ToldEvent {
  readonly id: string
  readonly position: string
  readonly type: EventType
  readonly at: Date
  readonly subjectId: string
  readonly actorId: string | null
  readonly credentialId: string | null
  readonly dialect: string
  readonly requestId: string
  /** As it was written, dates as ISO 8601; `null` once its person was erased, or where nothing is left. */
  readonly changes: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>> | null
  readonly record: unknown
}

/** Which addresses deliveries may go to; also what is literally written is looked at when it is given. */
export interface DeliveryTargets {
  /** Why this URL can not be a target, in words that begin with a verb; `null` when nothing speaks against it. */
  problemOf(url: string): string | null
}

/** Types that nobody is told of: a delivery about deliveries would have no end. */
const untold: ReadonlySet<string> = new Set(['webhook.created', 'webhook.updated', 'webhook.deleted'])
export const toldTypes: readonly EventType[] = eventTypes.filter((type) => !untold.has(type))

/** Without user, password and query, which may hold credentials. */
export function shownUrl(url: string): string {
  const [, shown = ''] = /^([a-z]+:\/\/(?:[^/?#@]*@)?[^?#]*)/i.exec(url) ?? []
  return shown.replace(/\/\/[^/@]*@/, '//')
}

const recordOf = ({ url, secret: _secret, previousSecret: _previous, ...webhook }: Webhook) => ({
  ...webhook,
  url: shownUrl(url),
})
export type WebhookRecord = ReturnType<typeof recordOf>

const toldFields = ['code', 'name', 'description', 'types', 'details', 'active', 'paused'] as const

/** Secrets are told as having changed; so is the hidden part of a URL. */
export function webhookEvent(type: EventType, before: Webhook | null, after: Webhook): DirectoryEvent {
  const changes: Record<string, { before: unknown; after: unknown }> = {}
  for (const field of toldFields) {
    const change = { before: before?.[field] ?? null, after: after[field] }
    if (JSON.stringify(change.before) !== JSON.stringify(change.after)) changes[field] = change
  }
  if (before?.url !== after.url) {
    const [old, now] = [before === null ? null : shownUrl(before.url), shownUrl(after.url)]
    changes.url = old === now ? { before: masked, after: masked } : { before: old, after: now }
  }
  if (before?.secret !== after.secret) changes.secret = { before: before === null ? null : masked, after: masked }
  return { type, subjectId: after.id, changes, record: type === 'webhook.deleted' ? null : recordOf(after) }
}

/** Who keeps webhooks is told private values by them: it takes the right to read those as well. */
export function authorizeWebhooks(actor: Actor, right: 'webhooks.read' | 'webhooks.edit'): void {
  authorize(actor, right)
  authorize(actor, 'users.read-private')
}

/** A URL's credentials are for those alone who may set it. */
export const seenBy = (actor: Actor, { webhook, ...progress }: WebhookReading): WebhookReading => ({
  ...progress,
  webhook: actor.capabilities.has('webhooks.edit') ? webhook : { ...webhook, url: shownUrl(webhook.url) },
})

const codeForm = /^[a-z0-9_]{1,100}$/

/** Throws `invalid_input` naming the first member that no webhook may have. */
export function validateWebhook(
  targets: DeliveryTargets,
  webhook: Partial<Pick<Webhook, 'code' | 'name' | 'description' | 'url' | 'types' | 'details'>>,
): void {
  const { code, name, description, url, types, details } = webhook
  for (const [field, value] of Object.entries(webhook)) requireStorable(value, field)
  if (code !== undefined && !codeForm.test(code)) {
    throw new DirectoryError('invalid_input', { field: 'code', reason: 'must be 1 to 100 of a-z 0-9 _' })
  }
  requireLength('name', name, 1, 200)
  requireLength('description', description, 0, 2000)
  requireLength('url', url, 1, 2000)
  const problem = url === undefined ? null : targets.problemOf(url)
  if (problem !== null) throw new DirectoryError('invalid_input', { field: 'url', reason: problem })
  const unknown = types?.find((type) => !toldTypes.includes(type))
  if (unknown !== undefined) {
    throw new DirectoryError('invalid_input', { field: 'types', reason: `must be some of ${toldTypes.join(', ')}` })
  }
  if (details !== undefined) requireRoom({ settings: details })
}

export const noSuchWebhook = (id: string) =>
  new DirectoryError('not_found', { field: 'id', reason: `No webhook has the id ${id}.` })
