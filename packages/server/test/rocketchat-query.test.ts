import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Condition } from '../src/core/index.ts'
import { parseFields } from '../src/dialects/rocketchat/parse-fields.ts'
import { parseQuery } from '../src/dialects/rocketchat/parse-query.ts'
import {
  admin,
  all,
  any,
  everybody,
  exists,
  is,
  matches,
  nobody,
  not,
  path,
  refusalOf,
  regular,
  roleIds,
} from './rocketchat-readers.ts'

type Reader = typeof admin
/** Every attribute that only `fields` makes part of an answer. */
const everything = JSON.stringify(
  Object.fromEntries(
    [
      ...['nickname', 'bio', 'statusText', 'reason', 'customFields', 'createdAt', '_updatedAt', 'inactiveReason'],
      ...['requirePasswordChange', 'requirePasswordChangeReason'],
    ].map((name) => [name, 1]),
  ),
)
const raw = (query: unknown) => (typeof query === 'string' ? query : JSON.stringify(query))
const conditionOf = (query: unknown, reader: Reader = admin, fields: string | null = everything): Condition =>
  parseQuery(raw(query), parseFields(fields ?? undefined, reader), reader)
const refusalOfQuery = (query: unknown, reader: Reader = admin, fields: string | null = everything) =>
  refusalOf(() => conditionOf(query, reader, fields))
const part = (reason: string) => ['invalid_query_part', { reason }]
const pattern = (what: string) => ['invalid_pattern', { reason: `The pattern ${what}.` }]

const when = new Date('2026-05-01T00:00:00.000Z')
const team = path('extensions', 'customFields', 'team')
const clearance = path('extensions', 'customFields', 'clearance')
const hasAddress = is('emailGenerated', false)
const hasName = not(is('shownName', ''))

