import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call } = rollcall
const admin = { token: rollcall.adminToken, admin: true }
const people = peopleOf(rollcall)

/** Names and address, and the keywords they give in their order. */
const keywords: Record<string, readonly [names: string, last: string, second: string, email: string, string[]]> = {
  'the sample of the seeds': [
    'Tianbo',
    'Ma',
    '',
    'apple@jingmen.com',
    ['tianbo', 'ma', 'apple', 'jingmen', 'com', 'applejingmencom'],
  ],
  'two surnames, and a word that comes twice': [
    'Jane',
    'Doe',
    'Tester',
    'jane@company.com',
    ['jane', 'doe', 'tester', 'company', 'com', 'janecompanycom'],
  ],
  'a dotted address': [
    'John',
    'Doe',
    '',
    'john.doe@example.com',
    ['john', 'doe', 'example', 'com', 'johndoeexamplecom'],
  ],
  'accents, and names of several words': [
    'José Ángel',
    'Núñez',
    'de la Fuente',
    'jnunez@example.com',
    ['jose', 'angel', 'nunez', 'de', 'la', 'fuente', 'jnunez', 'example', 'com', 'jnunezexamplecom'],
  ],
  'other scripts, digits and signs': [
    'Ελένη-Μαρία',
    "O'Brien",
    '田中',
    'x-1_y@sub.example.com',
    ['ελενη', 'μαρια', 'o', 'brien', '田中', 'x', '1', 'y', 'sub', 'example', 'com', 'x1ysubexamplecom'],
  ],
}

describe('keywords', () => {
  for (const [title, [names, lastName, secondLastName, email, words]] of Object.entries(keywords)) {
    test(title, async () => {
      const body = { name: { displayName: 'Not A Source', names, lastName, secondLastName }, email, accessRoles: [] }
      const made = await call('POST', '/api/v2/users', { ...admin, body: { ...body, jobTitle: 'nor this' } })
      assert.equal(made.status, 201, made.text)
      assert.deepEqual(at(made.body, 'search'), words)
    })
  }

  test('follow a change of name, and nothing that a caller sends', async () => {
    const user = await people.user({ givenNames: 'Old', email: 'follow@example.com' })
    const body = { name: { names: 'New' }, search: ['hacked'] }
    const changed = await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body })
    assert.deepEqual(at(changed.body, 'data', 'search'), ['new', 'follow', 'example', 'com', 'followexamplecom'])
    for (const [search, total] of [
      ['old', 0],
      ['hacked', 0],
      ['new follow', 1],
    ] as const) {
      const { body: list } = await call('GET', `/api/v2/users?count=true&search=${search}`, admin)
      assert.equal(at(list, 'data', 'count'), total, search)
    }
  })
})

describe('search', () => {
  const found: Record<string, readonly string[]> = {
    tianbo: ['apple'],
    TIANBO: ['apple'],
    tian: ['apple'],
    ianbo: [],
    '.*ianbo': ['apple'],
    ' .*IANBO': ['apple'],
    'ma tianbo': ['apple'],
    'tianbo ma': ['apple'],
    'tian ma app': ['apple'],
    'tianbo nunez': [],
    nunez: ['jnunez'],
    Núñez: ['jnunez'],
    'Nu\u0301n\u0303ez': ['jnunez'],
    'angel de la fuente': ['jnunez'],
    ángel: ['jnunez'],
    tester: ['jane'],
    'jane doe tester': ['jane'],
    doe: ['jane', 'john.doe'],
    'john.doe@example.com': ['john.doe'],
    'JOHN.DOE@EXAMPLE.COM': ['john.doe'],
    'john.doe@exam': ['john.doe'],
    'doe@example': ['john.doe'],
    '.*doeexample': ['john.doe'],
    apple_jingmen: ['apple'],
    ΕΛΈΝΗ: ['x-1_y'],
    田: ['x-1_y'],
    "o'brien": ['x-1_y'],
    'tian.*': ['apple'],
    't.*o': [],
    '[t]ianbo': ['apple'],
    '^tianbo$': ['apple'],
    'tianbo|jane': [],
    'tianb?': ['apple'],
    '(tianbo)': ['apple'],
    'tianbo\\': ['apple'],
    'tianbo%': ['apple'],
    'ti%bo': [],
    ti_nbo: [],
    "tianbo'; drop table users; --": [],
    'tianbo\0': ['apple'],
  }
  for (const [search, locals] of Object.entries(found)) {
    test(JSON.stringify(search), async () => {
      const query = `search=${encodeURIComponent(search)}&limit=1000&count=true`
      const { body, text } = await call('GET', `/api/v2/users?${query}`, admin)
      const users = at(body, 'data', 'users')
      assert.ok(Array.isArray(users), text)
      const given = users.map((user: unknown) => String(at(user, 'email')).split('@')[0]).sort()
      assert.deepEqual(given, [...locals].sort())
      assert.equal(at(body, 'data', 'count'), locals.length)
    })
  }

  test('what has no word in it filters nothing', async () => {
    const { body } = await call('GET', '/api/v2/users?count=true', admin)
    for (const search of ['', ' ', '.*', '*', '@', '%', '\0']) {
      const same = await call('GET', `/api/v2/users?count=true&search=${encodeURIComponent(search)}`, admin)
      assert.equal(at(same.body, 'data', 'count'), at(body, 'data', 'count'), search)
    }
  })
})
