import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Condition, TextField } from '../src/core/index.ts'
import {
  parseAutocomplete,
  parseDirectory,
  parseListByStatus,
  parseSpotlight,
} from '../src/dialects/rocketchat/parse-people.ts'
import {
  admin,
  all,
  any,
  exists,
  guest,
  invalid,
  is,
  nobody,
  not,
  path,
  refusalOf,
  regular,
  roleIds,
} from './rocketchat-readers.ts'

type Reader = typeof admin
const active = is('active', true)
const within = (contains: string, ...texts: readonly TextField[]): Condition => ({ contains, within: texts })
const searched = ['username', 'shownName', 'bio', 'nickname'] as const
type Case = readonly [Record<string, unknown>, Reader, unknown]
const peopleCases = (
  cases: Record<string, Case>,
  parse: (parameters: Case[0], reader: Reader) => { where: Condition },
) => {
  for (const [name, [parameters, reader, where]] of Object.entries(cases)) {
    test(name, () => {
      const people = refusalOf(() => parse(parameters, reader).where)
      assert.deepEqual(people, where)
    })
  }
}

describe('users.autocomplete', () => {
  const selector = (value: unknown) => ({ selector: typeof value === 'string' ? value : JSON.stringify(value) })
  const wrong = invalid('selector must be a JSON object of term, exceptions and conditions')
  const operation = (operator: string) => ['invalid_query_part', { reason: `Invalid operation: ${operator}` }]
  peopleCases(
    {
      'nothing typed': [selector({}), regular, active],
      'a term': [selector({ term: 'Él.' }), regular, all(active, within('el.', ...searched))],
      'a term, exceptions and conditions': [
        selector({ term: 'a', exceptions: ['ada', 'ben'], conditions: { type: 'bot' } }),
        regular,
        all(active, within('a', ...searched), not(is('username', 'ada', 'ben')), is('kind', 'bot')),
      ],
      'conditions of what is hidden': [
        selector({ conditions: { roles: 'admin', bio: 'b' } }),
        regular,
        all(active, is('bio', 'b')),
      ],
      'conditions of everything': [
        selector({ conditions: { $or: [{ roles: 'admin' }, { 'customFields.team': 'red' }] } }),
        admin,
        all(active, any(is('accessRoles', roleIds.admin), is(path('extensions', 'customFields', 'team'), 'red'))),
      ],
      'other operators in conditions': [selector({ conditions: { bio: { $ne: 'x' } } }), regular, operation('$ne')],
      'patterns in conditions': [selector({ conditions: { bio: { $regex: 'x' } } }), regular, operation('$regex')],
      'neither of them': [selector({ conditions: { $nor: [{ bio: 'x' }] } }), regular, operation('$nor')],
      'people one may not look for': [selector({ term: 'a' }), guest, all(nobody, active, within('a', ...searched))],
      'no selector': [{}, regular, invalid("must have required property 'selector'")],
      'no JSON': [selector('a'), regular, wrong],
      'no term': [selector({ term: 1 }), regular, wrong],
      'no exceptions': [selector({ exceptions: 'ada' }), regular, wrong],
      'no conditions': [selector({ conditions: [] }), regular, wrong],
    },
    parseAutocomplete,
  )
  test('ten at most, by username', () => {
    const { limit, offset, order } = parseAutocomplete(selector({}), regular)
    assert.deepEqual([limit, offset, order], [10, 0, [{ field: 'username', path: [], direction: 'asc' }]])
  })
})

describe('users.listByStatus', () => {
  const loggedIn = exists('lastLoginAt')
  const allowed = invalid('must be equal to one of the allowed values')
  peopleCases(
    {
      'nothing asked': [{}, regular, { all: [] }],
      active: [{ status: 'active' }, regular, active],
      deactivated: [{ status: 'deactivated' }, regular, is('active', false)],
      'no status': [{ status: 'online' }, regular, allowed],
      'a type': [{ type: 'bot' }, regular, is('kind', 'bot')],
      'an unknown type': [{ type: 'visitor' }, regular, nobody],
      'who has logged in': [{ hasLoggedIn: 'true' }, admin, loggedIn],
      'who has not': [{ hasLoggedIn: 'false' }, admin, not(loggedIn)],
      'no truth': [{ hasLoggedIn: 'maybe' }, regular, invalid('must be boolean')],
      'a role': [{ roles: 'admin' }, admin, is('accessRoles', roleIds.admin)],
      'roles with brackets': [{ 'roles[]': ['admin', 'bot'] }, admin, is('accessRoles', roleIds.admin, roleIds.bot)],
      'all roles': [{ roles: ['admin', 'all'] }, admin, { all: [] }],
      'a fragment': [{ searchTerm: 'Ada' }, regular, within('ada', 'username', 'shownName')],
      'a fragment, in addresses as well': [
        { searchTerm: 'Ada' },
        admin,
        within('ada', 'username', 'shownName', 'email'),
      ],
      'why somebody is inactive': [
        { inactiveReason: ['idle_too_long'] },
        admin,
        all(is('active', false), is('inactiveReason', 'idle_too_long')),
      ],
      'whom people deactivated': [
        { inactiveReason: 'deactivated' },
        admin,
        all(is('active', false), is('inactiveReason', 'deactivated', null)),
      ],
      'no reason': [{ inactiveReason: 'bored' }, regular, allowed],
      'what is hidden is passed over': [
        { hasLoggedIn: 'true', roles: 'admin', inactiveReason: 'idle_too_long', type: 'user' },
        regular,
        is('kind', 'human'),
      ],
    },
    parseListByStatus,
  )
})

describe('directory and spotlight', () => {
  const oneSort = invalid('This method support only one "sort" parameter')
  peopleCases(
    {
      'nothing asked': [{}, regular, active],
      'a text in query': [{ query: '{"text":"Él","type":"users"}' }, regular, all(active, within('el', ...searched))],
      'a text of its own': [{ text: 'a', type: 'users' }, regular, all(active, within('a', ...searched))],
      'addresses, for administrators': [{ text: 'a' }, admin, all(active, within('a', ...searched, 'email'))],
      channels: [{ query: '{"type":"channels"}' }, regular, all(nobody, active)],
      'people one may not look for': [{}, guest, all(nobody, active)],
      'no JSON': [{ query: 'a' }, regular, ['invalid_query', { value: 'a' }]],
      'no text': [{ query: '{"text":1}' }, regular, invalid('must be string')],
      'two orders': [{ sort: '{"name":1,"username":1}' }, regular, oneSort],
    },
    parseDirectory,
  )
  peopleCases(
    {
      'people in spotlight': [{ query: '@Ada' }, regular, all(active, within('ada', 'username', 'shownName'))],
      'anything in spotlight': [{ query: 'a' }, admin, all(active, within('a', 'username', 'shownName'))],
      'rooms in spotlight': [{ query: '#a' }, regular, all(nobody, active, within('a', 'username', 'shownName'))],
      'nothing in spotlight': [{}, regular, invalid("must have required property 'query'")],
    },
    parseSpotlight,
  )
})
