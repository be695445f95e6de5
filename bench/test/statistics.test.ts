import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReplyReader } from '../src/load.ts'
import { parseOptions, WrongOption } from '../src/options.ts'
import { roundUp } from '../src/plot.ts'
import { median, pairedRatio, percentile } from '../src/statistics.ts'
import { markdownTable, table } from '../src/table.ts'

test('the median of an odd and an even number of values', () => {
  assert.equal(median([30, 1, 2]), 2)
  assert.equal(median([4, 1, 30, 2]), 3)
  assert.ok(Number.isNaN(median([])))
})

test('a percentile is a value that occurred', () => {
  const values = Array.from({ length: 200 }, (_, at) => 200 - at)
  assert.equal(percentile(values, 0.5), 100)
  assert.equal(percentile(values, 0.99), 198)
  assert.equal(percentile([7], 0.99), 7)
})

test('a ratio is that of rounds, so that a slow round of both changes nothing', () => {
  assert.deepEqual(pairedRatio([10, 1, 12], [20, 2, 20]), {
    median: 0.5,
    least: 0.5,
    most: 0.6,
    rounds: [0.5, 0.5, 0.6],
  })
})

test('replies are found whole, however they arrive', () => {
  const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
  for (let cut = 1; cut < reply.length; cut += 1) {
    const reader = new ReplyReader()
    assert.equal(reader.read(Buffer.from(reply.slice(0, cut))), null, `cut at ${cut}`)
    assert.equal(reader.read(Buffer.from(reply.slice(cut))), 200, `cut at ${cut}`)
    assert.equal(reader.read(Buffer.from(reply.replace('200', '404'))), 404)
  }
  for (const body of ['5\r\nhello\r\n0\r\n\r\n', '0\r\n\r\n']) {
    const chunked = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}`
    for (let cut = 1; cut < chunked.length; cut += 1) {
      const reader = new ReplyReader()
      assert.equal(reader.read(Buffer.from(chunked.slice(0, cut))), null, `cut at ${cut}`)
      assert.equal(reader.read(Buffer.from(chunked.slice(cut))), 200, `cut at ${cut}`)
    }
  }
  assert.equal(new ReplyReader().read(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n')), 204)
})

const line = { work: 'me', rollcall: '2/s', beside: '', ratio: '0.5', reach: '≥ 0.4', reached: true, data: null }

test('tables, for a terminal and in Markdown without empty columns', () => {
  assert.equal(table([line]), 'work  Rollcall  beside  ratio  to reach\nme    2/s               0.5    ≥ 0.4     yes')
  assert.equal(
    markdownTable([line, { ...line, reached: null }]),
    [
      '| work | Rollcall | ratio | to reach |  |',
      '| --- | --- | --- | --- | --- |',
      '| me | 2/s | 0.5 | ≥ 0.4 | yes |',
      '| me | 2/s | 0.5 | ≥ 0.4 |  |',
    ].join('\n'),
  )
})

test('the top of a plot', () => {
  assert.deepEqual([0, 0.03, 1, 1.1, 21, 500].map(roundUp), [1, 0.05, 1, 2, 50, 500])
})

test('options', () => {
  assert.equal(parseOptions(['--help']), null)
  const quick = parseOptions(['--quick', '--rows', 'me,list'])
  assert.equal(quick?.effort.name, 'quick')
  assert.deepEqual(quick?.rows, ['me', 'list'])
  assert.deepEqual(quick?.peers, [])
  assert.deepEqual(parseOptions(['--peers', '--rows', 'peers'])?.peers.length, 4)
  assert.deepEqual(parseOptions(['--peers', 'directus'])?.peers, ['directus'])
  for (const wrong of [['--rows', 'none'], ['--people', 'many'], ['--fast'], ['--peers', 'nobody']]) {
    assert.throws(() => parseOptions(wrong), WrongOption, wrong.join(' '))
  }
})
