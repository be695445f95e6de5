import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseInstant } from '../src/dialects/_kit/time.ts'

test('ISO 8601 with and without time and zone, and epoch milliseconds', () => {
  for (const [text, instant] of Object.entries({
    '2021-11-17T15:34:42.171Z': '2021-11-17T15:34:42.171Z',
    '2021-11-17T15:34:42.171': '2021-11-17T15:34:42.171Z',
    '2021-11-17T15:34:42Z': '2021-11-17T15:34:42.000Z',
    '2021-11-17T15:34': '2021-11-17T15:34:00.000Z',
    '2021-11-17': '2021-11-17T00:00:00.000Z',
    '2021-11-17T15:34:42+02:00': '2021-11-17T13:34:42.000Z',
    '2021-11-17T15:34:42-0330': '2021-11-17T19:04:42.000Z',
    '2021-11-17T15:34:42.171999Z': '2021-11-17T15:34:42.171Z',
    '2024-02-29': '2024-02-29T00:00:00.000Z',
    '2000-02-29T00:00:00Z': '2000-02-29T00:00:00.000Z',
    '1637163282171': '2021-11-17T15:34:42.171Z',
  })) {
    assert.equal(parseInstant(text)?.toISOString(), instant, text)
  }
})

test('whatever is no moment of the years 1 to 9999', () => {
  for (const text of [
    '',
    ' ',
    'now',
    '2021',
    '2021-11',
    '0',
    '1637163282',
    '2021-13-01',
    '2021-00-10',
    '2021-11-00',
    '2021-11-31',
    '2021-02-29',
    '1900-02-29',
    '2021-11-17T25:00:00Z',
    '2021-11-17T15:60:00Z',
    '2021-11-17 15:34:42Z',
    '2021-11-17T15:34:42.171z ',
    '17/11/2021',
    'Wed, 17 Nov 2021 15:34:42 GMT',
    '+010000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '0000-12-31T23:59:59Z',
    '999999999999999',
    '1e12',
    '-1',
    'NaN',
  ]) {
    assert.equal(parseInstant(text), null, text)
  }
})

test('every instant of those years is read back from its own text', () => {
  const [min, max] = [new Date('0001-01-01T00:00:00.000Z'), new Date('9999-12-31T23:59:59.999Z')]
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
      assert.deepEqual(parseInstant(date.toISOString()), date)
    }),
  )
})
