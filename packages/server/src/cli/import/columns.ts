import { carriedFields } from '../../core/index.ts'

/** How the cells of a column are read and written. */
export interface ColumnKind {
  /** Throws for what is no JSON where it must be. */
  read(cell: string): unknown
  write(value: unknown): string
}

const text: ColumnKind = { read: (cell) => cell, write: (value) => String(value) }
/** What is no truth value or number is left as it is, and refused where the others are. */
const truth: ColumnKind = {
  read: (cell) => ({ true: true, false: false })[cell.trim().toLowerCase()] ?? cell,
  write: String,
}
const number: ColumnKind = {
  read: (cell) => (/^\s*[-+]?(\d+\.?\d*|\.\d+)\s*$/.test(cell) ? Number(cell) : cell),
  write: String,
}
const json: ColumnKind = { read: (cell) => JSON.parse(cell), write: (value) => JSON.stringify(value) }
/** Items with `;` between them, or a JSON list. */
const list: ColumnKind = {
  read: (cell) => {
    if (cell.trimStart().startsWith('[')) return JSON.parse(cell)
    const items = cell.split(';').map((item) => item.trim())
    return items.filter((item) => item !== '')
  },
  write: (value) => {
    const items = Array.isArray(value) ? value.map(String) : []
    const isPlain = items.length > 0 && items.every((item) => item !== '' && item === item.trim() && !/[;[]/.test(item))
    return isPlain ? items.join(';') : JSON.stringify(items)
  },
}

const kinds = new Map<string, ColumnKind>([...carriedFields, 'password'].map((field) => [field, text] as const))
for (const field of ['emailVerified', 'active', 'termsConditions', 'readOnly', 'requirePasswordChange'])
  kinds.set(field, truth)
for (const field of ['extensions', 'settings', 'preferences', 'avatar']) kinds.set(field, json)
for (const field of ['accessRoles', 'bosses', 'peers', 'subordinates', 'properties', 'tags', 'importIds'])
  kinds.set(field, list)
kinds.set('utcOffset', number)

const single = /^(extensions\.[^.]+|settings|preferences|avatar)\../

/** `null` for what is no column. */
export const kindOf = (column: string): ColumnKind | null => kinds.get(column) ?? (single.test(column) ? text : null)

/** A value as a cell: nothing for what is not said, a pair of quotes for an empty text. */
export function cellOf(column: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  const cell = kindOf(column)?.write(value) ?? ''
  return cell === '' || /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
