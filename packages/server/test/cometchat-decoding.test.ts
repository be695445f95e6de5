import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Type } from 'typebox'
import { decodeParameters } from '../src/dialects/cometchat/parse-lists.ts'

const Query = Type.Object({
  tags: Type.Optional(Type.Array(Type.String())),
  withTags: Type.Optional(Type.Boolean()),
  page: Type.Optional(Type.Integer()),
  searchKey: Type.Optional(Type.String()),
})
const decoded = (query: string) => decodeParameters(Query, `/v3/users?${query}`)

test('a list in each of its encodings', () => {
  for (const query of [
    'tags=a,b',
    'tags=a%2Cb',
    'tags=a&tags=b',
    'tags[]=a&tags[]=b',
    'tags%5B%5D=a&tags%5B%5D=b',
    'tags[0]=a&tags[1]=b',
    'tags=a&tags[]=b',
    'tags=,a,,b,&other=c',
    'tags=%20a,b+',
  ]) {
    assert.deepEqual(decoded(query), { tags: ['a', 'b'] }, query)
  }
  for (const query of ['tags=', 'tags', 'tags=,', 'tags[]=', '', 'nothing=1'])
    assert.deepEqual(decoded(query), {}, query)
})

test('a comma that a client encoded within an item stays there', () => {
  assert.deepEqual(decoded('tags=a%2Cb,c'), { tags: ['a,b', 'c'] })
  assert.deepEqual(decoded('tags[]=a%2Cb'), { tags: ['a,b'] })
  assert.deepEqual(decoded('tags=a%2Cb&tags=c'), { tags: ['a,b', 'c'] })
})

test('flags in every spelling', () => {
  for (const text of ['1', 'true', 'True', 'TRUE']) assert.deepEqual(decoded(`withTags=${text}`), { withTags: true })
  for (const text of ['0', 'false', 'False', '', 'yes', '2']) {
    assert.deepEqual(decoded(`withTags=${text}`), { withTags: false }, text)
  }
})

test('numbers, and what is none for the validation to refuse', () => {
  assert.deepEqual(decoded('page=2'), { page: 2 })
  assert.deepEqual(decoded('page=-1'), { page: -1 })
  assert.deepEqual(decoded('page='), {})
  for (const text of ['x', '1.5', '1e3', '0x10', 'NaN']) assert.deepEqual(decoded(`page=${text}`), { page: text })
})

test('everything is decoded exactly once; what can not be stays', () => {
  assert.deepEqual(decoded('searchKey=a%20b+c'), { searchKey: 'a b c' })
  assert.deepEqual(decoded('searchKey=%2525'), { searchKey: '%25' })
  assert.deepEqual(decoded('searchKey=100%'), { searchKey: '100%' })
  assert.deepEqual(decoded('searchKey=%ff'), { searchKey: '%ff' })
  assert.deepEqual(decoded('searchKey=a=b&searchKey=c=d'), { searchKey: 'c=d' })
})

test('no query is too odd, and a list comes back as a client wrote it', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (query) => void decoded(query)))
  const item = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => text.isWellFormed() && text.trim() === text)
  fc.assert(
    fc.property(fc.array(item, { minLength: 2 }), (tags) => {
      assert.deepEqual(decoded(`tags=${tags.map(encodeURIComponent).join(',')}`), { tags })
      assert.deepEqual(decoded(tags.map((tag) => `tags[]=${encodeURIComponent(tag)}`).join('&')), { tags })
    }),
  )
})