describe('what a query asks of the directory', () => {
  const cases: Record<string, readonly [unknown, Condition]> = {
    nothing: [{}, everybody],
    'an id': [{ _id: 'x' }, is('id', 'x')],
    'a username, letter case counting': [{ username: 'Ada' }, is('username', 'Ada')],
    'several attributes hold together': [{ username: 'ada', bio: 'b' }, all(is('username', 'ada'), is('bio', 'b'))],
    'a name': [{ name: 'Ada' }, is('shownName', 'Ada')],
    'no name': [{ name: null }, is('shownName', '')],
    'an empty name is none': [{ name: '' }, nobody],
    'a name or none': [{ name: { $in: ['Ada', null, ''] } }, is('shownName', 'Ada', '')],
    'a name at all': [{ name: { $exists: true } }, hasName],
    'a name that comes later': [
      { name: { $gt: 'm' } },
      all(hasName, { at: path('shownName'), test: { op: 'more', value: 'm' } }),
    ],
    'a pattern of names': [{ name: { $regex: '^A', $options: 'i' } }, all(hasName, matches('shownName', '^A', 'i'))],
    'options before their pattern': [{ bio: { $options: 'si', $regex: 'a.b' } }, matches('bio', 'a.b', 'si')],
    'a pattern that is not': [{ bio: { $not: { $regex: 'x' } } }, not(matches('bio', 'x'))],
    $eq: [{ nickname: { $eq: 'n' } }, is('nickname', 'n')],
    $ne: [{ nickname: { $ne: 'n' } }, not(is('nickname', 'n'))],
    $in: [{ nickname: { $in: ['n', null] } }, is('nickname', 'n', null)],
    $nin: [{ nickname: { $nin: ['n'] } }, not(is('nickname', 'n'))],
    'an empty $in': [{ nickname: { $in: [] } }, nobody],
    'an empty $nin': [{ nickname: { $nin: [] } }, not(nobody)],
    '$exists as a number': [{ nickname: { $exists: 0 } }, not(exists('nickname'))],
    'null is as much as absent': [{ nickname: { $gte: null } }, is('nickname', null)],
    'nothing is more than null': [{ nickname: { $gt: null } }, nobody],
    '$gt and $lte': [
      { utcOffset: { $gt: 1, $lte: 2.5 } },
      all(
        { at: path('utcOffset'), test: { op: 'more', value: 1 } },
        { at: path('utcOffset'), test: { op: 'at-most', value: 2.5 } },
      ),
    ],
    '$gte and $lt of instants': [
      { createdAt: { $gte: { $date: when.getTime() }, $lt: { $date: '2026-05-01T00:00:00Z' } } },
      all(
        { at: path('createdAt'), test: { op: 'at-least', value: when } },
        { at: path('createdAt'), test: { op: 'less', value: when } },
      ),
    ],
    'an instant': [{ lastLogin: { $date: when.toISOString() } }, is('lastLoginAt', when)],
    'text is no instant': [{ createdAt: { $gt: '2026-05-01' } }, nobody],
    'text is no number': [{ utcOffset: '1' }, nobody],
    'a number is no text': [{ bio: { $in: [1, true, 'x'] } }, is('bio', 'x')],
    active: [{ active: true }, is('active', true)],
    'not active': [{ active: { $ne: true } }, not(is('active', true))],
    'more active': [{ active: { $gt: false } }, is('active', true)],
    'either activity': [{ active: { $in: [true, false] } }, everybody],
    'text is no activity': [{ active: 'true' }, nobody],
    type: [{ type: 'user' }, is('kind', 'human')],
    'types by pattern': [{ type: { $regex: '^(bot|app)$' } }, is('kind', 'bot', 'app')],
    'types by order': [{ type: { $lt: 'user' } }, is('kind', 'bot', 'app')],
    'an unknown type': [{ type: 'visitor' }, nobody],
    status: [{ status: { $ne: 'offline' } }, not(is('status', 'offline'))],
    'statuses by pattern': [{ status: { $regex: 'LINE$', $options: 'i' } }, is('status', 'online', 'offline')],
    'a role': [{ roles: 'admin' }, is('accessRoles', roleIds.admin)],
    'one of some roles': [{ roles: { $in: ['bot', 'nope', 'user'] } }, is('accessRoles', roleIds.user, roleIds.bot)],
    'roles by pattern': [{ roles: { $regex: 'live.+' } }, is('accessRoles', roleIds['livechat-agent'])],
    'without a role': [{ roles: { $nin: ['admin'] } }, not(is('accessRoles', roleIds.admin))],
    'an unknown role': [{ roles: 'nope' }, nobody],
    'no null among roles': [{ roles: null }, nobody],
    'roles are always there': [{ roles: { $exists: true } }, everybody],
    'an address in any letter case': [{ 'emails.address': 'A@B.c' }, all(hasAddress, is('email', 'a@b.c'))],
    'an address by pattern': [{ 'emails.address': { $regex: '@b' } }, all(hasAddress, matches('email', '@b'))],
    'no address': [{ 'emails.address': null }, not(hasAddress)],
    'an address or none': [
      { 'emails.address': { $in: [null, 'a@b.c'] } },
      any(not(hasAddress), all(hasAddress, is('email', 'a@b.c'))),
    ],
    'addresses at all': [{ emails: { $exists: true } }, hasAddress],
    'no addresses at all': [{ emails: { $not: { $exists: true } } }, not(hasAddress)],
    'a custom field': [{ 'customFields.team': 'red' }, is(team, 'red')],
    'a custom field that is a number or true': [{ 'customFields.team': { $in: [1, true] } }, is(team, 1, true)],
    'a custom field that is more than false': [{ 'customFields.team': { $gt: false } }, is(team, true)],
    'no custom field is an instant': [{ 'customFields.team': { $date: 0 } }, nobody],
    'a flag that is set': [{ requirePasswordChange: true }, is('requirePasswordChange', true)],
    'a flag that is not': [{ requirePasswordChange: { $ne: true } }, not(is('requirePasswordChange', true))],
    $or: [
      { $or: [{ username: 'ada' }, { bio: 'b', nickname: 'n' }] },
      any(is('username', 'ada'), all(is('bio', 'b'), is('nickname', 'n'))),
    ],
    '$and below $or': [
      { $or: [{ $and: [{ username: 'ada' }, { bio: 'b' }] }, { nickname: 'n' }] },
      any(all(is('username', 'ada'), is('bio', 'b')), is('nickname', 'n')),
    ],
    $nor: [{ $nor: [{ username: 'ada' }, { bio: 'b' }] }, not(any(is('username', 'ada'), is('bio', 'b')))],
    'an $or of a query that asks nothing': [{ $or: [{}, { bio: 'b' }] }, any(everybody, is('bio', 'b'))],
    'other operators beside attributes are passed over': [
      { $where: 'x', $comment: 'c', username: 'a' },
      is('username', 'a'),
    ],
    'names that code could mistake': [
      '{"__proto__":{"username":"x"},"constructor":1,"prototype":2,"bio":{"$ne":"b","__proto__":1}}',
      not(is('bio', 'b')),
    ],
  }
  for (const [name, [query, condition]] of Object.entries(cases)) {
    test(name, () => assert.deepEqual(conditionOf(query), condition))
  }
})

