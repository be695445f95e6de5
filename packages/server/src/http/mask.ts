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

/** What a log may tell of an error of PostgreSQL; its other fields quote rows and statements. */
const databaseFields = new Set([
  'type',
  'message',
  'stack',
  'code',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
])
/** Class 22 is about a value that can't be one of its type, and the message quotes it. */
const badValueClass = '22'
const fromQuote = /["«„].*/s

/**
 * A serialized error, with those that it holds, without secrets and without the values that PostgreSQL quotes: people's
 * names and addresses are no less theirs for being in the way.
 */
export function maskError(error: object, depth = 0): Record<string, unknown> {
  const fields = Object.entries(error)
  const code = 'severity' in error && 'code' in error && typeof error.code === 'string' ? error.code : null
  const kept = code === null ? fields : fields.filter(([field]) => databaseFields.has(field))
  const written: Record<string, unknown> = Object.fromEntries(
    kept.map(([field, value]) => [field, maskNested(value, depth)]),
  )
  const { message, stack } = written
  if (code?.startsWith(badValueClass) && typeof message === 'string' && typeof stack === 'string') {
    const told = message.replace(fromQuote, masked)
    Object.assign(written, { message: told, stack: stack.replace(message, () => told) })
  }
  return maskFields(written)
}

function maskNested(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === deepest) return value
  if (Array.isArray(value)) return value.map((item) => maskNested(item, depth + 1))
  return 'stack' in value ? maskError(value, depth + 1) : value
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
