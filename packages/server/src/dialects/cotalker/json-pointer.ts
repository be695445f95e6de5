import { InvalidRequest } from '../_kit/validation.ts'

/** RFC 6901: empty, or steps that each begin with a slash; `~` stands only before 0 and 1. */
const form = /^(\/([^~/]|~[01])*)*$/
/** RFC 6901 §4: no sign, no leading zero. */
const index = /^(0|[1-9][0-9]*)$/
/** Steps that lead out of a record. */
const forbiddenSteps: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** The steps of a pointer. Throws `InvalidRequest` naming `where` for what is none, or leads out of the record. */
export function pointerSteps(pointer: string, where: string): string[] {
  if (!form.test(pointer)) throw new InvalidRequest(where, 'must be a JSON pointer such as /phone')
  const steps = pointer.split('/').slice(1)
  if (steps.some((step) => forbiddenSteps.has(step))) throw new InvalidRequest(where, 'must not lead to a prototype')
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value at these steps; `undefined` where there is none. Only what a record itself holds is there. */
export function valueAt(document: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => (holds(value, step) ? value[step] : undefined), document)
}

/** Whether a value can be put there: into an object, or into a list at one of its places or its end. */
export function isPlace(document: unknown, steps: readonly string[]): boolean {
  const [parent, last] = [valueAt(document, steps.slice(0, -1)), steps.at(-1)]
  if (last === undefined) return false
  if (Array.isArray(parent)) return last === '-' || (index.test(last) && Number(last) <= parent.length)
  return typeof parent === 'object' && parent !== null
}

function holds(value: unknown, step: string): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false
  return !Array.isArray(value) || index.test(step)
}
