import type { CometChatRefusal } from './refusal.ts'
import { badRequest } from './refusal.ts'
import type { UsersQuery } from './schemas-users.ts'
import { objectOf } from './validation.ts'

/** `append`: what changed after a second, the oldest change first; `prepend`: before it, the newest first. */
export type Affix = 'append' | 'prepend'

/** How far somebody knows what has changed: everything up to a moment, or one stretch of it up to an id. */
export interface Place {
  /** A moment of the database, as core names it. */
  readonly after: string
  /** With both of these the stretch up to `until` is being told, and goes on behind this id. */
  readonly until: string | null
  readonly fromId: string | null
  /** What the cursor says in seconds, for pages with nobody on them. */
  readonly updatedAt: number
}

/** What the cursor in a request asks for; `null` for none. */
export type CursorAsked = { readonly place: Place } | { readonly updatedAt: number; readonly affix: Affix } | null

/** As our own `next` where one is sent, else by seconds; the parts may come by themselves or as those of `cursor`. */
export function parseCursor(query: UsersQuery): CursorAsked {
  const whole = query.cursor === undefined ? {} : objectOf(query.cursor)
  if (whole === null) throw notValid('cursor')
  const next = query.next ?? query['cursor[next]'] ?? whole.next
  if (next !== undefined) return { place: readPlace(next) }
  const updatedAt = query.updatedAt ?? query['cursor[updatedAt]'] ?? whole.updatedAt
  if (updatedAt === undefined) return null
  if (!isSecond(updatedAt)) throw notValid('cursor')
  const affix = query.affix ?? query['cursor[affix]'] ?? whole.affix
  return { updatedAt, affix: String(affix).toLowerCase() === 'prepend' ? 'prepend' : 'append' }
}

/** The opaque text: JSON as base64url. */
export const nextText = ({ after, until, fromId, updatedAt }: Place): string =>
  Buffer.from(JSON.stringify([after, until, fromId, updatedAt])).toString('base64url')

function readPlace(next: unknown): Place {
  if (typeof next !== 'string' || !/^[A-Za-z0-9_-]+$/.test(next)) throw notValid('next')
  const [after, until, fromId, updatedAt, ...more] = listIn(Buffer.from(next, 'base64url').toString())
  const stands = (until === null && fromId === null) || (typeof until === 'string' && isId(fromId))
  if (typeof after !== 'string' || !isSecond(updatedAt) || !stands || more.length > 0) throw notValid('next')
  return typeof until === 'string' && isId(fromId)
    ? { after, until, fromId, updatedAt }
    : { after, until: null, fromId: null, updatedAt }
}

function listIn(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{24}$/.test(value)
const isSecond = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 253_402_300_799
const notValid = (name: 'cursor' | 'next'): CometChatRefusal => badRequest({ [name]: [`The ${name} is not valid.`] })
