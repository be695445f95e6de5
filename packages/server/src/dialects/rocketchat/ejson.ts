import { isObject } from './parameters.ts'

const longest = 16_384
const deepest = 12
/** Members of objects, and objects in lists; values in lists are bounded by the length of the text. */
const mostNodes = 200

/** Names that code could mistake for an object's own machinery. */
const isDangerous = (name: string): boolean => name === '__proto__' || name === 'constructor' || name === 'prototype'

/**
 * An EJSON object: JSON in which `{"$date": <milliseconds or ISO 8601>}` is an instant. Members with dangerous names are
 * dropped. `undefined` for anything else: another value, more than 16 KiB, deeper than 12 levels, more than 200 nodes, an
 * instant that is none, a number that has no finite value.
 */
export function parseEjson(text: string): Readonly<Record<string, unknown>> | undefined {
  if (Buffer.byteLength(text) > longest) return undefined
  try {
    const value = new Revival().value(JSON.parse(text), 0)
    return isObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Unreadable) return undefined
    throw error
  }
}

class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

class Revival {
  #nodes = 0

  value(value: unknown, depth: number): unknown {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Unreadable()
    if (typeof value !== 'object' || value === null) return value
    if (depth >= deepest) throw new Unreadable()
    if (Array.isArray(value)) return value.map((item) => this.value(item, depth + 1))
    const members = Object.entries(value).filter(([name]) => !isDangerous(name))
    const [first] = members
    if (members.length === 1 && first?.[0] === '$date') return instant(first[1])
    this.#nodes += 1 + members.length
    if (this.#nodes > mostNodes) throw new Unreadable()
    return Object.fromEntries(members.map(([name, member]) => [name, this.value(member, depth + 1)]))
  }
}

function instant(value: unknown): Date {
  const date = typeof value === 'number' || typeof value === 'string' ? new Date(value) : null
  if (date === null || Number.isNaN(date.getTime())) throw new Unreadable()
  return date
}
