import { type Condition, fold, type SortKey, type TextField } from '../../core/index.ts'
import { type Reader, seesEverything } from './attributes.ts'
import { all, everybody, isAmong, nobody } from './conditions.ts'
import { parseEjson } from './ejson.ts'
import { booleanOf, isObject, jsonObject, oneOf, type Parameters, textOf, textsOf } from './parameters.ts'
import { parsePage, type Slice } from './parse-page.ts'
import { parseConditions } from './parse-query.ts'
import { byUsername, parseSort } from './parse-sort.ts'
import { queryAttribute } from './query-attributes.ts'
import { invalidParams, notParsed } from './refused-parameters.ts'

/** Which people, in which order. */
export interface People extends Slice {
  readonly where: Condition
  readonly order: readonly SortKey[]
}

const isActive = isAmong('active', [true])

/** The platform's setting `Accounts_SearchFields`, as it is initially. */
const searchedTexts: readonly TextField[] = ['username', 'shownName', 'bio', 'nickname']

/** A fragment in one of these texts, ignoring case and accents; nothing is in all of them. */
const withText = (text: string, within: readonly TextField[]): Condition[] =>
  fold(text) === '' ? [] : [{ contains: fold(text), within }]

/** The same, or in an address, for whoever may read addresses. */
function withTextOrAddress(text: string, within: readonly TextField[], reader: Reader): Condition[] {
  // A made-up address is no text that is looked at.
  return withText(text, seesEverything(reader) ? [...within, 'email'] : within)
}

/** Who may list people, but not look for them, finds nobody: such a caller would see whoever shares a room with it. */
const findable = ({ actor }: Reader): Condition[] => (actor.capabilities.has('users.search') ? [] : [nobody])

/** As many as the platform offers while somebody types. */
const offered = 10

/**
 * `selector` of users.autocomplete: `{term, exceptions: [usernames], conditions}`, all of which may be absent. Finds active
 * people; conditions take equal values, `$and` and `$or`.
 *
 * Throws `invalid_params` for what is no such object, `invalid_query_part` for a condition that is none.
 */
export function parseAutocomplete(parameters: Parameters, reader: Reader): People {
  const raw = textOf(parameters.selector)
  if (raw === undefined) throw invalidParams("must have required property 'selector'")
  const { term = '', exceptions = [], conditions = {} } = parseEjson(raw) ?? { term: null }
  const isFit = typeof term === 'string' && Array.isArray(exceptions) && isObject(conditions)
  if (!isFit) throw invalidParams('selector must be a JSON object of term, exceptions and conditions')
  const usernames: readonly unknown[] = exceptions
  const left = usernames.filter((username) => typeof username === 'string')
  return {
    where: all([
      ...findable(reader),
      isActive,
      ...withText(term, searchedTexts),
      ...(left.length === 0 ? [] : [{ not: isAmong('username', left) }]),
      ...(Object.keys(conditions).length === 0 ? [] : [parseConditions(conditions, reader)]),
    ]),
    order: byUsername,
    limit: offered,
    offset: 0,
  }
}

const inactiveReasons = ['deactivated', 'pending_approval', 'idle_too_long'] as const

/**
 * Parameters of users.listByStatus: `status`, `hasLoggedIn`, `type`, `roles`, `searchTerm`, `inactiveReason`, and those of
 * every list. `hasLoggedIn`, `roles` and `inactiveReason` are passed over for whoever may not read what they compare.
 *
 * Throws `invalid_params` and `invalid_sort`.
 */
export function parseListByStatus(parameters: Parameters, reader: Reader): People {
  const { status, type, searchTerm } = parameters
  return {
    ...parsePage(parameters),
    where: all([
      ...statusFilter(textOf(status)),
      ...equalTo('type', textsOf({ type }, 'type'), reader),
      ...withTextOrAddress(textOf(searchTerm) ?? '', ['username', 'shownName'], reader),
      ...privateFilters(parameters, reader),
    ]),
    order: parseSort(textOf(parameters.sort), reader),
  }
}

const statusFilter = (status: string | undefined): Condition[] =>
  status === undefined ? [] : [isAmong('active', [oneOf(status, ['active', 'deactivated']) === 'active'])]

function equalTo(path: 'type' | 'roles', values: readonly string[], reader: Reader): Condition[] {
  const condition = values.length === 0 ? undefined : queryAttribute(path)?.condition({ op: 'in', values }, reader)
  return condition === undefined ? [] : [condition]
}

function privateFilters(parameters: Parameters, reader: Reader): Condition[] {
  const hasLoggedIn = booleanOf(parameters.hasLoggedIn)
  const roles = textsOf(parameters, 'roles')
  const reasons = textsOf(parameters, 'inactiveReason').map((reason) => oneOf(reason, inactiveReasons))
  if (!seesEverything(reader)) return []
  const loggedIn: Condition = { at: { field: 'lastLoginAt', path: [] }, test: { op: 'exists' } }
  return [
    ...(hasLoggedIn === undefined ? [] : [hasLoggedIn ? loggedIn : { not: loggedIn }]),
    ...(roles.includes('all') ? [] : equalTo('roles', roles, reader)),
    ...(reasons.length === 0 ? [] : [isAmong('active', [false]), isAmong('inactiveReason', storedReasons(reasons))]),
  ]
}

/** Whom people have deactivated, the directory keeps without a reason. */
const storedReasons = (reasons: readonly string[]): (string | null)[] =>
  reasons.includes('deactivated') ? [...reasons, null] : [...reasons]

/**
 * Parameters of the people directory: `query={"text","type"}`, or `text` and `type` themselves, and those of every list;
 * one sort key at most. Finds active people; of another type than `users` there are none.
 *
 * Throws `invalid_query`, `invalid_params` and `invalid_sort`.
 */
export function parseDirectory(parameters: Parameters, reader: Reader): People {
  const query = textOf(parameters.query)
  const inQuery = query === undefined ? {} : jsonObject(query)
  if (inQuery === undefined) throw notParsed('query', query ?? '')
  const text = textOf(parameters.text) ?? textOf(inQuery.text) ?? ''
  const type = textOf(parameters.type) ?? textOf(inQuery.type) ?? 'users'
  const sort = textOf(parameters.sort)
  if (sort !== undefined && Object.keys(jsonObject(sort) ?? {}).length > 1) {
    throw invalidParams('This method support only one "sort" parameter')
  }
  return {
    ...parsePage(parameters),
    where: all([
      ...findable(reader),
      type === 'users' ? everybody : nobody,
      isActive,
      ...withTextOrAddress(text, searchedTexts, reader),
    ]),
    order: parseSort(sort, reader),
  }
}

/** `query` of spotlight: `@` looks for people, `#` for rooms, neither for both. Throws `invalid_params`. */
export function parseSpotlight(parameters: Parameters, reader: Reader): People {
  const text = textOf(parameters.query)
  if (text === undefined) throw invalidParams("must have required property 'query'")
  const bare = text.replace(/^[@#]/, '')
  const where = all([
    ...findable(reader),
    text.startsWith('#') ? nobody : everybody,
    isActive,
    ...withText(bare, ['username', 'shownName']),
  ])
  return { where, order: byUsername, limit: offered, offset: 0 }
}
