import type { Catalogue, Condition, Directory, SeenUsers } from '../../core/index.ts'
import type { Caller } from './auth.ts'
import { type Affix, nextText, type Place, parseCursor } from './cursor.ts'
import { type Paging, parsePaging, presentPagination } from './parse-page.ts'
import { changedBySeconds, parseOrder } from './parse-users.ts'
import { seconds } from './presenter.ts'
import type { UsersQuery } from './schemas-users.ts'

interface Cursor {
  readonly updatedAt: number
  readonly affix: Affix
  readonly next: string
}

/** A page of users with what is said about it. */
export interface UserPage {
  readonly seen: SeenUsers
  readonly catalogue: Catalogue
  readonly pagination: ReturnType<typeof presentPagination>
  /** Absent where there is nothing to go on from. */
  readonly cursor: Cursor | null
}

type Looking = Pick<Caller, 'actor' | 'viewer'>

/** The page that a query asks for: one of the numbered ones, or what a cursor leads to. */
export async function userPage(
  directory: Directory,
  looking: Looking,
  query: UsersQuery,
  where: Condition,
): Promise<UserPage> {
  const asked = parseCursor(query)
  const paging = parsePaging(asked === null ? query : { ...query, page: 1 })
  if (asked === null) return numberedPage(directory, looking, query, { where, paging })
  if ('place' in asked) return changesPage(directory, looking, asked.place, { where, paging })
  const { actor } = looking
  const changed = changedBySeconds(asked)
  const after = await directory.presentMoment(actor, null)
  const page = await directory.browseUsers(actor, {
    where: { all: [where, changed.where] },
    order: changed.order,
    ...sliceOf(paging),
  })
  const last = changeTimes(page).at(-1)
  return {
    seen: page,
    catalogue: page.catalogue,
    pagination: presentPagination(paging, countsOf(page)),
    cursor: last === undefined ? null : { updatedAt: last, affix: asked.affix, next: startOf(after, last) },
  }
}

interface Slice {
  readonly where: Condition
  readonly paging: Paging
}

/** The moment is taken before the users are read, so that what changes meanwhile is told by `next`. */
async function numberedPage(
  directory: Directory,
  { actor, viewer }: Looking,
  query: UsersQuery,
  { where, paging }: Slice,
): Promise<UserPage> {
  const order = parseOrder(query, viewer)
  const after = await directory.presentMoment(actor, null)
  const page =
    order === null
      ? await directory.browseMembers(actor, { where, ...sliceOf(paging) })
      : await directory.browseUsers(actor, { where, order, ...sliceOf(paging) })
  const times = changeTimes(page)
  const updatedAt = Math.max(...times)
  const affix = order?.[0]?.field === 'foldedName' ? 'append' : 'prepend'
  return {
    seen: page,
    catalogue: page.catalogue,
    pagination: presentPagination(paging, countsOf(page)),
    cursor: times.length === 0 ? null : { updatedAt, affix, next: startOf(after, updatedAt) },
  }
}

/** What has changed since a page; such pages are not counted through, only whether another follows is known. */
async function changesPage(
  directory: Directory,
  { actor }: Looking,
  { after, until, fromId, updatedAt: known }: Place,
  { where, paging }: Slice,
): Promise<UserPage> {
  const page = await directory.changedUsers(actor, {
    after,
    ...(until !== null && { until }),
    fromId,
    limit: paging.perPage,
    where,
  })
  const updatedAt = Math.max(known, ...changeTimes(page))
  const place =
    page.nextId === null
      ? { after: page.until, until: null, fromId: null, updatedAt }
      : { after, until: page.until, fromId: page.nextId, updatedAt }
  const [count, more] = [page.users.length, page.nextId !== null]
  const counted = presentPagination(paging, { total: count, count })
  return {
    seen: page,
    catalogue: page.catalogue,
    pagination: more ? { ...counted, total: count + 1, total_pages: 2 } : counted,
    cursor: { updatedAt, affix: 'append', next: nextText(place) },
  }
}

const sliceOf = ({ perPage, offset }: Paging) => ({ limit: perPage, offset, total: true })
const countsOf = ({ users, total }: SeenUsers & { readonly total: number | null }) => ({
  total: total ?? users.length,
  count: users.length,
})
const startOf = (after: string, updatedAt: number) => nextText({ after, until: null, fromId: null, updatedAt })
/** Of each user of a page, in whole seconds. */
const changeTimes = (seen: SeenUsers): number[] =>
  seen.view === 'public' ? [] : seen.users.map(({ modifiedAt }) => seconds(modifiedAt))
