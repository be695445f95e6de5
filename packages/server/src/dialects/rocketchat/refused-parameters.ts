import { RocketChatRefusal } from './errors.ts'

/** Longer values are not repeated whole to whoever sent them. */
const longestShown = 1000
const shown = (text: string): string => (text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`)

/** A parameter that is no JSON of its kind. */
export const notParsed = (parameter: 'query' | 'fields' | 'sort', raw: string): RocketChatRefusal =>
  new RocketChatRefusal(`invalid_${parameter}`, { value: shown(raw) })

const invalidPart = (reason: string): RocketChatRefusal => new RocketChatRefusal('invalid_query_part', { reason })

export const invalidAttribute = (path: string): RocketChatRefusal => invalidPart(`Invalid attribute: ${shown(path)}`)

export const invalidOperation = (operator: string): RocketChatRefusal =>
  invalidPart(`Invalid operation: ${shown(operator)}`)

/** Strings are shown as they are, everything else as JSON. */
export const invalidOperand = (operator: string, value: unknown): RocketChatRefusal => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return invalidPart(`Invalid parameter for operation: ${operator} : ${shown(text)}`)
}

export const tooManyPatterns = (most: number): RocketChatRefusal =>
  invalidPart(`A query may have ${most} patterns at most`)

/** A parameter that doesn't fit its schema; the reason is in the words of the platform's validator, Ajv. */
export const invalidParams = (reason: string): RocketChatRefusal => new RocketChatRefusal('invalid_params', { reason })
