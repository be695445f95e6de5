import { type FieldEquals, parseSearch, type RowField, type UserFilter } from '../../core/index.ts'
import { parseInstant } from '../_kit/time.ts'
import { InvalidRequest } from '../_kit/validation.ts'
import { cotalkerPath } from './fields.ts'

/** How the values of a path are written: what else is sent for it is refused. */
type Kind = 'text' | 'id' | 'boolean' | 'date'
interface Target {
  readonly field: RowField
  readonly kind: Kind
}

/** Paths of a COTUser that can be compared, with what keeps them. */
const comparable: Readonly<Record<string, Target>> = Object.fromEntries(
  (
    [
      ['id', 'id'],
      ['email', 'text'],
      ['displayName', 'text'],
      ['givenNames', 'text'],
      ['familyName', 'text'],
      ['secondFamilyName', 'text'],
      ['jobTitle', 'text'],
      ['phone', 'text'],
      ['job', 'id'],
      ['botId', 'id'],
      ['accessRoles', 'id'],
      ['properties', 'id'],
      ['keywords', 'text'],
      ['termsConditions', 'boolean'],
      ['readOnly', 'boolean'],
      ['createdAt', 'date'],
      ['modifiedAt', 'date'],
    ] as const
  ).map(([field, kind]) => [cotalkerPath[field], { field, kind }]),
)
/** Parameters of the list that clients send here as well, as other names of paths. */
const otherNames: Readonly<Record<string, string>> = {
  id: '_id',
  bot: 'bot',
  accessRole: 'accessRoles',
  property: 'properties',
}
const relations = {
  'companies.hierarchy.boss': 'bosses',
  'companies.hierarchy.peers': 'peers',
  'companies.hierarchy.subordinate': 'subordinates',
} as const

/**
 * A query by example: dotted paths of a COTUser, all of which must equal their value, or one of the values of a list.
 * Operators and whole objects as values are refused by name.
 */
export function parseFind(body: Readonly<Record<string, unknown>>, tenantId: string): UserFilter {
  const equal: FieldEquals[] = []
  let filter: UserFilter = {}
  for (const [name, value] of Object.entries(body)) {
    const path = Object.hasOwn(otherNames, name) ? (otherNames[name] ?? name) : name
    const values = scalarsOf(name, value)
    const target = Object.hasOwn(comparable, path) ? comparable[path] : undefined
    const [head = '', ...below] = path.split('.')
    if (target !== undefined)
      equal.push({ field: target.field, path: [], values: values.map((one) => read(name, one, target)) })
    else if ((head === 'extensions' || head === 'settings' || head === 'avatar') && below.length > 0) {
      equal.push({ field: head, path: below, values })
    } else filter = { ...filter, ...special(name, values, tenantId) }
  }
  return equal.length === 0 ? filter : { ...filter, equal }
}

/** What is no column: several conditions of one name come together in its list. */
function special(name: string, values: readonly unknown[], tenantId: string): UserFilter {
  const ids = () => values.map((value) => String(read(name, value, { kind: 'id' })))
  if (name === 'isActive') return activity(values)
  if (name === 'relatedUser') return { relatedTo: ids() }
  if (name === 'companies.companyId') return ids().includes(tenantId) ? {} : { ids: [] }
  if (Object.hasOwn(relations, name)) {
    const field = relations[name as keyof typeof relations]
    return { related: { field, ids: ids() } }
  }
  if (name === 'search' && values.length === 1 && typeof values[0] === 'string') {
    const search = parseSearch(values[0])
    return search === null ? {} : { search }
  }
  throw new InvalidRequest(name, 'is no field of a user that can be compared')
}

function activity(values: readonly unknown[]): UserFilter {
  const wanted = new Set(
    values.map((value) =>
      read('isActive', value === 'true' ? true : value === 'false' ? false : value, { kind: 'boolean' }),
    ),
  )
  return wanted.size === 1 ? { active: wanted.has(true) } : {}
}

function scalarsOf(name: string, value: unknown): unknown[] {
  const values = Array.isArray(value) ? value : [value]
  if (name.startsWith('$')) throw new InvalidRequest(name, 'operators are not understood here')
  if (values.length === 0) throw new InvalidRequest(name, 'must not be empty')
  if (values.some((one) => typeof one === 'object' && one !== null)) {
    throw new InvalidRequest(name, 'must be a value or a list of values; operators and objects are not understood here')
  }
  return values
}

const objectId = /^[0-9a-f]{24}$/i

function read(name: string, value: unknown, { kind }: Pick<Target, 'kind'>): unknown {
  if (value === null) return null
  if (kind === 'boolean') {
    if (typeof value === 'boolean') return value
    throw new InvalidRequest(name, 'must be true or false')
  }
  if (typeof value !== 'string') throw new InvalidRequest(name, 'must be a text')
  if (kind === 'text') return name === 'email' ? value.trim().toLowerCase() : value
  if (kind === 'date') {
    const date = parseInstant(value)
    if (date === null) throw new InvalidRequest(name, 'must be an ISO 8601 date')
    return date
  }
  if (!objectId.test(value)) throw new InvalidRequest(name, 'must be an ObjectId of 24 hexadecimal digits')
  return value.toLowerCase()
}
