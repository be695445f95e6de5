/** Fields that never reach a log, in lower case; letter case does not matter. Headers and body fields alike. */
const secretFields = new Set([
  'authorization',
  'x-auth-token',
  'apikey',
  'authtoken',
  'cookie',
  'set-cookie',
  'password',
  'token',
  'secret',
])

const masked = '[hidden]'
const deepest = 8

/**
 * The same fields with every secret hidden, at any depth. What holds none is given back as it is, so that the common
 * line costs a look at its keys: 0.1 µs where pino's own `redact`, with wildcards for four levels, took 33 µs.
 *
 * The target of a JSON Patch operation counts as its field: of `{path: '/password', value}` the value is hidden.
 */
export function maskFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  let out = fields
  const patched = typeof fields.path === 'string' && secretFields.has(lastSegment(fields.path))
  for (const key of Object.keys(fields)) {
    const before = fields[key]
    const hide = secretFields.has(key.toLowerCase()) || (patched && key === 'value')
    const after = hide ? masked : maskValue(before, depth)
    if (after === before) continue
    if (out === fields) out = { ...fields }
    out[key] = after
  }
  return out
}

function maskValue(value: unknown, depth: number): unknown {
  // Errors are written by their serializer, which comes later and masks by itself.
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  if (depth === deepest) return '[deep]'
  if (Array.isArray(value)) {
    const after = value.map((item) => maskValue(item, depth + 1))
    return after.some((item, index) => item !== value[index]) ? after : value
  }
  // Dates, buffers and the like write themselves; their insides are not fields.
  return isPlain(value) ? maskFields(value, depth + 1) : value
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const lastSegment = (pointer: string) => pointer.slice(pointer.lastIndexOf('/') + 1).toLowerCase()
