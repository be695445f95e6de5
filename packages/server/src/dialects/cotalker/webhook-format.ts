import { type EventType, toldUser, type User, type WebhookFormat } from '../../core/index.ts'
import { presentRecord } from './presenter.ts'

/** What a change of the directory is to Cotalker; types that are not here it is not told of. */
const words: { readonly [T in EventType]?: 'create' | 'edit' | 'delete' | 'logout' } = {
  'user.created': 'create',
  'user.updated': 'edit',
  'user.reactivated': 'edit',
  // One event, not also an edit.
  'user.deactivated': 'delete',
  'user.deleted': 'delete',
  'user.logged-out': 'logout',
}

export type Trigger = (typeof triggers)[number]
export const triggers = [
  'create-edit-delete-user',
  'create-edit-delete-task',
  'create-edit-delete-survey',
  'create-edit-delete-property',
  'create-edit-delete-note',
  'logout-user',
] as const

export interface Context {
  readonly survey: string
  readonly group: string
  readonly taskGroup: string
}

/** The events that a trigger tells of: none, where it is of things that Rollcall has not, or asks for a context no user has. */
export function typesOf(trigger: Trigger, context: Context): EventType[] {
  if (Object.values(context).some((value) => value !== '')) return []
  if (trigger === 'logout-user') return ['user.logged-out']
  if (trigger !== 'create-edit-delete-user') return []
  return ['user.created', 'user.updated', 'user.reactivated', 'user.deactivated', 'user.deleted']
}

/** In milliseconds. */
const betweenAttempts = 30_000
const mostAttempts = 3

/** Cotalker's deliveries: COTEvents, three attempts, 30 seconds apart. */
export const webhookFormat: WebhookFormat = {
  body: (event, { tenantId }, catalogue) => {
    const shared = { company: tenantId, event: words[event.type] ?? 'edit', createdAt: event.at.toISOString() }
    if (event.type === 'user.logged-out') {
      const extraData = { userId: event.subjectId, timestamp: event.at.getTime() }
      return JSON.stringify({ ...shared, type: 'Auth', data: null, diff: {}, extraData })
    }
    const told = toldUser(event)
    const shown = (user: User): unknown => presentRecord(user, catalogue)
    return JSON.stringify({
      ...shared,
      type: 'COTUser',
      // Of a person who has been erased since, only the id is left.
      data: told === null ? { _id: event.subjectId } : shown(told.after),
      diff: told === null || told.before === null ? {} : differences(shown(told.before), shown(told.after)),
      extraData: null,
    })
  },
  testBody: ({ tenantId }, at) =>
    JSON.stringify({
      company: tenantId,
      event: 'test',
      createdAt: at.toISOString(),
      type: 'COTWebhook',
      data: null,
      diff: {},
      extraData: null,
    }),
  accepts: (status) => status >= 200 && status <= 209,
  refusesForGood: () => false,
  redirects: 0,
  retryAfter: (attempts) => (attempts < mostAttempts ? betweenAttempts : null),
}

type Differences = Record<string, { readonly previous: unknown; readonly changedTo: unknown }>

/** By JSON Pointer; lists are compared and told whole. What was or is not there is `null`. */
function differences(before: unknown, after: unknown, path = ''): Differences {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return Object.assign({}, ...[...keys].map((key) => differences(before[key], after[key], `${path}/${escaped(key)}`)))
  }
  // A user is of one company.
  if (path === '/companies' && Array.isArray(before) && Array.isArray(after)) {
    return differences(before[0], after[0], `${path}/0`)
  }
  const [previous, changedTo] = [before ?? null, after ?? null]
  return JSON.stringify(previous) === JSON.stringify(changedTo) ? {} : { [path]: { previous, changedTo } }
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
