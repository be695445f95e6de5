import { invalidParams } from './refused-parameters.ts'

/** A decoded query string: repeated names hold lists. */
export type Parameters = Readonly<Record<string, unknown>>

/** Of a single value; absent and empty are the same. Throws `must be string` for a repeated one. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') throw invalidParams('must be string')
  return value
}

export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const text = textOf(value)
  if (text === undefined) return undefined
  if (text !== 'true' && text !== 'false') throw invalidParams('must be boolean')
  return text === 'true'
}

/** All values of a name, which clients also write with brackets: `roles=a&roles=b`, `roles[]=a`. */
export function textsOf(parameters: Parameters, name: string): string[] {
  return [parameters[name], parameters[`${name}[]`]]
    .flat()
    .map(textOf)
    .filter((text) => text !== undefined)
}

/** Throws unless the text is one of these. */
export function oneOf<T extends string>(text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text)
  if (found === undefined) {
    throw invalidParams('must be equal to one of the allowed values')
  }
  return found
}

/** A plain object, as JSON and its like have them. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** `undefined` for text that is no JSON object. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
