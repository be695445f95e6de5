import { Ajv, type ErrorObject } from 'ajv'
import type { FastifyInstance } from 'fastify'
import { inWords, shownPath } from '../../core/index.ts'
import { badRequest, CometChatRefusal, type Details } from './refusal.ts'

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
      return object !== null && Buffer.byteLength(JSON.stringify(object)) <= most
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
  const details = new Map<string, string[]>()
  for (const problem of problems) {
    const { missingProperty } = problem.params
    const missing = typeof missingProperty === 'string' ? [missingProperty] : []
    const field = shownPath([...problem.instancePath.split('/').slice(1), ...missing])
    if (field === '') return new CometChatRefusal('unreadable', { reason: 'The body must be a JSON object.' })
    const sentence = `The ${field} ${missing.length > 0 ? 'is required' : wordsOf(problem)}.`
    const known = details.get(field) ?? []
    if (!known.includes(sentence)) details.set(field, [...known, sentence])
  }
  return badRequest(Object.fromEntries(details) satisfies Details)
}

function wordsOf(problem: Problem): string {
  const { params, keyword = '', message = 'is not valid', parentSchema } = problem
  if (Array.isArray(params.allowedValues)) return `must be one of ${params.allowedValues.join(', ')}`
  const description: unknown = parentSchema?.description
  if (keyword === 'pattern' && typeof description === 'string') return `must be ${description}`
  return inWords({ keyword, params }) ?? message
}