describe('what a query may not say', () => {
  const cases: Record<string, readonly [unknown, unknown]> = {
    'an unknown attribute': [{ foo: 1 }, part('Invalid attribute: foo')],
    'one below an attribute': [{ 'username.x': 1 }, part('Invalid attribute: username.x')],
    'nothing below custom fields': [{ 'customFields.': 1 }, part('Invalid attribute: customFields.')],
    'custom fields as a whole': [{ customFields: {} }, part('Invalid attribute: customFields')],
    'below a custom field': [{ 'customFields.team.x': 1 }, part('Invalid attribute: customFields.team.x')],
    'names of every object': [{ toString: 1 }, part('Invalid attribute: toString')],
    'an unknown attribute below $or': [{ $or: [{ foo: 1 }] }, part('Invalid attribute: foo')],
    'whole addresses': [{ emails: 'a@b.c' }, part('Invalid operation: $eq')],
    'parts of addresses': [{ emails: { $elemMatch: { address: 'x' } } }, part('Invalid operation: $elemMatch')],
    'a pattern of an instant': [{ createdAt: { $regex: 'x' } }, part('Invalid operation: $regex')],
    'a pattern of numbers below $not': [{ utcOffset: { $not: { $regex: 'x' } } }, part('Invalid operation: $regex')],
    'options without a pattern': [{ bio: { $options: 'i' } }, part('Invalid operation: $options')],
    'other options': [{ bio: { $regex: 'x', $options: 'im' } }, part('Invalid parameter for operation: $options : im')],
    'a pattern that is no text': [{ bio: { $regex: 1 } }, part('Invalid parameter for operation: $regex : 1')],
    'an operator and a name': [{ bio: { $ne: 'x', y: 1 } }, part('Invalid operation: y')],
    'a list as a value': [{ roles: ['admin'] }, part('Invalid parameter for operation: $eq : ["admin"]')],
    'an object as a value': [{ bio: { x: 1 } }, part('Invalid parameter for operation: $eq : {"x":1}')],
    'an empty object as a value': [{ bio: {} }, part('Invalid parameter for operation: $eq : {}')],
    '$in without a list': [{ bio: { $in: 'x' } }, part('Invalid parameter for operation: $in : x')],
    'patterns in $in': [
      { bio: { $in: [{ $regex: 'x' }] } },
      part('Invalid parameter for operation: $in : [{"$regex":"x"}]'),
    ],
    '$exists of text': [{ bio: { $exists: 'yes' } }, part('Invalid parameter for operation: $exists : yes')],
    '$not of a value': [{ bio: { $not: 'x' } }, part('Invalid parameter for operation: $not : x')],
    '$or without a list': [{ $or: 'x' }, part('Invalid parameter for operation: $or : x')],
    'an empty $or': [{ $or: [] }, part('Invalid parameter for operation: $or : []')],
    '$and of values': [{ $and: [1] }, part('Invalid parameter for operation: $and : [1]')],
    'many patterns': [
      { $or: Array.from({ length: 21 }, () => ({ bio: { $regex: 'x' } })) },
      part('A query may have 20 patterns at most'),
    ],
    'a pattern of nothing': [{ $regex: 'x' }, part('Invalid operation: $regex')],
    'a pattern of roles that is none': [
      { roles: { $regex: '(' } },
      pattern('is no regular expression that can be answered in linear time'),
    ],
    'a pattern of types that looks around': [
      { type: { $regex: '(?=b)' } },
      pattern('is written in a way that is not understood here'),
    ],
    'a pattern of statuses that refers back': [
      { status: { $regex: '(.)\\1' } },
      pattern('is no regular expression that can be answered in linear time'),
    ],
  }
  for (const [name, [query, refusal]] of Object.entries(cases)) {
    test(name, () => assert.deepEqual(refusalOfQuery(query), refusal))
  }

  const unparsed: Record<string, string> = {
    'no JSON': '{username:"x"}',
    'no object': '[]',
    null: 'null',
    text: '"x"',
    'an instant': '{"$date":1}',
    'no instant': '{"createdAt":{"$date":"yesterday"}}',
    'an instant of an object': '{"createdAt":{"$date":{}}}',
    'a number without end': '{"utcOffset":1e999}',
    'too long': `{"bio":"${'x'.repeat(16_400)}"}`,
    'too deep': `${'{"$or":['.repeat(7)}{}${']}'.repeat(7)}`,
    'very deep': '{"$or":['.repeat(2000),
    'deep lists': `{"a":${'['.repeat(7000)}${']'.repeat(7000)}}`,
    'too much': JSON.stringify({ $or: Array.from({ length: 101 }, () => ({ bio: 'x' })) }),
  }
  for (const [name, query] of Object.entries(unparsed)) {
    test(`what can not be read: ${name}`, () => {
      const shown = query.length <= 1000 ? query : `${query.slice(0, 1000)}…`
      assert.deepEqual(refusalOfQuery(query), ['invalid_query', { value: shown }])
    })
  }

  const forbidden = [
    ...['$where', '$expr', '$function', '$accumulator', '$text', '$jsonSchema', '$elemMatch', '$all', '$size', '$mod'],
    ...['$type', '$near', '$geoWithin', '$bitsAllSet', '$comment', '$rand', '$meta', '$slice', '$ref', '$'],
  ]
  for (const operator of forbidden) {
    test(`${operator} at every depth`, () => {
      const refusal = part(`Invalid operation: ${operator}`)
      for (const operand of ['1', 1, null, [], {}, { $function: { body: 'while(1);' } }]) {
        const tests = { [operator]: operand }
        assert.deepEqual(refusalOfQuery(tests), everybody, 'beside attributes it is passed over')
        for (const query of [
          { username: tests },
          { username: { $ne: 'x', ...tests } },
          { username: { $not: tests } },
          { username: { $not: { $not: tests } } },
          { $or: [tests] },
          { $and: [{ $or: [{ username: 'x' }, { $nor: [tests] }] }] },
          { $or: [{ $and: [{ username: tests }] }] },
          { 'customFields.team': tests },
        ])
          assert.deepEqual(refusalOfQuery(query), refusal)
      }
    })
  }
})

