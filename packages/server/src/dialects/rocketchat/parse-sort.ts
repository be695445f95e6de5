import { type ConditionField, type Direction, mayRead, type SortKey } from '../../core/index.ts'
import { customFieldPath, isHidden, type Reader, stepsOf } from './attributes.ts'
import { jsonObject } from './parameters.ts'
import { notParsed } from './refused-parameters.ts'

const mostKeys = 10

/** What users can be ordered by, as core names it. Names are ordered in lower case without accents. */
const sortable: ReadonlyMap<string, ConditionField> = new Map<string, ConditionField>([
  ['_id', 'id'],
  ['username', 'username'],
  ['name', 'foldedName'],
  ['nameInsensitive', 'foldedName'],
  ['nickname', 'nickname'],
  ['bio', 'bio'],
  ['type', 'kind'],
  ['active', 'active'],
  ['status', 'status'],
  ['statusText', 'statusText'],
  ['utcOffset', 'utcOffset'],
  ['emails', 'email'],
  ['emails.address', 'email'],
  ['createdAt', 'createdAt'],
  ['lastLogin', 'lastLoginAt'],
  ['_updatedAt', 'modifiedAt'],
])

export const byUsername: readonly SortKey[] = [{ field: 'username', path: [], direction: 'asc' }]

/**
 * The `sort` of a list: a JSON object of at most 10 names, the first first, with 1 or -1. A `status` adds `active` at the end
 * in its own direction. Names that can't be ordered by, or that the reader may not see, are passed over; what is left
 * without any is ordered by username.
 *
 * Throws `invalid_sort` for anything else.
 */
export function parseSort(raw: string | undefined, reader: Reader): readonly SortKey[] {
  if (raw === undefined) return byUsername
  const asked = jsonObject(raw)
  const entries = Object.entries(asked ?? {})
  const isOrder = entries.length <= mostKeys && entries.every(([, value]) => value === 1 || value === -1)
  if (asked === undefined || !isOrder) throw notParsed('sort', raw)

  const keys = entries.flatMap(([name, value]) => keysOf(name, value === 1 ? 'asc' : 'desc', reader))
  const status = keys.find(({ field }) => field === 'status')
  if (status !== undefined) keys.push({ ...status, field: 'active' })
  const distinct = keys.filter((key, at) => at === keys.findIndex((other) => isSame(key, other)))
  return distinct.length === 0 ? byUsername : distinct
}

function keysOf(name: string, direction: Direction, reader: Reader): SortKey[] {
  // No name of a custom field has that character, and no database takes it.
  if (isHidden(name, reader) || name.includes('\0')) return []
  const [head, below] = stepsOf(name)
  const isCustom = head === 'customFields' && below !== '' && !below.includes('.')
  const field = sortable.get(name)
  const at = isCustom ? customFieldPath(below) : field === undefined ? undefined : { field, path: [] }
  return at !== undefined && mayRead(reader.actor, at, reader.catalogue) ? [{ ...at, direction }] : []
}

const isSame = (one: SortKey, other: SortKey): boolean =>
  one.field === other.field && one.path.join('.') === other.path.join('.')
