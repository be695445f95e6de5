import type { Catalogue } from '../catalogue.ts'
import type { Condition } from '../condition.ts'
import type { PageRequest, SortKey } from '../page.ts'
import type { Verb } from '../verb.ts'
import { browseUsers, type SeenUsers } from './browse-users.ts'

/** Who is here comes first; the rest follows in the same order among themselves. */
const byName: readonly SortKey[] = [
  { field: 'foldedName', path: [], direction: 'asc' },
  { field: 'uid', path: [], direction: 'asc' },
]
const offline: Condition = { at: { field: 'status', path: [] }, test: { op: 'in', values: ['offline'] } }

/** A page of everybody, those who are here before those who aren't, each part by name and uid; seen as in `browseUsers`. */
export const browseMembers: Verb<
  PageRequest & { where?: Condition | undefined },
  SeenUsers & { readonly total: number | null; readonly catalogue: Catalogue }
> = async (context, { where = { all: [] }, limit, offset, total }) => {
  const part = (status: Condition, from: number, most: number, counted: boolean) =>
    browseUsers(context, { where: { all: [where, status] }, order: byName, limit: most, offset: from, total: counted })
  const here = await part({ not: offline }, offset, limit, true)
  const [first, many] = [here.users.length, here.total ?? 0]
  const all = total ? await browseUsers(context, { where, order: byName, limit: 1, offset: 0, total: true }) : null
  if (first >= limit) return { ...here, total: all?.total ?? null }
  const rest = await part(offline, Math.max(0, offset - many), limit - first, false)
  const away = without(rest, new Set(here.users.map(({ id }) => id)))
  const presences = new Map([...here.presences, ...away.presences])
  return { ...together(here, away), presences, total: all?.total ?? null, catalogue: here.catalogue }
}

/** Whoever left between the two statements would be told twice. */
function without(seen: SeenUsers, ids: ReadonlySet<string>): SeenUsers {
  const other = ({ id }: { readonly id: string }) => !ids.has(id)
  if (seen.view === 'full') return { ...seen, users: seen.users.filter(other) }
  if (seen.view === 'member') return { ...seen, users: seen.users.filter(other) }
  return { ...seen, users: seen.users.filter(other) }
}

/** Both were seen by the same actor, hence in the same view. */
function together(one: SeenUsers, other: SeenUsers): Omit<SeenUsers, 'presences'> & SeenUsers {
  const { presences } = one
  if (one.view === 'full' && other.view === 'full')
    return { view: 'full', users: [...one.users, ...other.users], presences }
  if (one.view === 'member' && other.view === 'member') {
    return { view: 'member', users: [...one.users, ...other.users], presences }
  }
  return { view: 'public', users: [...one.users, ...other.users], presences }
}
