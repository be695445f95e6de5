import { badArgument } from '../command.ts'

const beginsWith = (bytes: Buffer, ...start: number[]) => start.every((byte, at) => bytes[at] === byte)

/**
 * A file's bytes without the mark that some programs write before UTF-8. Throws `CommandError` for what is something else from
 * its first bytes on.
 */
export async function* plainBytes(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let first: Buffer | null = Buffer.alloc(0)
  for await (const chunk of source) {
    if (first === null) {
      yield chunk
      continue
    }
    first = Buffer.concat([first, chunk])
    if (first.length < 4) continue
    yield unmarked(first)
    first = null
  }
  if (first !== null) yield unmarked(first)
}

function unmarked(bytes: Buffer): Buffer {
  if (beginsWith(bytes, 0xff, 0xfe) || beginsWith(bytes, 0xfe, 0xff)) {
    throw badArgument('The file is UTF-16. Save it as UTF-8 (iconv -f UTF-16 -t UTF-8)')
  }
  if (beginsWith(bytes, 0x1f, 0x8b))
    throw badArgument('The file is compressed: gunzip -c FILE | ... import - --format ...')
  if (beginsWith(bytes, 0x50, 0x4b, 0x03, 0x04)) {
    throw badArgument('The file is a spreadsheet or an archive. Save the sheet as CSV in UTF-8')
  }
  return beginsWith(bytes, 0xef, 0xbb, 0xbf) ? bytes.subarray(3) : bytes
}
