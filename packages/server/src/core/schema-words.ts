/** What a value did not fit, as the validators report it. */
export interface Misfit {
  readonly keyword?: string
  readonly params: object
}

const atLeast = (count: number, unit: string) =>
  count === 1 ? 'must not be empty' : `must have at least ${count} ${unit}s`
const atMost = (count: number, unit: string) => `must have at most ${count} ${unit}${count === 1 ? '' : 's'}`

const limitWords: Readonly<Record<string, (limit: number) => string>> = {
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `must be at most ${limit}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  exclusiveMaximum: (limit) => `must be less than ${limit}`,
  minLength: (limit) => atLeast(limit, 'character'),
  maxLength: (limit) => atMost(limit, 'character'),
  minItems: (limit) => atLeast(limit, 'item'),
  maxItems: (limit) => atMost(limit, 'item'),
  minProperties: (limit) => atLeast(limit, 'key'),
  maxProperties: (limit) => atMost(limit, 'key'),
}

const typeWords: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
}

/** What the value must be instead; `undefined` where neither a limit nor a type is the matter. */
export function inWords({ keyword = '', params }: Misfit): string | undefined {
  if ('limit' in params && typeof params.limit === 'number') return limitWords[keyword]?.(params.limit)
  if (keyword !== 'type' || !('type' in params)) return undefined
  return `must be ${[params.type].flat().map(String).map(typeInWords).join(' or ')}`
}
const typeInWords = (type: string): string => typeWords[type] ?? type

/** In characters. */
const longestStep = 40

/** A dotted path to show: a caller's keys may have any length, and are cut. */
export const shownPath = (steps: readonly string[]): string =>
  steps
    .map((step) => {
      if (step.length <= longestStep) return step
      const characters = Array.from(step)
      return characters.length <= longestStep ? step : `${characters.slice(0, longestStep).join('')}…`
    })
    .join('.')
