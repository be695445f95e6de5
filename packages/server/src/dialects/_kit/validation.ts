import { Ajv } from 'ajv'
import type { FastifyInstance } from 'fastify'
import { inWords, shownPath } from '../../core/index.ts'
import { withTextsRead } from './typed-texts.ts'

/** A request that doesn't fit its schema; the path is in the platform's own spelling, as the caller wrote it. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest'
  /** Dotted; empty when the whole is wrong. */
  readonly path: string

  constructor(path: string, reason: string, message = path === '' ? reason : `${path}: ${reason}`) {
    super(message)
    this.path = path
  }
}

/**
 * Makes a plugin's routes validate as strictly as they declare: no value is coerced, defaulted or removed. The first
 * problem becomes an `InvalidRequest`.
 */
export function validateStrictly(app: FastifyInstance): void {
  const ajv = strictAjv()
  app.setValidatorCompiler(({ schema }) => ajv.compile(schema))
  app.setSchemaErrorFormatter(([problem], part) =>
    invalidRequestFrom(problem ?? { instancePath: '', params: {} }, part),
  )
}

/**
 * Makes a plugin's routes read what they declare out of texts: `"true"` is a boolean, `"5"` a number, where the schema has
 * one; see `withTextsRead`. The `InvalidRequest` has the validator's own words, for platforms whose clients know them.
 */
export function validateReadingTexts(app: FastifyInstance): void {
  const ajv = new Ajv({ ...asDeclared, strict: false, strictNumbers: true, formats })
  app.setValidatorCompiler(({ schema }) => {
    const isValid = ajv.compile(schema)
    return (sent) => {
      const value = withTextsRead(schema, sent)
      return isValid(value) ? { value } : { error: isValid.errors ?? [] }
    }
  })
  app.setSchemaErrorFormatter((problems) => {
    const { instancePath = '', params = {} } = problems[0] ?? {}
    const below = [params.missingProperty, params.additionalProperty].filter((name) => typeof name === 'string')
    const words = problems.map(({ message }) => message ?? 'is not valid').join('\n ')
    return new InvalidRequest(shownPath([...instancePath.split('/').slice(1), ...below]), words, words)
  })
}

/** Said of bytes in API documents; there is nothing to check. */
const formats = { binary: true } as const

/** Nothing is coerced, defaulted or removed. */
const asDeclared = { coerceTypes: false, useDefaults: false, removeAdditional: false } as const

const strictAjv = () => new Ajv({ ...asDeclared, strict: false, verbose: true, formats })

/** The same check for a value that is no request's body: gives it with its type, or throws `InvalidRequest`. */
export function checkOf<T>(schema: object): (value: unknown) => T {
  const isValid = strictAjv().compile<T>(schema)
  return (value) => {
    if (isValid(value)) return value
    const [problem] = isValid.errors ?? []
    throw invalidRequestFrom(problem ?? { instancePath: '', params: {} }, 'record')
  }
}

interface Problem {
  readonly keyword?: string
  readonly instancePath: string
  readonly params: Record<string, unknown>
  readonly message?: string
}

/** `part` is the framework's word for what of the request was checked, such as `body`. */
function invalidRequestFrom(problem: Problem, part: string): InvalidRequest {
  const { missingProperty: missing, allowedValues: allowed, pattern, type } = problem.params
  const steps = problem.instancePath.split('/').slice(1)
  if (typeof missing === 'string') return new InvalidRequest(shownPath([...steps, missing]), 'is required')
  const path = shownPath(steps)
  if (path === '') return new InvalidRequest('', `The ${part} must be a JSON ${type === 'array' ? 'list' : 'object'}.`)
  if (Array.isArray(allowed)) return new InvalidRequest(path, `must be one of ${allowed.join(', ')}`)
  // A pattern says little to a person; the words beside it in the schema do.
  if (pattern !== undefined) return new InvalidRequest(path, `must be ${descriptionOf(problem) ?? 'in another form'}`)
  return new InvalidRequest(path, inWords(problem) ?? problem.message ?? 'is not valid')
}

function descriptionOf(problem: Problem & { parentSchema?: unknown }): string | undefined {
  const { parentSchema: schema } = problem
  if (typeof schema !== 'object' || schema === null || !('description' in schema)) return undefined
  return typeof schema.description === 'string' ? schema.description : undefined
}
