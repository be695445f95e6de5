import { normaliseEmail, parseSearch, type RelationField, type RowField, type UserFilter } from '../../core/index.ts'
import { parseInstant } from '../_kit/time.ts'
import { InvalidRequest } from '../_kit/validation.ts'
import { cotalkerPath } from './fields.ts'

/** How the values of a path are written: what else is sent for it is refused. */
type Kind = 'text' | 'email' | 'id' | 'boolean' | 'date'
/** Members of a filter that are found by an index; they know no absent value. */
type Indexed = 'ids' | 'emails' | 'bots' | 'jobs' | 'accessRoles' | 'properties'
interface Target {
  readonly field: RowField
  readonly kind: Kind
  readonly indexed?: Indexed
}

const targets: readonly Target[] = [
  { field: 'id', kind: 'id', indexed: 'ids' },
  { field: 'email', kind: 'email', indexed: 'emails' },
  { field: 'displayName', kind: 'text' },
  { field: 'givenNames', kind: 'text' },
  { field: 'familyName', kind: 'text' },
  { field: 'secondFamilyName', kind: 'text' },
  { field: 'jobTitle', kind: 'text' },
  { field: 'phone', kind: 'text' },
  { field: 'job', kind: 'id', indexed: 'jobs' },
  { field: 'botId', kind: 'id', indexed: 'bots' },
  { field: 'accessRoles', kind: 'id', indexed: 'accessRoles' },
  { field: 'properties', kind: 'id', indexed: 'properties' },
  { field: 'termsConditions', kind: 'boolean' },
  { field: 'readOnly', kind: 'boolean' },
  { field: 'createdAt', kind: 'date' },
  { field: 'modifiedAt', kind: 'date' },
]
/** Paths of a COTUser that can be compared, with what keeps them. */
const comparable: ReadonlyMap<string, Target> = new Map(
  targets.map((target) => [cotalkerPath[target.field] ?? '', target]),
)
/** Parameters of the list that clients send here as well, as other names of paths. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['id', '_id'],
  ['accessRole', 'accessRoles'],
  ['property', 'properties'],
])
const relations: ReadonlyMap<string, RelationField> = new Map([
  ['companies.hierarchy.boss', 'bosses'],
  ['companies.hierarchy.peers', 'peers'],
  ['companies.hierarchy.subordinate', 'subordinates'],
])
/** Members that hold objects: paths lead below them. */
const objects: ReadonlyMap<string, RowField> = new Map([
  ['extensions', 'extensions'],
  ['settings', 'settings'],
  ['avatar', 'avatar'],
])

/**
 * A query by example: dotted paths of a COTUser, all of which must equal their value, or one of the values of a list.
 * `null` stands for an absent value. Operators and whole objects as values are refused by name.
 */
export function parseFind(body: Readonly<Record<string, unknown>>, tenantId: string): UserFilter {
  let filter: UserFilter = {}
  for (const [name, value] of Object.entries(body)) {
    const next = conditionOf(name, scalarsOf(name, value), tenantId)
    filter = { ...filter, ...together(filter, next) }
  }
  return filter
}

/** Two conditions that share a member hold both: lists of conditions grow, a repeated indexed one becomes a comparison. */
function together(present: UserFilter, next: UserFilter): UserFilter {
  const equal = [...(present.equal ?? []), ...(next.equal ?? [])]
  const related = [...(present.related ?? []), ...(next.related ?? [])]
  const merged: UserFilter = {
    ...next,
    ...(equal.length > 0 && { equal }),
    ...(related.length > 0 && { related }),
  }
  for (const { field, indexed } of targets) {
    const values = indexed && next[indexed]
    if (indexed === undefined || values === undefined || present[indexed] === undefined) continue
    return { ...merged, [indexed]: present[indexed], equal: [...equal, { field, path: [], values }] }
  }
  return merged
}

/** What one member of the query asks for. */
function conditionOf(name: string, values: readonly unknown[], tenantId: string): UserFilter {
  const path = otherNames.get(name) ?? name
  const target = comparable.get(path)
  if (target !== undefined) return comparison(target, name, values)
  const [head = '', ...below] = path.split('.')
  const holder = objects.get(head)
  if (holder !== undefined && below.length > 0) return { equal: [{ field: holder, path: below, values }] }
  const relation = relations.get(name)
  if (relation !== undefined) return { related: [{ field: relation, ids: idsIn(name, values) }] }
  if (name === 'isActive') return activity(values)
  if (name === 'relatedUser') return { relatedTo: idsIn(name, values) }
  if (name === 'companies.companyId') return idsIn(name, values).includes(tenantId) ? {} : { ids: [] }
  if (name === 'search') return searched(values)
  throw new InvalidRequest(name, 'is no field of a user that can be compared')
}

function comparison(target: Target, name: string, values: readonly unknown[]): UserFilter {
  const { field, indexed } = target
  const read = values.map((value) => (value === null ? null : scalar(name, value, target.kind)))
  const texts = read.filter((value) => typeof value === 'string')
  if (indexed !== undefined && texts.length === read.length) return { [indexed]: texts }
  return { equal: [{ field, path: [], values: read }] }
}

/** The words of the list's parameter are taken as well. */
function activity(values: readonly unknown[]): UserFilter {
  const wanted = new Set(
    values.map((value) =>
      value === 'true' || value === 'false' ? value === 'true' : scalar('isActive', value, 'boolean'),
    ),
  )
  return wanted.size === 1 ? { active: wanted.has(true) } : {}
}

function searched(values: readonly unknown[]): UserFilter {
  const [text, ...more] = values
  if (typeof text !== 'string' || more.length > 0) throw new InvalidRequest('search', 'must be a text')
  const search = parseSearch(text)
  return search === null ? {} : { search }
}

const idsIn = (name: string, values: readonly unknown[]): string[] =>
  values.map((value) => String(scalar(name, value, 'id')))

function scalarsOf(name: string, value: unknown): unknown[] {
  const values = Array.isArray(value) ? value : [value]
  if (name.split('.').some((step) => step.startsWith('$'))) {
    throw new InvalidRequest(name, 'operators are not understood here')
  }
  if (values.length === 0) throw new InvalidRequest(name, 'must not be empty')
  if (values.some((one) => typeof one === 'object' && one !== null)) {
    throw new InvalidRequest(name, 'must be a value or a list of values; operators and objects are not understood here')
  }
  return values
}

const objectId = /^[0-9a-f]{24}$/i

function scalar(name: string, value: unknown, kind: Kind): string | boolean | Date {
  if (kind === 'boolean') {
    if (typeof value === 'boolean') return value
    throw new InvalidRequest(name, 'must be true or false')
  }
  if (typeof value !== 'string') throw new InvalidRequest(name, 'must be a text')
  if (kind === 'text') return value
  if (kind === 'email') return normaliseEmail(value)
  if (kind === 'date') {
    const date = parseInstant(value)
    if (date === null) throw new InvalidRequest(name, 'must be an ISO 8601 date')
    return date
  }
  if (!objectId.test(value)) throw new InvalidRequest(name, 'must be an ObjectId of 24 hexadecimal digits')
  return value.toLowerCase()
}
