import type { FastifyRequest } from 'fastify'
import { masked } from '../../core/index.ts'

const secretKeys = /^(password|token|authorization|apikey)$/i

/** Whether the caller asked for the debug field, however far its request came. */
export function wantsDebug({ query }: FastifyRequest): boolean {
  const debug = isObject(query) ? query.debug : undefined
  return debug === true || debug === 'true' || debug === '1'
}

export interface DebugError {
  readonly path: string
  readonly message: string
}

/** What was understood of a request, secrets masked, and what was wrong with it. */
export function debugOf({ params, query, body }: FastifyRequest, errors: readonly DebugError[]) {
  const has = (value: unknown) => isObject(value) && Object.keys(value).length > 0
  return {
    data: {
      ...(has(params) && { params }),
      ...(has(query) && { query: withoutSecrets(query) }),
      ...(body !== undefined && body !== null && { body: withoutSecrets(body) }),
    },
    errors,
  }
}

/** JSON text of the debug field, or `null` when it was not asked for. */
export const debugText = (request: FastifyRequest): string | null =>
  wantsDebug(request) ? JSON.stringify(debugOf(request, [])) : null

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, secretKeys.test(key) ? masked : withoutSecrets(member)]),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
