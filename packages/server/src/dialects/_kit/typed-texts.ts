/** Decimal digits with or without a sign; `undefined` for any other text, and for more digits than a number can have. */
export function numberIn(text: string): number | undefined {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

const booleans = new Map([
  ['true', true],
  ['false', false],
])

/**
 * A value where a text that is a whole number, `true` or `false` has become one if the schema has a number or a boolean in
 * its place and no text. Nothing else is read as anything. Looks below `properties` and `items` alone: of references and of
 * choices between schemas it knows nothing.
 */
export function withTextsRead(schema: unknown, value: unknown): unknown {
  const { type, properties, items } = partsOf(schema)
  if (typeof value === 'string') return type.includes('string') ? value : (readAs(type, value) ?? value)
  if (Array.isArray(value)) return items === undefined ? value : value.map((item) => withTextsRead(items, item))
  if (typeof value !== 'object' || value === null || properties.size === 0) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withTextsRead(properties.get(name), member)]),
  )
}

function readAs(types: readonly unknown[], text: string): number | boolean | undefined {
  if (types.includes('boolean')) return booleans.get(text)
  return types.includes('number') || types.includes('integer') ? numberIn(text) : undefined
}

interface Parts {
  readonly type: readonly unknown[]
  readonly properties: ReadonlyMap<string, unknown>
  readonly items: unknown
}

function partsOf(schema: unknown): Parts {
  const parts = new Map(Object.entries<unknown>(Object(schema)))
  return {
    type: [parts.get('type')].flat(),
    properties: new Map(Object.entries<unknown>(Object(parts.get('properties')))),
    items: parts.get('items'),
  }
}
