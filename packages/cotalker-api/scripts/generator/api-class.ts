import type { Operation, Schema } from './document.ts'
import { argumentMembers, bodyOptions, isArgumentRequired } from './parameters.ts'
import { comment, membersText, typeText } from './types.ts'

export interface ApiClass {
  readonly name: string
  readonly description: string
  readonly methods: readonly Method[]
}

export interface Method {
  readonly name: string
  readonly operation: Operation
  /** The class whose file has this operation's types. */
  readonly typesOf: string
}

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** `v2-users-api.ts` for `V2UsersApi`. */
export const fileOf = (className: string) => `${className.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}.ts`

const argumentName = ({ operation, typesOf }: Method) => `${typesOf}${capitalised(operation.id)}Request`
const bodyName = ({ operation }: Method) => `${capitalised(operation.id)}Body`
const replyName = ({ operation }: Method) => `${capitalised(operation.id)}Reply`

const hasArgument = ({ operation: { parameters, body } }: Method) => parameters.length > 0 || body !== null

/** A class with one method an operation, after the types of its own operations. */
export function apiClassText(api: ApiClass, names: ReadonlyMap<string, string>, models: readonly string[]): string {
  const own = api.methods.filter(({ typesOf }) => typesOf === api.name)
  const types = own.flatMap((method) => methodTypes(method, names)).join('\n\n')
  const methods = api.methods.map(methodText).join('\n\n')
  const code = `${types}\n\n${comment(api.description)}export class ${api.name} extends BaseAPI {\n${methods}\n}\n`
  const foreign = api.methods.filter(({ typesOf }) => typesOf !== api.name)
  const imports = [
    `import type { AxiosRequestConfig, AxiosResponse } from 'axios'`,
    `import { BaseAPI } from '../base-api.ts'`,
    typeImport(
      models.filter((model) => new RegExp(`\\b${model}\\b`).test(types)),
      'models.ts',
    ),
    ...Map.groupBy(foreign, ({ typesOf }) => typesOf)
      .entries()
      .map(([className, shared]) =>
        typeImport(
          shared.flatMap((method) => [...(hasArgument(method) ? [argumentName(method)] : []), replyName(method)]),
          fileOf(className),
        ),
      ),
  ]
  return `${imports.filter(Boolean).join('\n')}\n\n${code}`
}

const typeImport = (names: string[], file: string) =>
  names.length > 0 ? `import type { ${names.toSorted().join(', ')} } from './${file}'` : ''

function methodTypes(method: Method, names: ReadonlyMap<string, string>): string[] {
  const { operation } = method
  const reply =
    operation.reply === null
      ? `export type ${replyName(method)} = void`
      : typeOf(replyName(method), operation.reply, names)
  const body = operation.body === null ? [] : [typeOf(bodyName(method), operation.body.schema, names, true)]
  const argument = `export interface ${argumentName(method)} {\n${argumentMembers(operation, bodyName(method)).join('\n')}\n}`
  return [...body, ...(hasArgument(method) ? [argument] : []), reply]
}

/** An exported type of this name; objects as interfaces, whose names errors and editors show. */
export function typeOf(name: string, schema: Schema, names: ReadonlyMap<string, string>, given = false): string {
  const options = { names, ...(given && bodyOptions) }
  const isObject = schema.type === 'object' && 'properties' in schema && !('allOf' in schema)
  const doc = comment(typeof schema.description === 'string' ? schema.description : '')
  if (isObject) return `${doc}export interface ${name} {\n${membersText(schema, options)}\n}`
  return `${doc}export type ${name} = ${typeText(schema, options)}`
}

function methodText(method: Method): string {
  const { operation, name } = method
  const path = operation.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name)
  const query = operation.parameters.some((parameter) => parameter.in === 'query')
  const named = [...path, ...(operation.body === null ? [] : ['body'])]
  const taken = [...named, ...(query ? ['...query'] : [])]
  const argument = `requestParameters: ${argumentName(method)}${isArgumentRequired(operation) ? '' : ' = {}'}`
  const request = [
    `method: '${operation.method}'`,
    `path: '${operation.path}'`,
    ...(path.length > 0 ? [`pathParameters: { ${path.join(', ')} }`] : []),
    ...(query ? [named.length > 0 ? 'query' : 'query: { ...requestParameters }'] : []),
    ...(operation.body === null ? [] : ['body']),
  ]
  return [
    comment(
      [operation.summary, operation.description].filter(Boolean).join('. '),
      `\`${operation.method} /api${operation.path}\``,
    ),
    `${name}(${hasArgument(method) ? `${argument}, ` : ''}options?: AxiosRequestConfig): `,
    `Promise<AxiosResponse<${replyName(method)}>> {\n`,
    named.length > 0 ? `const { ${taken.join(', ')} } = requestParameters\n` : '',
    `return this.request({ ${request.join(', ')} }, options)\n}`,
  ].join('')
}
