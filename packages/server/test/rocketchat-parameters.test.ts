import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SortKey } from '../src/core/index.ts'
import { parseFields } from '../src/dialects/rocketchat/parse-fields.ts'
import { parseUsersList, type QueryMode } from '../src/dialects/rocketchat/parse-list.ts'
import { parsePage } from '../src/dialects/rocketchat/parse-page.ts'
import { parseSort } from '../src/dialects/rocketchat/parse-sort.ts'
import { admin, all, invalid, is, nobody, not, path, refusalOf, regular } from './rocketchat-readers.ts'

type Reader = typeof admin

describe('count and offset', () => {
  const cases: Record<string, readonly [Record<string, unknown>, unknown]> = {
    nothing: [{}, { limit: 50, offset: 0 }],
    both: [
      { count: '7', offset: '3' },
      { limit: 7, offset: 3 },
    ],
    'numbers that were read already': [
      { count: 7, offset: 3 },
      { limit: 7, offset: 3 },
    ],
    'more than a page holds': [{ count: '1000' }, { limit: 100, offset: 0 }],
    everything: [
      { count: '0', offset: '5' },
      { limit: null, offset: 5 },
    ],
    'beyond what can be counted': [{ offset: '9'.repeat(300) }, { limit: 50, offset: Number.MAX_SAFE_INTEGER }],
    'no number': [{ count: 'many' }, invalid('must be integer')],
    'no whole number': [{ count: '1.5' }, invalid('must be integer')],
    nothing_in_it: [{ offset: '' }, invalid('must be integer')],
    'in another notation': [{ count: '1e3' }, invalid('must be integer')],
    'several numbers': [{ count: ['1', '2'] }, invalid('must be integer')],
    endless: [{ offset: 'Infinity' }, invalid('must be integer')],
    'a negative count': [{ count: '-1' }, invalid('must be >= 0')],
    'a negative offset': [{ offset: '-5' }, invalid('must be >= 0')],
  }
  for (const [name, [parameters, slice]] of Object.entries(cases)) {
    test(name, () =>
      assert.deepEqual(
        refusalOf(() => parsePage(parameters)),
        slice,
      ),
    )
  }
})

describe('sort', () => {
  const key = (field: SortKey['field'], direction: SortKey['direction'], ...below: string[]): SortKey => ({
    field,
    path: below,
    direction,
  })
  const byUsername = [key('username', 'asc')]
  const orders: Record<string, readonly [string | undefined, Reader, readonly SortKey[]]> = {
    nothing: [undefined, admin, byUsername],
    'no keys': ['{}', admin, byUsername],
    'several keys, the first first': [
      '{"type":-1,"name":1,"_id":1}',
      admin,
      [key('kind', 'desc'), key('foldedName', 'asc'), key('id', 'asc')],
    ],
    'status adds active at the end': [
      '{"status":-1,"username":1}',
      admin,
      [key('status', 'desc'), key('username', 'asc'), key('active', 'desc')],
    ],
    'both names of names are one': ['{"name":1,"nameInsensitive":-1}', admin, [key('foldedName', 'asc')]],
    'what only the privileged see': [
      '{"createdAt":-1,"lastLogin":1,"emails.address":1,"_updatedAt":1}',
      admin,
      [key('createdAt', 'desc'), key('lastLoginAt', 'asc'), key('email', 'asc'), key('modifiedAt', 'asc')],
    ],
    'hidden keys are passed over': ['{"createdAt":-1,"emails.address":1,"bio":1}', regular, [key('bio', 'asc')]],
    'nothing but hidden keys': ['{"lastLogin":-1}', regular, byUsername],
    'unknown keys': ['{"foo":1,"username.x":1,"customFields":1,"customFields.a.b":1,"toString":1}', admin, byUsername],
    'what no database can hold': [
      '{"customFields.\\u0000":1,"\\u0000":1,"customFields.a\\u0000":1}',
      admin,
      byUsername,
    ],
    'custom fields': [
      '{"customFields.team":-1,"customFields.clearance":1}',
      admin,
      [key('extensions', 'desc', 'customFields', 'team'), key('extensions', 'asc', 'customFields', 'clearance')],
    ],
    'public custom fields': [
      '{"customFields.team":-1,"customFields.clearance":1}',
      regular,
      [key('extensions', 'desc', 'customFields', 'team')],
    ],
  }
  for (const [name, [sort, reader, order]] of Object.entries(orders)) {
    test(name, () => assert.deepEqual(parseSort(sort, reader), order))
  }
  const tooMany = JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`k${n}`, 1])))
  for (const sort of ['username', '[]', '1', 'null', '{"username":"1"}', '{"username":0}', '{"a":true}', tooMany]) {
    test(`no order: ${sort.slice(0, 30)}`, () =>
      assert.deepEqual(
        refusalOf(() => parseSort(sort, admin)),
        ['invalid_sort', { value: sort }],
      ))
  }
})

