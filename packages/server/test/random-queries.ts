import fc from 'fast-check'

/** A user as an answer shows it, with its instants as dates. */
export type Shown = Readonly<Record<string, unknown>>

/** A query, of which the reader may see only some parts. */
export type Query = readonly Member[]
export type Member =
  | { readonly path: string; readonly test: unknown; readonly hidden: boolean }
  | { readonly joint: '$and' | '$or' | '$nor'; readonly parts: readonly Query[] }

/** The query as Mongo has it, instants as dates. Where it is written twice, the last of a path's tests counts. */
export const written = (query: Query): Record<string, unknown> =>
  Object.fromEntries(
    query.map((member) => ('path' in member ? [member.path, member.test] : [member.joint, member.parts.map(written)])),
  )

/** The query without its hidden parts: one of which nothing is left goes as well, and a list of queries with its last. */
export function visible(query: Query): Query | null {
  const members = query.flatMap((member): Member[] => {
    if ('path' in member) return member.hidden ? [] : [member]
    const parts = member.parts.map(visible).filter((part) => part !== null)
    return parts.length === 0 ? [] : [{ ...member, parts }]
  })
  return members.length === 0 && query.length > 0 ? null : members
}

/** JSON in which instants are `{"$date"}`. */
export const ejson = (value: unknown): unknown => {
  if (value instanceof Date) return { $date: value.getTime() }
  if (Array.isArray(value)) return value.map(ejson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, ejson(member)]))
}

const texts = ['username', 'name', 'nickname', 'bio', 'statusText', 'reason', 'type', 'status', '_id', 'avatarETag']
const publicPaths = [...texts, 'active', 'utcOffset', 'customFields.team', 'customFields.size', 'name', 'username']
const privatePaths = [
  ...['roles', 'emails.address', 'emails', 'lastLogin', 'createdAt', '_updatedAt', 'inactiveReason', 'roles'],
  ...['requirePasswordChange', 'requirePasswordChangeReason', 'customFields.clearance', 'customFields.unknown'],
]
const patternPaths = new Set([
  ...[...texts, 'roles', 'emails.address', 'inactiveReason', 'requirePasswordChangeReason'],
  ...['customFields.team', 'customFields.size', 'customFields.clearance', 'customFields.unknown'],
])
const patterns = [
  ...['a', '^a', 'e$', '^$', '.', '^.{3,5}$', '[aeiou]{2}', '\\d+', 'á|é|ñ', '(on|off)line', '^(bot|user)$', 'o+'],
  ...['\\bb', '^[A-Z]', '@example', '\\.', '(a|b)*c?', '\\s', 'É', 'r.d', '^[^a-m]', 'Q', '^6c0+1', 'line\\nbreak'],
]

/** What users hold under a dotted path, lists taken apart. */
const valuesAt = (value: unknown, [step, ...rest]: readonly string[]): unknown[] => {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, step === undefined ? [] : [step, ...rest]))
  if (step === undefined) return value === undefined ? [] : [value]
  return typeof value === 'object' && value !== null && !(value instanceof Date)
    ? valuesAt(Object.entries(value).find(([name]) => name === step)?.[1], rest)
    : []
}

const strangers = ['', 'zzz', 'a', 0, 1.5, -4, true, false, new Date('2026-01-01T00:05:00.000Z')]

/** Queries about people whom whoever may see everything sees as these; `privileged` is whether the reader does. */
export function queriesAbout(people: readonly Shown[], privileged: boolean): fc.Arbitrary<Query> {
  const leaf = (path: string, hidden: boolean): fc.Arbitrary<Member> =>
    testsOf(path, people).map((test) => ({ path, test, hidden }))
  const member = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...publicPaths).chain((path) => leaf(path, false)) },
    { weight: 2, arbitrary: fc.constantFrom(...privatePaths).chain((path) => leaf(path, !privileged)) },
  )
  const { query } = fc.letrec<{ query: Query; member: Member }>((tie) => ({
    query: fc.oneof(
      { weight: 19, arbitrary: fc.array(tie('member'), { minLength: 1, maxLength: 2 }).map(distinct) },
      { weight: 1, arbitrary: fc.constant([]) },
    ),
    member: fc.oneof(
      { depthSize: 'small', maxDepth: 2, withCrossShrink: true },
      { weight: 3, arbitrary: member },
      {
        weight: 2,
        arbitrary: fc.record({
          joint: fc.constantFrom('$and', '$or', '$or', '$nor'),
          parts: fc.array(tie('query'), { minLength: 1, maxLength: 3 }),
        }),
      },
    ),
  }))
  return query
}

/** An object has each name once. */
const distinct = (query: Query): Query => [
  ...new Map(query.map((member) => ['path' in member ? member.path : member.joint, member])).values(),
]

function testsOf(path: string, people: readonly Shown[]): fc.Arbitrary<unknown> {
  const exists = fc.boolean().map(($exists) => ({ $exists }))
  if (path === 'emails')
    return fc.oneof(
      exists,
      exists.map(($not) => ({ $not })),
    )
  const own = [...new Set(people.flatMap((person) => valuesAt(person, path.split('.'))))].filter(
    (value) => value !== null,
  )
  const scalar = fc.oneof(
    { weight: 9, arbitrary: own.length === 0 ? fc.constant('x') : fc.constantFrom(...own) },
    { weight: 1, arbitrary: fc.constantFrom(...strangers) },
  )
  const orNull = fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: fc.constant(null) })
  const named = (name: string, operand: fc.Arbitrary<unknown>) => operand.map((value) => ({ [name]: value }))
  const list = fc.array(orNull, { maxLength: 4 })
  const pattern = fc.record({ $regex: fc.constantFrom(...patterns), $options: fc.constantFrom('', 'i', 'is') })
  // Mongo finds what is absent at least and at most null; the judge doesn't, so null is not asked of orders.
  const operator = fc.oneof(
    ...[named('$eq', orNull), named('$ne', orNull), named('$in', list), named('$nin', list), exists],
    ...['$gt', '$gte', '$lt', '$lte'].map((name) => named(name, scalar)),
    ...(patternPaths.has(path) ? [pattern, pattern] : []),
  )
  const several = fc.array(operator, { minLength: 1, maxLength: 2 }).map((all) => Object.assign({}, ...all))
  const negated = several.map(($not) => ({ $not }))
  return fc.oneof(
    orNull,
    several,
    several,
    negated,
    negated.map(($not) => ({ $not })),
  )
}
