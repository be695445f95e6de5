import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { DirectoryError } from './errors.ts'
import { inWords, shownPath } from './schema-words.ts'
import { freeFields, longestCollectionName, type NewUser, type UserChanges, writableSchemas } from './user.ts'

const validators = new Map(Object.entries(writableSchemas).map(([field, schema]) => [field, Compile(schema)]))
/** A pattern says little to a person; the words beside it do. */
const description = (schema: object | undefined): string | undefined => {
  if (schema === undefined) return undefined
  if ('description' in schema && typeof schema.description === 'string') return `must be ${schema.description}`
  return 'items' in schema && typeof schema.items === 'object' && schema.items !== null
    ? description(schema.items)
    : undefined
}
const deepest = 32

/** Throws `invalid_input` naming the first field whose value is outside the catalogue's schema or can't be stored. */
export function validateUserFields(command: NewUser | UserChanges): void {
  for (const [field, value] of Object.entries(command)) {
    if (value === undefined) continue
    requireStorable(value, field)
    const [error] = validators.get(field)?.Errors(value) ?? []
    if (error !== undefined) throw misfitOf(error, field)
  }
  requireRoom(command)
}

/** What a schema says of a field's value. */
export function misfitOf(
  error: TLocalizedValidationError,
  field: string,
  schema: object | undefined = writableSchemas[field],
): DirectoryError {
  const path = shownPath([field, ...error.instancePath.split('/').slice(1)])
  return new DirectoryError('invalid_input', { field: path, reason: reasonOf(error, field, schema) })
}

function reasonOf(error: TLocalizedValidationError, field: string, schema: object | undefined): string {
  if (error.keyword === 'pattern') return description(schema) ?? 'must be in another form'
  // The schema of a key that is none of the declared ones.
  if (error.keyword === 'boolean') {
    return field === 'extensions' ? `must have a name of at most ${longestCollectionName} characters` : 'is not known'
  }
  return inWords(error) ?? error.message
}

/** Of each free-form member: its JSON in bytes, and its own keys. A record is kept once more with each of its events. */
const roomiest = 65_536
const mostKeys = 1000

/** Throws `invalid_input` where a free-form member is larger than a record may hold. */
export function requireRoom(record: NewUser | UserChanges): void {
  for (const field of freeFields) {
    const value = record[field]
    if (value === undefined) continue
    if (Object.keys(value).length > mostKeys) {
      throw new DirectoryError('invalid_input', { field, reason: `must have at most ${mostKeys} keys in all` })
    }
    if (Buffer.byteLength(JSON.stringify(value)) > roomiest) {
      throw new DirectoryError('invalid_input', { field, reason: `must have at most ${roomiest} bytes of JSON in all` })
    }
  }
}

/**
 * Throws `invalid_input` for text that the store can't hold as it is (NUL, half a surrogate pair), and for values
 * nested deeper than any platform's records are.
 */
export function requireStorable(value: unknown, path: string, depth = 0): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new DirectoryError('invalid_input', { field: path, reason: 'must not contain NUL' })
    if (!value.isWellFormed()) {
      throw new DirectoryError('invalid_input', { field: path, reason: 'must be well-formed Unicode' })
    }
  } else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    if (depth >= deepest) throw new DirectoryError('invalid_input', { field: path, reason: 'is nested too deeply' })
    for (const [key, member] of Object.entries(value)) {
      requireStorable(key, path, depth + 1)
      requireStorable(member, `${path}.${shownPath([key])}`, depth + 1)
    }
  }
}