const regularsDefaults: readonly string[] = [
  ...['_id', 'username', 'name', 'nameInsensitive', 'status', 'active', 'type', 'avatarETag', 'utcOffset'],
]
const adminsDefaults = [...regularsDefaults, 'emails', 'roles', 'lastLogin']
interface Shown {
  readonly attributes: readonly string[]
  readonly customFields: { readonly rest: boolean; readonly except: readonly string[] }
}
const projectionOf = (fields: string | undefined, reader: Reader): Shown => {
  const { attributes, customFields } = parseFields(fields, reader)
  return { attributes: [...attributes], customFields: { ...customFields, except: [...customFields.except] } }
}
const noCustomFields = { rest: false, except: [] }

describe('fields', () => {
  const cases: Record<string, readonly [string | undefined, Reader, Shown]> = {
    'administrators see': [undefined, admin, { attributes: adminsDefaults, customFields: noCustomFields }],
    'everybody sees': [undefined, regular, { attributes: regularsDefaults, customFields: noCustomFields }],
    'none asked': ['{}', admin, { attributes: adminsDefaults, customFields: noCustomFields }],
    'names are added': [
      '{"username":1,"bio":1,"settings.preferences":1,"foo":1}',
      admin,
      { attributes: [...adminsDefaults, 'bio', 'settings'], customFields: noCustomFields },
    ],
    'names are taken away, but for those that are always there': [
      '{"emails":0,"roles":0,"_id":0,"nameInsensitive":0,"name.x":0}',
      admin,
      {
        attributes: adminsDefaults.filter((name) => name !== 'emails' && name !== 'roles'),
        customFields: noCustomFields,
      },
    ],
    'nobody sees': [
      '{"services":1,"services.password":1,"e2e":1,"importIds":1,"inviteToken":1,"members":1,"joinCode":1}',
      admin,
      { attributes: adminsDefaults, customFields: noCustomFields },
    ],
    'hidden names are passed over': [
      '{"emails":1,"emails.address":1,"roles":1,"createdAt":1,"settings":1,"language":1,"nickname":1}',
      regular,
      { attributes: [...regularsDefaults, 'nickname'], customFields: noCustomFields },
    ],
    'all custom fields': [
      '{"customFields":1}',
      regular,
      { attributes: [...regularsDefaults, 'customFields'], customFields: { rest: true, except: [] } },
    ],
    'all but one': [
      '{"customFields":1,"customFields.team":0}',
      admin,
      { attributes: [...adminsDefaults, 'customFields'], customFields: { rest: true, except: ['team'] } },
    ],
    'only public ones': [
      '{"customFields.team":1,"customFields.clearance":1}',
      regular,
      { attributes: [...regularsDefaults, 'customFields'], customFields: { rest: false, except: ['team'] } },
    ],
    'a private one': [
      '{"customFields.clearance":1}',
      regular,
      { attributes: regularsDefaults, customFields: noCustomFields },
    ],
  }
  for (const [name, [fields, reader, projection]] of Object.entries(cases)) {
    test(name, () => assert.deepEqual(projectionOf(fields, reader), projection))
  }
  test('the default is the same object for all who see the same', () => {
    assert.equal(parseFields(undefined, admin), parseFields(undefined, { ...admin }))
    assert.notEqual(parseFields(undefined, admin), parseFields(undefined, regular))
  })
  for (const fields of ['name', '["name"]', 'null', '{"name":true}', '{"name":2}', '{"services":"x"}']) {
    test(`no fields: ${fields}`, () =>
      assert.deepEqual(
        refusalOf(() => parseFields(fields, regular)),
        ['invalid_fields', { value: fields }],
      ))
  }
})

