/** Characters to a chunk: large enough that the driver's cost per write is small, small enough to keep both ends busy. */
const chunkSize = 64 * 1024

const special = /[\\\n\r\t]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const escaped = (text: string): string =>
  special.test(text) ? text.replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? character) : text

const element = (item: unknown): string => {
  const text = String(item)
  return /["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`
}

/**
 * A value as PostgreSQL's COPY text format writes it: what a driver's parameter may be, so JSON comes as text and a list
 * becomes an array of text.
 */
export function copyValue(value: unknown): string {
  if (value === null) return '\\N'
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.length === 0 ? '{}' : escaped(`{${value.map(element).join()}}`)
  return String(value)
}

/** Joins rows, each ended by a new line, into chunks that are worth a write. */
export function* inChunks(rows: Iterable<string>): Generator<string> {
  let chunk = ''
  for (const row of rows) {
    chunk += row
    if (chunk.length >= chunkSize) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}
