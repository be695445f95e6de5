import { type Entry, longestRow, notText, textOf, tooLong } from './entries.ts'

const newLine = 0x0a

/** Rows of a file that has one JSON object to a line; empty lines are passed by. In groups, as the bytes come. */
export async function* ndjsonEntries(bytes: AsyncIterable<Buffer>): AsyncIterable<Entry[]> {
  let line = 1
  /** Of a line whose end has not come: its pieces, and its length as far as it is known. */
  let [pieces, length]: [Buffer[], number] = [[], 0]
  const ended = (): Entry[] => {
    const entries = length > longestRow ? [{ line, fault: tooLong }] : entriesOf(Buffer.concat(pieces), line)
    line += 1
    pieces = []
    length = 0
    return entries
  }
  const begun = (piece: Buffer) => {
    length += piece.length
    // What is passed by is not kept either.
    if (length > longestRow) pieces = []
    else if (piece.length > 0) pieces.push(piece)
  }
  for await (const chunk of bytes) {
    const first = chunk.indexOf(newLine)
    if (first === -1) {
      begun(chunk)
      continue
    }
    begun(chunk.subarray(0, first))
    const entries = ended()
    const last = chunk.lastIndexOf(newLine)
    if (last > first) {
      const whole = chunk.subarray(first + 1, last)
      for (const entry of entriesOf(whole, line)) entries.push(entry)
      for (let at = first; at < last; at = chunk.indexOf(newLine, at + 1)) line += 1
    }
    begun(chunk.subarray(last + 1))
    yield entries
  }
  if (length > 0) yield ended()
}

/** Rows of whole lines. They are decoded together: that one is no text is looked for only when all are none. */
function entriesOf(bytes: Buffer, line: number): Entry[] {
  const text = textOf(bytes)
  if (text !== null) return text.split('\n').flatMap((one, at) => entryOf(one, line + at))
  const entries: Entry[] = []
  for (let [start, number] = [0, line]; start <= bytes.length; number += 1) {
    const found = bytes.indexOf(newLine, start)
    const end = found === -1 ? bytes.length : found
    const one = textOf(bytes.subarray(start, end))
    entries.push(...(one === null ? [{ line: number, fault: notText }] : entryOf(one, number)))
    start = end + 1
  }
  return entries
}

function entryOf(text: string, line: number): Entry[] {
  if (text === '' || text.trim() === '') return []
  try {
    return [{ line, row: JSON.parse(text) }]
  } catch (error) {
    return [{ line, fault: `is not JSON${placeOf(error)}` }]
  }
}

/** Where the parser stopped; its own words repeat the text, and there may be a password in it. */
function placeOf(error: unknown): string {
  const [, position] = (error instanceof Error && /at position (\d+)/.exec(error.message)) || []
  return position === undefined ? '' : `: see character ${Number(position) + 1}`
}
