import { asSchema, entries, list, member, type Schema, text } from './document.ts'

/** Which way a value goes decides how generous its type is. */
export interface TypeOptions {
  /** Written by the caller: an optional member may also be `undefined`. */
  readonly given?: boolean
  /** Names for whole schemas, by `keyOf`. */
  readonly names?: ReadonlyMap<string, string>
}

export const keyOf = (schema: Schema): string => JSON.stringify(schema)

/** A schema as a TypeScript type. Throws for what it can't say, instead of saying `unknown`. */
export function typeText(schema: Schema, options: TypeOptions = {}): string {
  const name = options.names?.get(keyOf(schema))
  if (name !== undefined) return name
  const ref = text(schema, '$ref')
  if (ref !== '') return ref.replace('#/components/schemas/', '')
  if ('const' in schema) return JSON.stringify(schema.const)
  if ('enum' in schema)
    return list(schema, 'enum')
      .map((value) => JSON.stringify(value))
      .join(' | ')
  if ('allOf' in schema) return joined(list(schema, 'allOf'), ' & ', options)
  for (const union of ['anyOf', 'oneOf']) if (union in schema) return joined(list(schema, union), ' | ', options)
  const types = Array.isArray(schema.type) ? schema.type : [schema.type]
  return types.map((type) => plainType(type, schema, options)).join(' | ')
}

const joined = (schemas: unknown[], operator: string, options: TypeOptions) =>
  schemas.map((schema) => `(${typeText(asSchema(schema), options)})`).join(operator)

function plainType(type: unknown, schema: Schema, options: TypeOptions): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return `(${'items' in schema ? typeText(asSchema(schema.items), options) : 'unknown'})[]`
    case 'object':
      return 'properties' in schema ? objectText(membersText(schema, options)) : dictionary(schema, options)
    case undefined:
      return 'unknown'
    default:
      throw new Error(`The API's document: the generator has no type for ${JSON.stringify(schema)}.`)
  }
}

/** A line of its own for each comment. */
const objectText = (members: string) => (members.includes('/**') ? `{\n${members}\n}` : `{ ${members} }`)

function dictionary(schema: Schema, options: TypeOptions): string {
  const values = member(schema, 'additionalProperties')
  const isSchema = typeof values === 'object' && values !== null
  return `Record<string, ${isSchema ? typeText(asSchema(values), options) : 'unknown'}>`
}

/** The members of an object's type, each with its description. */
export function membersText(schema: Schema, options: TypeOptions = {}): string {
  const required = new Set(list(schema, 'required'))
  return entries(schema, 'properties')
    .map(([name, value]) => {
      const memberSchema = asSchema(value)
      return memberText(name, typeText(memberSchema, options), {
        description: text(memberSchema, 'description'),
        optional: !required.has(name),
        orUndefined: options.given === true,
      })
    })
    .join('\n')
}

export function memberText(
  name: string,
  type: string,
  { description, optional, orUndefined }: { description: string; optional: boolean; orUndefined: boolean },
): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
  return `${comment(description)}${key}${optional ? '?' : ''}: ${type}${optional && orUndefined ? ' | undefined' : ''}`
}

/** A docstring on lines of its own, empty for no text. */
export function comment(...paragraphs: string[]): string {
  const lines = paragraphs
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => paragraph.replaceAll('*/', '*\\/'))
  if (lines.length === 0) return ''
  if (lines.length === 1) return `/** ${lines[0]} */\n`
  return `/**\n${lines.join('\n\n').replace(/^/gm, ' * ').replace(/ +$/gm, '')}\n */\n`
}
