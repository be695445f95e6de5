/** The replies that a document's operations name for a whole class of statuses. */
const errorClasses = ['4XX', '5XX']
/** Refused only when there is a body. */
const bodyStatuses: ReadonlySet<number> = new Set([409, 413, 415])

/**
 * An OpenAPI document whose operations name each error status that they may answer, instead of a whole class. The replies
 * stand once, among the components, with the error codes behind each status.
 */
export function withErrorReplies(
  document: object,
  codes: ReadonlyMap<number, readonly string[]>,
  schema: string,
): object {
  const copy: unknown = structuredClone(document)
  if (!isObject(copy) || !isObject(copy.components) || !isObject(copy.paths)) return document
  const statuses = [...codes.keys()].sort((one, other) => one - other)
  copy.components.responses = Object.fromEntries(
    statuses.map((status) => [`Error${status}`, errorReply(codes.get(status) ?? [], schema)]),
  )
  for (const path of Object.values(copy.paths)) {
    for (const operation of Object.values(isObject(path) ? path : {})) {
      if (!isObject(operation) || !isObject(operation.responses)) continue
      for (const errorClass of errorClasses) delete operation.responses[errorClass]
      for (const status of statuses) {
        if (bodyStatuses.has(status) && operation.requestBody === undefined) continue
        operation.responses[String(status)] = { $ref: `#/components/responses/Error${status}` }
      }
    }
  }
  return copy
}

const errorReply = (codes: readonly string[], schema: string) => ({
  description: codes.join(', '),
  content: { 'application/json': { schema: { $ref: schema } } },
})

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
