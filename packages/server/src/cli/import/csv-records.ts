import { type Fault, longestRow, notText, textOf, tooLong } from './entries.ts'

/** One record as it stands in the file, without the end of its line. */
export type CsvRecord = { readonly line: number; readonly text: string } | Fault

const [quote, comma, newLine, carriageReturn] = [0x22, 0x2c, 0x0a, 0x0d]
type State = 'cell' | 'bare' | 'quoted' | 'after-quote'

/**
 * Cuts RFC 4180 into records: a line's end inside quotes is part of a cell. It keeps no more than one record that is not too
 * long, and a record that is wrong leaves the others alone, which parsers of whole files can't.
 */
export async function* csvRecords(bytes: AsyncIterable<Buffer>): AsyncIterable<CsvRecord[]> {
  let state: State = 'cell'
  let [line, begin] = [1, 1]
  let [pieces, length]: [Buffer[], number] = [[], 0]
  const keep = (piece: Buffer) => {
    length += piece.length
    if (length > longestRow) pieces = []
    else if (piece.length > 0) pieces.push(piece)
  }
  const ended = (): CsvRecord => {
    const whole = Buffer.concat(pieces)
    const text = textOf(whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole)
    const fault = length > longestRow ? tooLong : text === null ? notText : null
    const record = fault === null ? { line: begin, text: text ?? '' } : { line: begin, fault }
    pieces = []
    length = 0
    begin = line
    return record
  }
  for await (const chunk of bytes) {
    const records: CsvRecord[] = []
    let start = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (byte === newLine) {
        line += 1
        if (state === 'quoted') continue
        keep(chunk.subarray(start, at))
        start = at + 1
        records.push(ended())
        state = 'cell'
      } else if (byte === quote) {
        if (state === 'cell' || state === 'after-quote') state = 'quoted'
        else if (state === 'quoted') state = 'after-quote'
      } else if (state === 'cell') {
        if (byte !== comma) state = 'bare'
      } else if (state !== 'quoted') {
        // Whatever else follows a closing quote is wrong, but ends with its line.
        if (byte === comma) state = 'cell'
        else if (byte !== carriageReturn) state = 'bare'
      }
    }
    keep(chunk.subarray(start))
    if (records.length > 0) yield records
  }
  if (state === 'quoted') yield [{ line: begin, fault: 'has a quoted cell that is never closed' }]
  else if (length > 0) yield [ended()]
}
