import type { TObject, TSchema } from 'typebox'

/** Other spellings of a parameter. */
export type Aliases = Readonly<Record<string, string>>

/**
 * A query string's values as a schema names and types them, ready to be validated: as `shapeQuery` gives them, and numbers
 * and booleans are read where the schema has them. What can't be read stays the text it was, for the validation to refuse
 * by name.
 */
export function decodeQuery(schema: TObject, raw: Readonly<Record<string, unknown>>, aliases: Aliases = {}): object {
  const shaped = Object.entries(shapeQuery(schema, raw, aliases))
  return Object.fromEntries(shaped.map(([name, value]) => [name, decodeValue(schema.properties[name], value)]))
}

/**
 * The values of a query string that a schema declares, as texts: an empty value is an absent one; `key=a&key=b`, `key[]=a`,
 * `key=a,b` alike are lists where the schema has a list.
 */
export function shapeQuery(
  schema: TObject,
  raw: Readonly<Record<string, unknown>>,
  aliases: Aliases = {},
): Readonly<Record<string, string | readonly string[]>> {
  const given = new Map<string, string[]>()
  for (const [key, value] of Object.entries(raw)) {
    const bare = key.endsWith('[]') ? key.slice(0, -2) : key
    const name = Object.hasOwn(aliases, bare) ? (aliases[bare] ?? bare) : bare
    if (!Object.hasOwn(schema.properties, name)) continue
    const values = [value].flat().filter((item): item is string => typeof item === 'string' && item !== '')
    given.set(name, [...(given.get(name) ?? []), ...values])
  }
  const shaped: Record<string, string | readonly string[]> = {}
  for (const [name, values] of given) {
    if (values.length > 0) shaped[name] = shapeValue(schema.properties[name], values)
  }
  return shaped
}

function shapeValue(schema: TSchema | undefined, values: readonly string[]): string | readonly string[] {
  if (typeOf(schema) === 'array') return values.flatMap((value) => value.split(',')).filter((value) => value !== '')
  const [value, ...more] = values
  return value === undefined || more.length > 0 ? values : value
}

function decodeValue(schema: TSchema | undefined, value: string | readonly string[]): unknown {
  if (typeof value !== 'string') return value
  const type = typeOf(schema)
  if (type === 'integer' || type === 'number') return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (type === 'boolean') return booleans.get(value.toLowerCase()) ?? value
  return value
}

const typeOf = (schema: TSchema | undefined): unknown =>
  schema !== undefined && 'type' in schema ? schema.type : undefined

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])