describe('users.list', () => {
  const listed = (parameters: Record<string, unknown>, reader: Reader, mode: QueryMode = 'on', own?: string) =>
    refusalOf(() => parseUsersList(parameters, reader.actor, reader.catalogue, mode, own))
  const whereOf = (parameters: Record<string, unknown>, reader = admin, own?: string): unknown => {
    const list = listed(parameters, reader, 'on', own)
    return typeof list === 'object' && list !== null && 'where' in list ? list.where : list
  }
  const [team, clearance] = [
    path('extensions', 'customFields', 'team'),
    path('extensions', 'customFields', 'clearance'),
  ]

  test('nothing asked', () => {
    assert.deepEqual(listed({ _: '123', count: undefined }, regular), {
      limit: 50,
      offset: 0,
      where: undefined,
      order: [{ field: 'username', path: [], direction: 'asc' }],
      projection: parseFields(undefined, regular),
      ignored: [],
    })
  })
  test('the example of the documentation', () => {
    const query = '{"customFields.clearance" : "High"}'
    const fields = '{"customFields" : 1}'
    assert.deepEqual(whereOf({ query, fields }), is(clearance, 'High'))
  })
  test('the example of the oldest client', () => {
    assert.deepEqual(whereOf({ query: '{"status":{"$ne":"offline"}}' }, regular), not(is('status', 'offline')))
  })

  const query = '{"username":"ada"}'
  test('query and fields where they are ignored', () => {
    const list = listed({ query: '{bad', fields: '{"bio":1}' }, admin, 'ignore')
    assert.deepEqual(list, { ...Object(listed({}, admin)), ignored: ['query', 'fields'] })
    assert.deepEqual(listed({}, admin, 'ignore'), listed({}, admin))
  })
  test('query and fields where they are rejected', () => {
    assert.deepEqual(listed({ query }, admin, 'reject'), ['query_rejected', {}])
    assert.deepEqual(listed({ fields: '{}' }, admin, 'reject'), ['query_rejected', {}])
    assert.deepEqual(listed({ count: '3' }, admin, 'reject'), listed({ count: '3' }, admin))
  })
  test('an empty query is none', () =>
    assert.deepEqual(listed({ query: '', fields: '', sort: '' }, admin), listed({}, admin)))
  test('a repeated query is none', () => {
    assert.deepEqual(listed({ query: [query, query] }, admin), invalid('must be string'))
  })

  const newer: Record<string, readonly [Record<string, unknown>, Reader, string | undefined, unknown]> = {
    'an address': [{ email: 'A@B.c' }, admin, undefined, all(is('emailGenerated', false), is('email', 'a@b.c'))],
    "somebody's address, for everybody": [{ email: 'a@b.c' }, regular, 'me@b.c', nobody],
    "one's own address": [{ email: 'ME@b.c' }, regular, 'me@b.c', is('id', String(regular.actor.userId))],
    'an address of somebody without one': [{ email: 'me@b.c' }, regular, undefined, nobody],
    'no address': [{ email: '' }, admin, undefined, invalid('must NOT have fewer than 1 characters')],
    'part of a username': [{ username: 'Á.*' }, regular, undefined, { contains: 'a.*', within: ['username'] }],
    'custom fields': [
      { customFields: '{"team":"red","clearance":"High"}' },
      admin,
      undefined,
      all(is(team, 'red'), is(clearance, 'High')),
    ],
    'all together': [
      { query: '{"active":true}', username: 'a', customFields: '{"team":"red"}' },
      admin,
      undefined,
      all(is('active', true), { contains: 'a', within: ['username'] }, is(team, 'red')),
    ],
  }
  for (const [name, [parameters, reader, own, where]] of Object.entries(newer)) {
    test(name, () => assert.deepEqual(whereOf(parameters, reader, own), where))
  }
  for (const customFields of ['x', '[]', '{"$where":"x"}', '{"a.b":"x"}', '{"team":1}', '{"":"x"}', '{"team":null}']) {
    test(`no custom fields: ${customFields}`, () =>
      assert.deepEqual(
        whereOf({ customFields }),
        invalid('customFields must be a JSON object of names without $ and . and their values'),
      ))
  }
  test('custom fields need the right to see them', () => {
    const refusal = ['forbidden', { right: 'users.read-private' }]
    assert.deepEqual(listed({ customFields: '{"team":"red"}' }, regular), refusal)
    assert.deepEqual(listed({ includeCustomFields: 'true' }, regular), refusal)
    assert.deepEqual(listed({ includeCustomFields: 'false' }, regular), listed({}, regular))
    assert.deepEqual(listed({ includeCustomFields: 'yes' }, regular), invalid('must be boolean'))
    const list = listed({ includeCustomFields: true }, admin, 'ignore')
    assert.deepEqual(list, {
      ...Object(listed({}, admin)),
      projection: parseFields('{"customFields":1}', admin),
    })
  })
})
