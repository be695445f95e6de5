import {
  byModification,
  type InstantRange,
  type NewUser,
  normaliseEmail,
  type PageRequest,
  parseSearch,
  type UserChanges,
  type UserFilter,
  type UserQuery,
} from '../../core/index.ts'
import { parseInstant } from '../_kit/time.ts'
import { InvalidRequest } from '../_kit/validation.ts'
import type { CreateUserBody, RelationsQuery, RelationType, UpdateUserBody, UsersQuery } from './schemas.ts'

const [usualLimit, mostLimit] = [10, 1000]

export function parsePage(query: { limit?: number; page?: number; count?: boolean }): PageRequest {
  const limit = Math.min(query.limit ?? usualLimit, mostLimit)
  return { limit, offset: ((query.page ?? 1) - 1) * limit, total: query.count ?? false }
}

export function parseUsersQuery(query: UsersQuery): UserQuery {
  const filter: UserFilter = {
    ids: lowered(query.id),
    emails: query.email?.map(normaliseEmail),
    bots: lowered(query.bot),
    properties: lowered(query.property),
    accessRoles: lowered(query.accessRole),
    jobs: lowered(query.job),
    relatedTo: lowered(query.relatedUser),
    active: parseActivity(query.isActive),
    search: query.search === undefined ? undefined : (parseSearch(query.search) ?? undefined),
    modified: parseRange(query, 'modified'),
    created: parseRange(query, 'created'),
  }
  return { ...parsePage(query), filter, order: byModification(query.orderBy ?? 'desc') }
}

/** `relations/{type}/{id}`: users whose own field or list of this type names the id. */
export function parseRelation({ type, id }: { type: RelationType; id: string }, query: RelationsQuery): UserQuery {
  const ids = [id.toLowerCase()]
  const byType: Record<RelationType, UserFilter> = {
    boss: { related: [{ field: 'bosses', ids }] },
    peers: { related: [{ field: 'peers', ids }] },
    subordinate: { related: [{ field: 'subordinates', ids }] },
    property: { properties: ids },
    accessrole: { accessRoles: ids },
    relateduser: { relatedTo: ids },
  }
  const filter = { ...byType[type], active: parseActivity(query.isActive) }
  return { ...parsePage(query), filter, order: byModification(query.orderBy ?? 'desc') }
}

/** What a user's body changes. The address is apart: it is given once, at creation. */
export function parseChanges(body: UpdateUserBody): UserChanges {
  const [company] = body.companies ?? []
  return {
    ...(body.name?.displayName !== undefined && { displayName: body.name.displayName }),
    ...(body.name?.names !== undefined && { givenNames: body.name.names }),
    ...(body.name?.lastName !== undefined && { familyName: body.name.lastName }),
    ...(body.name?.secondLastName !== undefined && { secondFamilyName: body.name.secondLastName }),
    ...(body.accessRoles !== undefined && { accessRoles: idsOf(body.accessRoles) }),
    ...(body.phone !== undefined && { phone: body.phone }),
    ...(body.jobTitle !== undefined && { jobTitle: body.jobTitle }),
    ...(body.job !== undefined && { job: idOf(body.job) }),
    ...(body.bot !== undefined && { botId: idOf(body.bot) }),
    ...parseKind(body.system),
    ...(body.avatar !== undefined && {
      avatar: body.avatar && { small: '', square: '', original: '', ...known(body.avatar) },
    }),
    ...(body.settings !== undefined && { settings: body.settings }),
    ...(body.termsConditions !== undefined && { termsConditions: body.termsConditions }),
    ...(body.isActive !== undefined && { active: body.isActive }),
    ...(body.isReadOnly !== undefined && { readOnly: body.isReadOnly }),
    ...(body.properties !== undefined && { properties: idsOf(body.properties) }),
    ...(body.extensions !== undefined && { extensions: body.extensions }),
    ...(company?.hierarchy !== undefined && {
      bosses: idsOf(company.hierarchy.boss ?? []),
      peers: idsOf(company.hierarchy.peers ?? []),
      subordinates: idsOf(company.hierarchy.subordinate ?? []),
    }),
    ...(body.password !== undefined && { password: body.password }),
  }
}

/** Only `bot` and its absence mean something here; other words, such as `admin`, are taken and left alone. */
function parseKind(system: string | null | undefined): Pick<UserChanges, 'kind'> {
  if (system === 'bot') return { kind: 'bot' }
  return system === null || system === '' ? { kind: 'human' } : {}
}

export const parseNewUser = (body: CreateUserBody): NewUser => ({ ...parseChanges(body), email: body.email })

/** Ids are compared in lower case, as the server makes them. */
export const idsOf = (ids: readonly string[]): string[] => ids.map((id) => id.toLowerCase())
export const lowered = (ids: readonly string[] | undefined): string[] | undefined => ids && idsOf(ids)
const idOf = (id: string | null): string | null => id?.toLowerCase() || null

const known = ({ small, square, original }: { small?: string; square?: string; original?: string }) => ({
  ...(small !== undefined && { small }),
  ...(square !== undefined && { square }),
  ...(original !== undefined && { original }),
})

export const parseActivity = (word: 'all' | 'true' | 'false' | undefined): boolean | undefined =>
  word === undefined || word === 'all' ? undefined : word === 'true'

function parseRange(query: UsersQuery, name: 'modified' | 'created'): InstantRange | undefined {
  const range: InstantRange = {
    ...instant(query, name, 'at'),
    ...instant(query, `${name}_gt`, 'after'),
    ...instant(query, `${name}_gte`, 'from'),
    ...instant(query, `${name}_lt`, 'before'),
    ...instant(query, `${name}_lte`, 'until'),
  }
  return Object.keys(range).length === 0 ? undefined : range
}

type DateParameter = Extract<keyof UsersQuery, `modified${string}` | `created${string}`>
function instant<B extends keyof InstantRange>(query: UsersQuery, name: DateParameter, bound: B): InstantRange {
  const text = query[name]
  if (text === undefined) return {}
  const date = parseInstant(text)
  if (date === null) throw new InvalidRequest(name, 'must be an ISO 8601 date, e.g. 2021-11-17T15:34:42.171Z')
  return { [bound]: date }
}