describe('what belongs to the answer can be asked about', () => {
  test('custom fields only beside fields', () => {
    const query = { 'customFields.team': 'red' }
    assert.deepEqual(refusalOfQuery(query, admin, null), part('Invalid attribute: customFields.team'))
    assert.deepEqual(refusalOfQuery(query, admin, '{"customFields":1}'), is(team, 'red'))
    assert.deepEqual(refusalOfQuery(query, admin, '{"customFields.team":1}'), is(team, 'red'))
    assert.deepEqual(
      refusalOfQuery(query, admin, '{"customFields.clearance":1}'),
      part('Invalid attribute: customFields.team'),
    )
    assert.deepEqual(
      refusalOfQuery(query, admin, '{"customFields":1,"customFields.team":0}'),
      part('Invalid attribute: customFields.team'),
    )
  })
  test('what fields add and take away', () => {
    assert.deepEqual(refusalOfQuery({ bio: 'b' }, admin, null), part('Invalid attribute: bio'))
    assert.deepEqual(refusalOfQuery({ bio: 'b' }, admin, '{"bio":1}'), is('bio', 'b'))
    assert.deepEqual(refusalOfQuery({ active: true }, admin, '{"active":0}'), part('Invalid attribute: active'))
    assert.deepEqual(
      refusalOfQuery({ 'emails.address': 'x' }, admin, '{"emails":0}'),
      part('Invalid attribute: emails.address'),
    )
    assert.deepEqual(refusalOfQuery({ _id: 'x' }, admin, '{"_id":0}'), is('id', 'x'))
  })
})

describe('what a regular user may not see is as if it had not been asked', () => {
  const secrets: readonly (readonly [string, unknown])[] = [
    ...['emails.address', 'emails', 'roles', 'lastLogin', 'createdAt', '_updatedAt', 'phone', 'settings.x'].map(
      (name) => [name, 'x'] as const,
    ),
    ...['customFields.clearance', 'customFields.undefined', 'services.password', 'e2e', 'inactiveReason'].map(
      (name) => [name, { $regex: '^x' }] as const,
    ),
    ['roles', { $where: 'hidden attributes are not even looked at' }],
  ]
  const username = is('username', 'ada')
  for (const [name, value] of secrets) {
    test(`${name}: ${raw(value)}`, () => {
      const secret = { [name]: value }
      const cases: readonly (readonly [unknown, Condition])[] = [
        [secret, everybody],
        [{ ...secret, username: 'ada' }, username],
        [{ $or: [secret] }, everybody],
        [{ $or: [secret, { username: 'ada' }] }, username],
        [{ $or: [{ ...secret, username: 'ada' }] }, username],
        [{ $and: [{ $or: [secret, { $and: [secret] }] }, { username: 'ada' }] }, username],
        [{ $nor: [secret] }, everybody],
        [{ $nor: [secret, { username: 'ada' }] }, not(username)],
      ]
      for (const [query, condition] of cases) assert.deepEqual(conditionOf(query, regular), condition, raw(query))
    })
  }
  test('public custom fields can be asked for', () => {
    assert.deepEqual(conditionOf({ 'customFields.team': 'red' }, regular), is(team, 'red'))
    assert.deepEqual(
      refusalOfQuery({ 'customFields.team': 'red' }, regular, null),
      part('Invalid attribute: customFields.team'),
    )
  })
  test('administrators ask for all', () => {
    assert.deepEqual(conditionOf({ 'customFields.clearance': 'high' }), is(clearance, 'high'))
    assert.deepEqual(conditionOf({ services: 1 }), everybody)
  })
})
