import type { TObject, TSchema } from 'typebox'

/** Other spellings of a parameter. */
export type Aliases = Readonly<Record<string, string>>

/**
 * A query string's values as a schema names and types them, ready to be validated: only declared parameters; an empty
 * value is an absent one; `key=a&key=b`, `key[]=a`, `key=a,b` alike are lists; numbers and booleans are read where the
 * schema has them. What can't be read stays the text it was, for the validation to refuse by name.
 */
export function decodeQuery(schema: TObject, raw: Readonly<Record<string, unknown>>, aliases: Aliases = {}): object {
  const given = new Map<string, string[]>()
  for (const [key, value] of Object.entries(raw)) {
    const bare = key.endsWith('[]') ? key.slice(0, -2) : key
    const name = Object.hasOwn(aliases, bare) ? (aliases[bare] ?? bare) : bare
    if (!Object.hasOwn(schema.properties, name)) continue
    const values = [value].flat().filter((item): item is string => typeof item === 'string' && item !== '')
    given.set(name, [...(given.get(name) ?? []), ...values])
  }
  const decoded: Record<string, unknown> = {}
  for (const [name, values] of given) {
    const property = schema.properties[name]
    if (property !== undefined && values.length > 0) decoded[name] = decodeValue(property, values)
  }
  return decoded
}

function decodeValue(schema: TSchema, values: readonly string[]): unknown {
  const type = 'type' in schema ? schema.type : undefined
  if (type === 'array') return values.flatMap((value) => value.split(',')).filter((value) => value !== '')
  const [value, ...more] = values
  if (value === undefined || more.length > 0) return values
  if (type === 'integer' || type === 'number') return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (type === 'boolean') return booleans.get(value.toLowerCase()) ?? value
  return value
}

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])
