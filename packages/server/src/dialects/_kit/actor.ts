import type { FastifyRequest } from 'fastify'
import { type Actor, DirectoryError, type Origin } from '../../core/index.ts'

const actors = new WeakMap<FastifyRequest, Actor>()

/** Remembers who sends a request; to be called by a dialect's auth hook. */
export const setActor = (request: FastifyRequest, actor: Actor): void => {
  actors.set(request, actor)
}

/** Who sends a request. Throws `unauthenticated` where no auth hook has run. */
export function actorOf(request: FastifyRequest): Actor {
  const actor = actors.get(request)
  if (actor === undefined) throw new DirectoryError('unauthenticated')
  return actor
}

/** For logs: `undefined` before the caller is known. */
export const knownActor = (request: FastifyRequest): Actor | undefined => actors.get(request)

export const originOf = (dialect: string, request: FastifyRequest): Origin => ({
  dialect,
  requestId: request.id,
  address: request.ip,
})
