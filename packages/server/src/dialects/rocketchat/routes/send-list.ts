import { once } from 'node:events'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor, Condition, Directory, SeenUsers, SortKey } from '../../../core/index.ts'
import { actorOf } from '../../_kit/actor.ts'
import { KeptBodies } from '../../_kit/kept-bodies.ts'
import type { Slice } from '../parse-page.ts'
import { listText, type PresentSeen } from '../presenter-lists.ts'
import { envelopeText, sendJson } from './operation.ts'

/** Who reads, and the catalogue that requests are read against. */
export async function readerOf(directory: Directory, request: FastifyRequest) {
  const actor = actorOf(request)
  const { user, catalogue } = await directory.getSelf(actor, null)
  return { actor, catalogue, self: user }
}

/** Which users, in which order. */
export interface UsersAsked extends Slice {
  readonly where: Condition | undefined
  readonly order: readonly SortKey[]
}

interface Presentation {
  /** The member of the envelope that the users are in. */
  readonly member: 'users' | 'result'
  readonly present: PresentSeen
}

/** Answers with a page in the platform's envelope, or with everything, batch by batch. */
export async function sendList(
  reply: FastifyReply,
  directory: Directory,
  actor: Actor,
  { limit, ...asked }: UsersAsked,
  { member, present }: Presentation,
) {
  if (limit === null) return sendAll(reply, everything(directory, actor, asked, { member, present }))
  const seen = await directory.browseUsers(actor, { ...asked, limit, total: true })
  const { users, presences, catalogue } = seen
  const total = seen.total ?? users.length
  const body = bodies.body(users, [present, catalogue, presences, asked.offset, total], () =>
    envelopeText({
      [member]: listText(present(seen, catalogue)),
      count: String(users.length),
      offset: String(asked.offset),
      total: String(total),
    }),
  )
  return sendJson(reply, body)
}
const bodies = new KeptBodies<SeenUsers['users']>()

/** What comes first is awaited, so that a refusal has its status. What fails later cuts the connection: no end, no JSON. */
async function sendAll(reply: FastifyReply, texts: AsyncIterable<string>) {
  const stream = Readable.from(texts, { objectMode: false })
  await once(stream, 'readable')
  return reply.type('application/json; charset=utf-8').send(stream)
}

async function* everything(
  directory: Directory,
  actor: Actor,
  asked: Omit<UsersAsked, 'limit'>,
  { member, present }: Presentation,
): AsyncGenerator<string> {
  const { batches, catalogue } = await directory.everyUser(actor, asked)
  let count = 0
  for await (const seen of batches) {
    yield (count === 0 ? `{"${member}":[` : ',') + present(seen, catalogue).join(',')
    count += seen.users.length
  }
  if (count === 0) yield `{"${member}":[`
  const total = count === 0 && asked.offset > 0 ? await totalOf(directory, actor, asked) : asked.offset + count
  yield `],"count":${count},"offset":${asked.offset},"total":${total},"success":true}`
}

/** For whoever began past the end. */
async function totalOf(directory: Directory, actor: Actor, asked: Omit<UsersAsked, 'limit'>): Promise<number> {
  const { total } = await directory.browseUsers(actor, { ...asked, offset: 0, limit: 1, total: true })
  return total ?? 0
}
