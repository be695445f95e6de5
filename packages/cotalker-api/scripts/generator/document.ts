/** A JSON Schema as the document holds it. */
export type Schema = Readonly<Record<string, unknown>>

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly description: string
  readonly schema: Schema
}

export interface Operation {
  /** The method's name: verb, version and capitalised path, e.g. `getV2UsersId`. */
  readonly id: string
  readonly method: string
  /** Below `/api`, e.g. `/v2/users/{id}`. */
  readonly path: string
  /** `v1`, `v2`, or empty for the paths without one. */
  readonly version: string
  /** The first segment after the version. */
  readonly group: string
  readonly summary: string
  readonly description: string
  readonly parameters: readonly Parameter[]
  readonly body: { readonly schema: Schema; readonly required: boolean } | null
  readonly reply: Schema | null
}

const verbs = ['get', 'post', 'put', 'patch', 'delete']
/** A configuration's business, not a parameter of each method. */
const configuredHeaders = ['Admin']

/** The operations that become methods: those below `/api/v1`, `/api/v2` and bare `/api`. Version 3 repeats version 2. */
export function readOperations(document: object): Operation[] {
  return entries(document, 'paths').flatMap(([fullPath, methods]) => {
    const [, path = '', version = '', group = ''] = /^\/api((?:\/(v\d+))?\/([\w-]+).*)$/.exec(fullPath) ?? []
    if (group === '' || !['', 'v1', 'v2'].includes(version)) return []
    return verbs.flatMap((verb) => {
      const operation = member(methods, verb)
      return operation === undefined
        ? []
        : [readOperation(operation, { method: verb.toUpperCase(), path, version, group })]
    })
  })
}

export const readComponents = (document: object): [string, Schema][] =>
  entries(member(document, 'components'), 'schemas').map(([name, schema]) => [name, asSchema(schema)])

type Place = Pick<Operation, 'method' | 'path' | 'version' | 'group'>

function readOperation(operation: unknown, place: Place): Operation {
  const where = `${place.method} ${place.path}`
  const parameters = list(operation, 'parameters').flatMap((parameter) => readParameter(parameter, where))
  const requestBody = member(operation, 'requestBody')
  const schema = jsonSchema(requestBody)
  return {
    ...place,
    id: text(operation, 'operationId') || missing(`${where} has no operationId`),
    summary: text(operation, 'summary'),
    description: text(operation, 'description'),
    parameters,
    body: schema === null ? null : { schema, required: member(requestBody, 'required') === true },
    reply:
      ['200', '201'].map((status) => jsonSchema(member(member(operation, 'responses'), status))).find(Boolean) ?? null,
  }
}

function readParameter(parameter: unknown, where: string): Parameter[] {
  const name = text(parameter, 'name')
  const place = text(parameter, 'in')
  if (place === 'header' && configuredHeaders.includes(name)) return []
  if (place !== 'path' && place !== 'query') missing(`${where}: the generator has no place for the ${place} "${name}"`)
  return [
    {
      name,
      in: place,
      required: member(parameter, 'required') === true,
      description: text(parameter, 'description'),
      schema: asSchema(member(parameter, 'schema')),
    },
  ]
}

/** Of a request's or reply's JSON. */
function jsonSchema(content: unknown): Schema | null {
  const json = member(member(content, 'content'), 'application/json')
  return json === undefined ? null : asSchema(member(json, 'schema'))
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

export const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined)

export const asSchema = (value: unknown): Schema => (isObject(value) ? value : missing('a schema is not an object'))

export function text(value: unknown, name: string): string {
  const found = member(value, name)
  return typeof found === 'string' ? found : ''
}

export function list(value: unknown, name: string): unknown[] {
  const found = member(value, name)
  return Array.isArray(found) ? found : []
}

export const entries = (value: unknown, name: string): [string, unknown][] => {
  const found = member(value, name)
  return isObject(found) ? Object.entries(found) : []
}

function missing(problem: string): never {
  throw new Error(`The API's document: ${problem}.`)
}
