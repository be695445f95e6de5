import type { Condition } from '../../core/index.ts'
import { attributeNamed, type Reader, stepsOf } from './attributes.ts'
import { everybody } from './conditions.ts'
import { parseEjson } from './ejson.ts'
import { type Projection, showsCustomField } from './parse-fields.ts'
import { queryCondition } from './query-tree.ts'
import { notParsed } from './refused-parameters.ts'
import { type QueryDocument, visibleQuery } from './visible-query.ts'

/**
 * The `query` of a list: an EJSON object in Mongo's query language, as far as visible-query.ts allows it. It may ask about
 * what the answer shows (`projection`), and about `_id`.
 *
 * Throws `invalid_query`; `invalid_pattern` for a pattern of roles and the like, which are tested here.
 */
export function parseQuery(raw: string | undefined, projection: Projection, reader: Reader): Condition {
  if (raw === undefined) return everybody
  const query = parseEjson(raw)
  if (query === undefined) throw notParsed('query', raw)
  const isOffered = (path: string) => path === '_id' || isShown(path, projection)
  return queryCondition(visibleQuery(query, { reader, isOffered, operators: true }), reader)
}

function isShown(path: string, projection: Projection): boolean {
  const [head, below] = stepsOf(path)
  if (head === 'customFields' && below !== '') return showsCustomField(projection, below)
  const attribute = attributeNamed(head)
  return attribute !== undefined && projection.attributes.has(attribute)
}

/** Conditions beside a search: values to be equal, `$and` and `$or`, of whatever the reader may see. Throws likewise. */
export const parseConditions = (query: QueryDocument, reader: Reader): Condition =>
  queryCondition(visibleQuery(query, { reader, isOffered: () => true, operators: false }), reader)
