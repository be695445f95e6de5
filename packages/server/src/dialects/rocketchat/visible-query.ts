import { isHidden, type Reader } from './attributes.ts'
import { isObject } from './parameters.ts'
import { queryAttribute } from './query-attributes.ts'
import { invalidAttribute, invalidOperand, invalidOperation, tooManyPatterns } from './refused-parameters.ts'
import { isScalar } from './value-tests.ts'

/** A query: names of attributes and of operators that join queries, with what they must be. */
export type QueryDocument = Readonly<Record<string, unknown>>

export interface QueryRules {
  readonly reader: Reader
  /** Which attributes may be asked about, of those that the reader may see. */
  readonly isOffered: (path: string) => boolean
  /** Whether values may be tested by operators, not only for being equal. */
  readonly operators: boolean
}

const joints: ReadonlySet<string> = new Set(['$and', '$or', '$nor'])

/**
 * The query without what its reader may not see, checked as a whole: every attribute is known and offered, every operator
 * allowed, every operand fit. Throws `invalid_query` naming the first that isn't.
 *
 * What is hidden is taken away as if it had not been written, before anything is asked of it. A query of which nothing is
 * left so goes too, and with it the list that it was the last of; an `$or` of a hidden and a visible part is the visible
 * part. So what an answer holds never follows from a hidden value.
 */
export function visibleQuery(query: QueryDocument, rules: QueryRules): QueryDocument {
  const known = Object.entries(query).filter(([name]) => !name.startsWith('$') || joints.has(name) || name === '$regex')
  const visible = visiblePart(Object.fromEntries(known), rules) ?? {}
  if (patternsIn(visible) > mostPatterns) throw tooManyPatterns(mostPatterns)
  return visible
}

/** Each may be tried on everybody. */
const mostPatterns = 20

const patternsIn = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((count: number, item: unknown) => count + patternsIn(item), 0)
  if (!isObject(value)) return 0
  return Object.entries(value).reduce(
    (count, [name, member]) => count + (name === '$regex' ? 1 : patternsIn(member)),
    0,
  )
}

/** `undefined` for a query of which all was hidden. */
function visiblePart(query: QueryDocument, rules: QueryRules): QueryDocument | undefined {
  const members = Object.entries(query)
  const visible = members.flatMap(([name, value]): (readonly [string, unknown])[] => {
    if (joints.has(name)) {
      const parts = joined(name, value, rules)
      return parts.length === 0 ? [] : [[name, parts]]
    }
    if (name.startsWith('$')) throw invalidOperation(name)
    if (isHidden(name, rules.reader)) return []
    checkAttribute(name, value, rules)
    return [[name, value]]
  })
  return visible.length === 0 && members.length > 0 ? undefined : Object.fromEntries(visible)
}

function joined(operator: string, value: unknown, rules: QueryRules): QueryDocument[] {
  if (!rules.operators && operator === '$nor') throw invalidOperation(operator)
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) throw invalidOperand(operator, value)
  return value.map((part) => visiblePart(part, rules)).filter((part) => part !== undefined)
}

function checkAttribute(path: string, value: unknown, { isOffered, operators }: QueryRules): void {
  const attribute = queryAttribute(path)
  if (attribute === undefined || !isOffered(path)) throw invalidAttribute(path)
  if (!isObject(value) || !Object.keys(value).some((name) => name.startsWith('$'))) {
    if (!isScalar(value)) throw invalidOperand('$eq', value)
    if (attribute.existsOnly) throw invalidOperation('$eq')
    return
  }
  checkOperators(value, { isText: attribute.isText, existsOnly: attribute.existsOnly ?? false, operators })
}

interface Allowed {
  readonly isText: boolean
  readonly existsOnly: boolean
  readonly operators: boolean
}

function checkOperators(tests: QueryDocument, allowed: Allowed): void {
  const names = Object.keys(tests)
  if (names.includes('$options') && !names.includes('$regex')) throw invalidOperation('$options')
  for (const [operator, operand] of Object.entries(tests)) {
    const isFit = operands.get(operator)
    const isPattern = operator === '$regex' || operator === '$options'
    const isAllowed = allowed.operators && (!isPattern || allowed.isText)
    const isForThis = !allowed.existsOnly || operator === '$exists' || operator === '$not'
    if (isFit === undefined || !isAllowed || !isForThis) throw invalidOperation(operator)
    if (!isFit(operand)) throw invalidOperand(operator, operand)
    if (operator === '$not' && isObject(operand)) checkOperators(operand, allowed)
  }
}

const isScalars = (value: unknown): boolean => Array.isArray(value) && value.every(isScalar)

/** The operators on values, and what each takes. What is not here is refused. */
const operands: ReadonlyMap<string, (operand: unknown) => boolean> = new Map<string, (operand: unknown) => boolean>([
  ['$eq', isScalar],
  ['$ne', isScalar],
  ['$gt', isScalar],
  ['$gte', isScalar],
  ['$lt', isScalar],
  ['$lte', isScalar],
  ['$in', isScalars],
  ['$nin', isScalars],
  ['$exists', (operand) => typeof operand === 'boolean' || operand === 0 || operand === 1],
  ['$regex', (operand) => typeof operand === 'string'],
  ['$options', (operand) => typeof operand === 'string' && /^[is]*$/.test(operand)],
  ['$not', (operand) => isObject(operand) && Object.keys(operand).length > 0],
])
