/** One row of a file, or why there is none; `line` is where it begins, counted from 1. */
export type Entry = { readonly line: number; readonly row: unknown } | Fault

/** What can't be read as a row. */
export interface Fault {
  readonly line: number
  readonly fault: string
}

/**
 * Bytes of one row at most. The dearest that a directory takes is under this; what is longer is passed by, however long it
 * is, and is one failed row.
 */
export const longestRow = 4 * 1024 * 1024
export const tooLong = `is longer than ${longestRow / 1024 / 1024} MiB`
export const notText = 'is not UTF-8 text; save the file as UTF-8'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** `null` for what is no UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
