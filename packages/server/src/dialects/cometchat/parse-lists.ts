import type { TObject, TSchema } from 'typebox'

/** A parameter as it stands in the URL: `key`, `key[]` and `key[0]` all have the name `key`, `key[part]` has its own. */
interface Sent {
  readonly name: string
  readonly bracketed: boolean
  /** Not decoded yet. */
  readonly raw: string
}

/**
 * A URL's parameters as a schema names and types them, ready to be validated; what it does not declare is passed over.
 *
 * Lists: `tags=a,b`, `tags=a&tags=b`, `tags[]=a`, `tags[0]=a`. A comma that is percent-encoded is part of an item where
 * others stand bare beside it or the items have names of their own; in a single value it separates, for clients that encode whole
 * values. Flags: `1` and `true` in any case, anything else is false. Numbers that are none stay text, for the validation
 * to refuse by name. Of a repeated single value the last counts. Everything is decoded exactly once; what can't be stays.
 */
export function decodeParameters(schema: TObject, url: string): object {
  const given = Map.groupBy(sentIn(url), ({ name }) => name)
  const decoded: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties)) {
    const sent = given.get(name)
    const value = sent === undefined ? undefined : readValue(property, sent)
    if (value !== undefined) decoded[name] = value
  }
  return decoded
}

function sentIn(url: string): Sent[] {
  const start = url.indexOf('?')
  const query = start === -1 ? '' : url.slice(start + 1)
  return query.split('&').flatMap((pair) => {
    const [key = '', ...rest] = pair.split('=')
    const [, name = '', brackets = ''] = /^([^[]*(?:\[[a-zA-Z]+\])?)(\[\d*\])?$/.exec(decodeOnce(key)) ?? []
    return name === '' ? [] : [{ name, bracketed: brackets !== '', raw: rest.join('=') }]
  })
}

function readValue(schema: TSchema, sent: readonly Sent[]): unknown {
  const type = 'type' in schema ? schema.type : undefined
  if (type === 'array') return itemsOf(sent)
  const text = decodeOnce(sent.at(-1)?.raw ?? '').trim()
  if (type === 'boolean') return ['1', 'true'].includes(text.toLowerCase())
  if (text === '') return undefined
  if (type === 'integer') return /^[+-]?\d+$/.test(text) ? Number(text) : text
  return text
}

function itemsOf(sent: readonly Sent[]): string[] | undefined {
  const [only, ...more] = sent
  const single = only !== undefined && more.length === 0 && !only.bracketed && !only.raw.includes(',')
  const items = single
    ? decodeOnce(only.raw).split(',')
    : sent.flatMap(({ raw }) => raw.split(',').map((item) => decodeOnce(item)))
  const filled = items.map((item) => item.trim()).filter((item) => item !== '')
  return filled.length === 0 ? undefined : filled
}

function decodeOnce(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}
