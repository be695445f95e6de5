import type { FastifyRequest } from 'fastify'
import type { User, UserQuery } from '../../../core/index.ts'
import { KeptBodies } from '../../_kit/kept-bodies.ts'
import { Walks } from '../../_kit/walks.ts'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, isAdminRequest } from '../auth.ts'
import { debugText } from '../debug.ts'
import { present, presentList, users } from '../presenter.ts'

interface Listing {
  readonly url: string
  readonly params: unknown
  /** Decoded and validated. */
  readonly query: { readonly page?: number }
}

/**
 * Lists users as JSON text. Clients number their pages and stop when they have as many users as `count` says, so that
 * whoever asks for pages goes through a walk (see walks.ts).
 */
export function usersLister({ directory }: DialectDeps) {
  const walks = new Walks()
  const bodies = new KeptBodies<readonly User[]>()
  return async (
    request: FastifyRequest,
    { url, params, query }: Listing,
    asked: UserQuery,
  ): Promise<string | Buffer> => {
    const actor = callerOf(request)
    const scope = isAdminRequest(request) ? 'all' : 'permitted'
    const { page: number, ...parameters } = query
    const list = number === undefined ? null : JSON.stringify([actor.credentialId, scope, url, params, parameters])
    const without = list === null || number === undefined ? null : walks.givenBefore(list, number)
    const page = await directory.listUsers(actor, {
      query: without === null ? asked : { ...asked, offset: 0, without },
      scope,
    })
    if (list !== null && number !== undefined) {
      walks.note(
        list,
        number,
        page.items.map(({ id }) => id),
      )
    }
    const { catalogue, presences } = page
    const debug = debugText(request)
    await users.ahead(page.items, catalogue)
    const render = () => {
      const texts = page.items.map((user) => present(users, { user, catalogue }, presences.get(user.id)))
      return presentList(['users'], texts, page.total, debug)
    }
    return debug === null ? bodies.body(page.items, [catalogue, presences, page.total], render) : render()
  }
}
