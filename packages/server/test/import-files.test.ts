import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainBytes } from '../src/cli/import/bytes.ts'
import { csvEntries } from '../src/cli/import/csv.ts'
import { type Entry, longestRow } from '../src/cli/import/entries.ts'
import { ndjsonEntries } from '../src/cli/import/ndjson.ts'

async function read(format: 'ndjson' | 'csv', input: string | Buffer, length = 5): Promise<Entry[]> {
  async function* pieces(): AsyncIterable<Buffer> {
    const bytes = Buffer.from(input)
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
  }
  const entries: Entry[] = []
  const bytes = plainBytes(pieces())
  for await (const group of format === 'csv' ? csvEntries(bytes) : ndjsonEntries(bytes)) entries.push(...group)
  return entries
}

test('NDJSON: lines of every kind, however the bytes are cut', async () => {
  const latin1 = Buffer.concat([Buffer.from('{"uid":"'), Buffer.from([0xe9]), Buffer.from('"}\n')])
  const input = Buffer.concat([
    Buffer.from('\ufeff{"uid":"é1"}\r\n\r\n  \n{"uid":\n'),
    latin1,
    Buffer.from('{"uid":"secret" x}\n[1]\n{"uid":"last"}'),
  ])
  for (const length of [1, 3, 7, 1000]) {
    assert.deepEqual(await read('ndjson', input, length), [
      { line: 1, row: { uid: 'é1' } },
      { line: 4, fault: 'is not JSON' },
      { line: 5, fault: 'is not UTF-8 text; save the file as UTF-8' },
      { line: 6, fault: 'is not JSON: see character 17' },
      { line: 7, row: [1] },
      { line: 8, row: { uid: 'last' } },
    ])
  }
})

test('CSV: quotes, line ends and commas in cells, and what is said by nothing and by a pair of quotes', async () => {
  const input =
    '\ufeffuid,displayName,phone,tags,active,utcOffset,avatar,extensions.a.b\r\n\r\nx,"A ""B"",\r\nC",,a;b,TRUE,-3.5,,v\r\ny,,"","[""c;d""]",no,x,null,""\r\n'
  for (const length of [1, 4, 1000]) {
    assert.deepEqual(await read('csv', input, length), [
      {
        line: 3,
        row: {
          uid: 'x',
          displayName: 'A "B",\r\nC',
          tags: ['a', 'b'],
          active: true,
          utcOffset: -3.5,
          'extensions.a.b': 'v',
        },
      },
      {
        line: 5,
        row: { uid: 'y', phone: '', tags: ['c;d'], active: 'no', utcOffset: 'x', avatar: null, 'extensions.a.b': '' },
      },
    ])
  }
})

test('CSV: a wrong record costs only itself', async () => {
  const input = 'uid,settings\na,\nb"c,\n"d"e,\nf\ng,h,i\nj,{\nk,\n"never closed\nl,\n'
  assert.deepEqual(await read('csv', input), [
    { line: 2, row: { uid: 'a' } },
    { line: 3, fault: 'is not CSV: a quote stands where none may' },
    { line: 4, fault: 'is not CSV: a quote stands where none may' },
    { line: 5, fault: 'has 1 cells where the first line names 2 columns' },
    { line: 6, fault: 'has 3 cells where the first line names 2 columns' },
    { line: 7, fault: 'settings: is not JSON' },
    { line: 8, row: { uid: 'k' } },
    { line: 9, fault: 'has a quoted cell that is never closed' },
  ])
})

test('CSV: a line of column names that can not be used is refused', async () => {
  const refused = [
    ['', /is empty/],
    ['uid,phon\n', /There is no column "phon"/],
    ['uid,uid\n', /The column uid is there twice/],
    ['uid;email\n', /separated by commas/],
    ['uid,"\n', /never closed/],
  ] as const
  for (const [input, words] of refused) await assert.rejects(read('csv', input), words)
})

test('what is no UTF-8 from its first bytes on is refused with what it is', async () => {
  await assert.rejects(read('ndjson', Buffer.from('\ufeff{}', 'utf16le')), /UTF-16/)
  await assert.rejects(read('ndjson', Buffer.from([0x1f, 0x8b, 8, 0, 0])), /compressed/)
  await assert.rejects(read('csv', Buffer.from('PK\u0003\u0004')), /spreadsheet/)
})

test('a line of any length is one failed row, and is not kept', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x')
  let most = 0
  async function* endless(): AsyncIterable<Buffer> {
    yield Buffer.from('uid\n"')
    for (let count = 0; count < 1024; count += 1) {
      yield piece
      most = Math.max(most, process.memoryUsage().arrayBuffers)
    }
    yield Buffer.from('"\nnext\n')
  }
  const before = process.memoryUsage().arrayBuffers
  for (const entriesOf of [csvEntries, ndjsonEntries]) {
    const entries: Entry[] = []
    for await (const group of entriesOf(endless())) entries.push(...group)
    const [, long] = entriesOf === csvEntries ? [null, ...entries] : entries
    assert.deepEqual(long, { line: 2, fault: 'is longer than 4 MiB' })
    assert.equal(entries.at(-1)?.line, 3)
  }
  assert.ok(most - before < 4 * longestRow, `${most - before} bytes`)
})
