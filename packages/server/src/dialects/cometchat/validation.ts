import { Ajv, type ErrorObject } from 'ajv'
import type { FastifyInstance } from 'fastify'
import { inWords, shownPath } from '../../core/index.ts'
import { badRequest, CometChatRefusal } from './refusal.ts'

/** A JSON object, or its text as some clients send it; `null` for anything else. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  const read = typeof value === 'string' ? parsed(value) : value
  return isObject(read) ? read : null
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether JSON can say all of its numbers: `1e400` is read as one that it can't. */
function staysAsItIs(object: object): boolean {
  let finite = true
  JSON.stringify(object, (_key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) finite = false
    return value
  })
  return finite
}

/**
 * Beside JSON Schema's own keywords: `objectOfBytes`, an object (or its text) of at most so many bytes as JSON; and
 * `description` as the words of a pattern that is not met, as in `_kit/validation.ts`.
 */
function makeAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, coerceTypes: false, strict: false, verbose: true })
  ajv.addKeyword({
    keyword: 'objectOfBytes',
    schemaType: 'number',
    error: { message: ({ schema }) => `must be an object of at most ${schema} bytes` },
    validate: (most: number, value: unknown) => {
      if (value === null || value === '') return true
      const object = objectOf(value)
      return object !== null && Buffer.byteLength(JSON.stringify(object)) <= most && staysAsItIs(object)
    },
  })
  return ajv
}

/** Makes a plugin's routes validate as strictly as they declare, and tell everything that is wrong at once. */
export function validateWhole(app: FastifyInstance): void {
  const ajv = makeAjv()
  app.setValidatorCompiler(({ schema }) => ajv.compile(schema))
  app.setSchemaErrorFormatter((problems) => refusalOf(problems))
}

/** The same check for a value that is no request's body, such as one row of many: gives it with its type, or throws. */
export function checkOf<T>(schema: object): (value: unknown) => T {
  const isValid = makeAjv().compile<T>(schema)
  return (value) => {
    if (isValid(value)) return value
    throw refusalOf(isValid.errors ?? [])
  }
}

type Problem = Pick<ErrorObject, 'instancePath' | 'params'> & Partial<ErrorObject>

function refusalOf(problems: readonly Problem[]): CometChatRefusal {
  const byField = Map.groupBy(problems, fieldOf)
  if (byField.has('')) return new CometChatRefusal('unreadable', { reason: 'The body must be a JSON object.' })
  const details = [...byField].map(([field, all]): [string, string[]] => {
    // What else a value of another type is not says nothing.
    const ofType = all.filter(({ keyword }) => keyword === 'type')
    const told = ofType.length > 0 ? ofType : all
    return [field, [...new Set(told.map((problem) => `The ${field} ${wordsOf(problem)}.`))]]
  })
  return badRequest(Object.fromEntries(details))
}

function fieldOf({ instancePath, params: { missingProperty: missing } }: Problem): string {
  return shownPath([...instancePath.split('/').slice(1), ...(typeof missing === 'string' ? [missing] : [])])
}

function wordsOf(problem: Problem): string {
  const { params, keyword = '', message = 'is not valid', parentSchema } = problem
  if (typeof params.missingProperty === 'string') return 'is required'
  if (Array.isArray(params.allowedValues)) {
    return `must be one of ${[...new Set(params.allowedValues.map(String))].join(', ')}`
  }
  const description: unknown = parentSchema?.description
  if (keyword === 'pattern' && typeof description === 'string') return `must be ${description}`
  return inWords({ keyword, params }) ?? message
}
