import type { FastifyRequest } from 'fastify'
import { type Actor, DirectoryError, type Origin } from '../../core/index.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends it; see `setActor`. A member of the request: a map beside it kept the garbage collector busy. */
    actor: Actor | null
  }
}

/** Remembers who sends a request; to be called by a dialect's auth hook. */
export const setActor = (request: FastifyRequest, actor: Actor): void => {
  request.actor = actor
}

/** Who sends a request. Throws `unauthenticated` where no auth hook has run. */
export function actorOf(request: FastifyRequest): Actor {
  const { actor } = request
  if (actor === null) throw new DirectoryError('unauthenticated')
  return actor
}

/** For logs: `null` before the caller is known. */
export const knownActor = (request: FastifyRequest): Actor | null => request.actor

export const originOf = (dialect: string, request: FastifyRequest): Origin => ({
  dialect,
  requestId: request.id,
  address: request.ip,
})
