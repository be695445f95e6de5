import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { decodeQuery } from '../src/dialects/_kit/query-decoding.ts'

const schema = Type.Object({
  text: Type.String(),
  whole: Type.Integer(),
  real: Type.Number(),
  flag: Type.Boolean(),
  list: Type.Array(Type.String()),
})
const decoded = (raw: Record<string, unknown>) => decodeQuery(schema, raw, { old_text: 'text' })

test('values take the types of the schema, and stay text where they have not its form', () => {
  assert.deepEqual(decoded({ text: '1', whole: '2', real: '2.5', flag: 'true' }), {
    text: '1',
    whole: 2,
    real: 2.5,
    flag: true,
  })
  for (const whole of ['', ' 2', '2 ', '0x10', '1e3', '--2', 'Infinity', 'NaN', '2,5']) {
    assert.deepEqual(decoded({ whole }), whole === '' ? {} : { whole })
  }
  assert.deepEqual(decoded({ whole: '-2', real: '2.', flag: 'yes' }), { whole: -2, real: '2.', flag: 'yes' })
  for (const [flag, value] of [
    ['TRUE', true],
    ['1', true],
    ['False', false],
    ['0', false],
  ] as const) {
    assert.deepEqual(decoded({ flag }), { flag: value })
  }
})

test('lists come as repeated keys, as bracketed keys and with commas, all together', () => {
  assert.deepEqual(decoded({ list: 'a' }), { list: ['a'] })
  assert.deepEqual(decoded({ list: ['a', 'b'] }), { list: ['a', 'b'] })
  assert.deepEqual(decoded({ 'list[]': ['a', 'b,c'], list: 'd,,' }), { list: ['a', 'b', 'c', 'd'] })
})

test('empty values are absent ones', () => {
  assert.deepEqual(decoded({ text: '', list: '', 'list[]': ['', ''], whole: '', flag: '' }), {})
  assert.deepEqual(decoded({ list: ['', 'a'], text: ['', 'b'] }), { list: ['a'], text: 'b' })
  assert.deepEqual(decoded({ list: ',' }), { list: [] })
})

test('several values where one belongs are left for the validation to refuse', () => {
  assert.deepEqual(decoded({ text: ['a', 'b'], old_text: 'c' }), { text: ['a', 'b', 'c'] })
})

test('other names are dropped, aliases are read, inherited names are none', () => {
  assert.deepEqual(decoded({ other: '1', constructor: 'x', toString: 'y', old_text: 'a' }), { text: 'a' })
  assert.deepEqual(decoded(JSON.parse('{"__proto__": "x", "list": {"a": "b"}}')), {})
})
