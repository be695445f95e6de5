import type { FastifyRequest } from 'fastify'
import type { Condition, Directory, MemberUser, UserLink } from '../../core/index.ts'
import { callerOf, noSuchUid, subjectOf } from './auth.ts'
import { errorBodyOf } from './errors.ts'
import { type Paging, presentPagination } from './parse-page.ts'
import { listText, rowName, seconds, seenTexts } from './presenter.ts'
import { CometChatRefusal, type OwnRefusal } from './refusal.ts'
import { blocksWith } from './relations.ts'
import type { Row } from './schemas-relations.ts'

/** Whose uid each text of a list is: an id, or why the path's user can't be linked with it. */
export type People = ReadonlyMap<string, string | CometChatRefusal>

/** `self` is the refusal of oneself. Of deactivated people, who are not seen, `activeOnly` makes strangers. */
export async function peopleNamed(
  directory: Directory,
  request: FastifyRequest,
  uids: readonly string[],
  { self, activeOnly }: { readonly self: OwnRefusal; readonly activeOnly: boolean },
): Promise<People> {
  const { actor } = callerOf(request)
  const { id: ownId } = subjectOf(request)
  const linkable = async (uid: string): Promise<string | CometChatRefusal> => {
    const who = await directory.recogniseUser(actor, { key: { uid }, right: 'users.list-members' })
    if (who === null || (activeOnly && !who.active)) return noSuchUid(uid)
    return who.id === ownId ? new CometChatRefusal(self) : who.id
  }
  const named = [...new Set(uids)].map(async (uid) => [uid, await linkable(uid)] as const)
  return new Map(await Promise.all(named))
}

export const idsOf = (people: People): string[] => [...people.values()].filter((who) => typeof who === 'string')

/** What has become of each, by the uid as it was sent. */
export const presentRows = (
  request: FastifyRequest,
  people: People,
  outcome: (uid: string, id: string) => string | CometChatRefusal,
): Record<string, Row> =>
  // Not by assignment, since `__proto__` is a uid as well.
  Object.fromEntries(
    [...people].map(([sent, who]) => {
      const told = typeof who === 'string' ? outcome(sent.toLowerCase(), who) : who
      if (typeof told === 'string') return [rowName(sent), { success: true, message: told }]
      return [rowName(sent), { success: false, error: errorBodyOf(told, request) }]
    }),
  )

const beginsWith = (text: string): Condition => ({
  any: (['shownName', 'uid'] as const).map((field) => ({ at: { field, path: [] }, test: { op: 'starts', text } })),
})
const active: Condition = { at: { field: 'active', path: [] }, test: { op: 'in', values: [true] } }

/** A page of the active people who have one of these links with the path's user, as that one sees them. */
export async function linkedPageText(
  directory: Directory,
  request: FastifyRequest,
  { links, searchKey = '', paging }: { links: readonly UserLink[]; searchKey?: string | undefined; paging: Paging },
): Promise<string> {
  const { actor } = callerOf(request)
  const viewer = subjectOf(request)
  const linked: Condition = { any: links.map((link) => ({ link, of: viewer.id })) }
  const where = { all: [linked, active, ...(searchKey === '' ? [] : [beginsWith(searchKey)])] }
  const { perPage: limit, offset } = paging
  const { catalogue, total, ...seen } = await directory.browseMembers(actor, { where, limit, offset, total: true })
  const users: readonly Pick<MemberUser, 'id'>[] = seen.users
  const blocks = await blocksWith(
    directory,
    { actor, viewer },
    users.map(({ id }) => id),
  )
  const texts = seenTexts(seen, catalogue, { viewer, tags: false, blocks })
  const pagination = presentPagination(paging, { total: total ?? texts.length, count: texts.length })
  const last = seen.view === 'public' ? undefined : seen.users.at(-1)
  const cursor = last === undefined ? null : { updatedAt: seconds(changedAt(last)), affix: 'append' }
  return `{"data":${listText(texts)},"meta":${JSON.stringify({ pagination, ...(cursor && { cursor }) })}}`
}

const changedAt = ({ version, createdAt, modifiedAt }: MemberUser): Date => (version > 1 ? modifiedAt : createdAt)
