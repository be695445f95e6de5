import {
  type Actor,
  type Catalogue,
  type Condition,
  DirectoryError,
  fold,
  normaliseEmail,
  type SortKey,
} from '../../core/index.ts'
import { customFieldPath, type Reader, seesEverything } from './attributes.ts'
import { all, hasAddress, isAmong, isEverybody, nobody } from './conditions.ts'
import { RocketChatRefusal } from './errors.ts'
import { booleanOf, jsonObject, type Parameters, textOf } from './parameters.ts'
import { type Projection, parseFields } from './parse-fields.ts'
import { parsePage, type Slice } from './parse-page.ts'
import { parseQuery } from './parse-query.ts'
import { parseSort } from './parse-sort.ts'
import { invalidParams } from './refused-parameters.ts'

/**
 * What becomes of `query` and `fields`: understood, as releases up to 6.x do; passed over in silence, as 7.x and 8.x do;
 * refused, as 9.0 means to.
 */
export const queryModes = ['on', 'ignore', 'reject'] as const
export type QueryMode = (typeof queryModes)[number]

export interface UsersList extends Slice {
  /** Absent where nothing is filtered. */
  readonly where: Condition | undefined
  readonly order: readonly SortKey[]
  readonly projection: Projection
  /** Parameters that were sent and passed over because of the mode: worth a header of the answer. */
  readonly ignored: readonly ('query' | 'fields')[]
}

/**
 * The parameters of users.list: `count`, `offset`, `sort`, `query`, `fields`, and the newer `email`, `username`,
 * `customFields`, `includeCustomFields`; all that filter hold together. Other names are passed over.
 *
 * `ownEmail` is the caller's own address: who may not read addresses can find nobody else by one.
 *
 * Throws `RocketChatRefusal` for what can't be read; `forbidden` where `customFields` or `includeCustomFields` ask for what
 * the caller may not read; `invalid_pattern`.
 */
export function parseUsersList(
  parameters: Parameters,
  actor: Actor,
  catalogue: Catalogue,
  mode: QueryMode,
  ownEmail: string | null = null,
): UsersList {
  const reader = { actor, catalogue }
  const sent = { query: textOf(parameters.query), fields: textOf(parameters.fields) }
  const present = (['query', 'fields'] as const).filter((name) => sent[name] !== undefined)
  if (mode === 'reject' && present.length > 0) throw new RocketChatRefusal('query_rejected')
  const { query, fields } = mode === 'on' ? sent : {}
  const asked = parseFields(fields, reader)
  const where = all([
    parseQuery(query, asked, reader),
    ...emailFilter(parameters, reader, ownEmail),
    ...usernameFilter(parameters),
    ...customFieldFilters(parameters, reader),
  ])
  return {
    ...parsePage(parameters),
    where: isEverybody(where) ? undefined : where,
    order: parseSort(textOf(parameters.sort), reader),
    projection: withAllCustomFields(asked, booleanOf(parameters.includeCustomFields) ?? false, reader),
    ignored: mode === 'ignore' ? present : [],
  }
}

function emailFilter({ email }: Parameters, { actor }: Reader, ownEmail: string | null): Condition[] {
  if (email === undefined) return []
  const text = textOf(email)
  if (text === undefined) throw invalidParams('must NOT have fewer than 1 characters')
  const address = normaliseEmail(text)
  if (seesEverything({ actor })) {
    return [hasAddress, isAmong('email', [address])]
  }
  if (actor.userId === null || ownEmail === null || normaliseEmail(ownEmail) !== address) return [nobody]
  return [isAmong('id', [actor.userId])]
}

function usernameFilter({ username }: Parameters): Condition[] {
  const text = textOf(username)
  return text === undefined ? [] : [{ contains: fold(text), within: ['username'] }]
}

const mostCustomFields = 50

function customFieldFilters({ customFields }: Parameters, reader: Reader): Condition[] {
  const text = textOf(customFields)
  if (text === undefined) return []
  requireEverything(reader)
  const entries = Object.entries(jsonObject(text) ?? { '$not an object': null })
  const isFit = ([name, value]: readonly [string, unknown]) => name !== '' && !/[$.]/.test(name) && isText(value)
  if (entries.length > mostCustomFields || !entries.every(isFit)) {
    throw invalidParams('customFields must be a JSON object of names without $ and . and their values')
  }
  return entries.map(([name, value]) => ({
    at: customFieldPath(name),
    test: { op: 'in', values: [String(value)] },
  }))
}

const isText = (value: unknown): value is string => typeof value === 'string'

function withAllCustomFields(projection: Projection, asked: boolean, reader: Reader): Projection {
  if (!asked) return projection
  requireEverything(reader)
  return {
    attributes: new Set([...projection.attributes, 'customFields']),
    customFields: { rest: true, except: new Set() },
  }
}

function requireEverything(reader: Reader): void {
  if (!seesEverything(reader)) throw new DirectoryError('forbidden', { right: 'users.read-private' })
}
