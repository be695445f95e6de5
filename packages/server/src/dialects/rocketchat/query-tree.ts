import { CompoundCondition, FieldCondition, type FieldInstruction, type Condition as Tree } from '@ucast/core'
import { $and, $nor, $not, $options, $or, MongoQueryParser, type RegExpFieldContext } from '@ucast/mongo'
import type { Condition } from '../../core/index.ts'
import type { Reader } from './attributes.ts'
import { all, any } from './conditions.ts'
import { queryAttribute } from './query-attributes.ts'
import { invalidAttribute, invalidOperand, invalidOperation } from './refused-parameters.ts'
import { isScalar, type Pattern, type ValueTest } from './value-tests.ts'
import type { QueryDocument } from './visible-query.ts'

class PatternCondition extends FieldCondition<Pattern> {}

/** The library would make a `RegExp` of it: patterns are never run as such here. */
const $regex: FieldInstruction<string, RegExpFieldContext> = {
  type: 'field',
  parse: ({ name }, source, { field, query }) =>
    new PatternCondition(name, field, { source, options: query.$options ?? '' }),
}

const test = { type: 'field' } as const
const parser = new MongoQueryParser({
  ...{ $and, $or, $nor, $not, $options },
  ...{ $eq: test, $ne: test, $gt: test, $gte: test, $lt: test, $lte: test, $in: test, $nin: test, $exists: test },
  $regex: { ...$regex },
})

/** What a query that has been checked asks of the directory. Throws `invalid_pattern`. */
export const queryCondition = (query: QueryDocument, reader: Reader): Condition =>
  conditionOf(parser.parse(query), reader)

function conditionOf(tree: Tree, reader: Reader): Condition {
  if (tree instanceof CompoundCondition) {
    const parts = tree.value.map((part) => conditionOf(part, reader))
    if (tree.operator === 'and') return all(parts)
    if (tree.operator === 'or') return any(parts)
    // `not` has one part, `nor` any number.
    return { not: any(parts) }
  }
  if (!(tree instanceof FieldCondition)) throw invalidOperation(`$${tree.operator}`)
  const attribute = queryAttribute(tree.field)
  if (attribute === undefined) throw invalidAttribute(tree.field)
  const [isNegated, valueTest] = testOf(tree)
  const condition = attribute.condition(valueTest, reader)
  return isNegated ? { not: condition } : condition
}

/** The test, and whether it must fail. */
function testOf(tree: FieldCondition): readonly [boolean, ValueTest] {
  if (tree instanceof PatternCondition) return [false, { op: 'regex', pattern: tree.value }]
  const { operator, value } = tree
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const values = list.filter(isScalar)
  const [first = null] = values
  if (values.length < list.length) throw invalidOperand(`$${operator}`, value)
  switch (operator) {
    case 'eq':
    case 'in':
      return [false, { op: 'in', values }]
    case 'ne':
    case 'nin':
      return [true, { op: 'in', values }]
    case 'exists':
      return [first === false || first === 0, { op: 'exists' }]
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return [false, { op: operator, value: first }]
    default:
      throw invalidOperation(`$${operator}`)
  }
}
