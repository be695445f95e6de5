import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstDifference, replaceBetween } from '../../../scripts/generated-text.ts'

const page = 'Before\n<!-- generated: table -->\nold\nlines\n<!-- end: table -->\nAfter\n'

test('only what stands between the lines is replaced, and a second time changes nothing', () => {
  const once = replaceBetween(page, 'table', 'new $& line')
  assert.equal(once, 'Before\n<!-- generated: table -->\nnew $& line\n<!-- end: table -->\nAfter\n')
  assert.equal(replaceBetween(once, 'table', 'new $& line'), once)
})

test('lines that are missing or the wrong way round are refused', () => {
  const wrong = /The lines "<!-- generated: other -->" and "<!-- end: other -->" are missing or misplaced\./
  assert.throws(() => replaceBetween(page, 'other', ''), wrong)
  assert.throws(() => replaceBetween('<!-- end: other -->\n<!-- generated: other -->\n', 'other', ''), wrong)
})

test('a difference is shown where it begins', () => {
  assert.equal(firstDifference('a\nb\nc\n', 'a\nx\nc\n'), '@@ line 2 @@\n- b\n- c\n- \n+ x\n+ c\n+ ')
  assert.equal(firstDifference('', 'a\n'), '@@ line 1 @@\n- \n+ a\n+ ')
  assert.equal(firstDifference('a\nb', 'a'), '@@ line 2 @@\n- b')
})
