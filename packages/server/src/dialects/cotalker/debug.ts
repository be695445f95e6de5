import type { FastifyRequest } from 'fastify'
import { masked } from '../../core/index.ts'

/** Not the rules that passwords follow. */
const secretKeys = /password(?!Rules|Rotation)|token|secret|authorization|api-?key/i
/** Nothing that is kept is nested deeper; what a caller sends beyond is not shown back. */
const deepest = 32

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
export function debugOf({ params, query, body, is404 }: FastifyRequest, errors: readonly DebugError[]) {
  const has = (value: unknown) => isObject(value) && Object.keys(value).length > 0
  return {
    data: {
      ...(!is404 && has(params) && { params }),
      ...(has(query) && { query: withoutSecrets(query) }),
      ...(body !== undefined && body !== null && { body: withoutSecrets(body) }),
    },
    errors,
  }
}

/** JSON text of the debug field, or `null` when it was not asked for. */
export const debugText = (request: FastifyRequest): string | null =>
  wantsDebug(request) ? JSON.stringify(debugOf(request, [])) : null

function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return '[nested too deeply]'
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1))
  // The target of a JSON Patch operation counts as its field.
  const target = 'path' in value && typeof value.path === 'string' && secretKeys.test(value.path)
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      secretKeys.test(key) || (target && key === 'value') ? masked : withoutSecrets(member, depth + 1),
    ]),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
