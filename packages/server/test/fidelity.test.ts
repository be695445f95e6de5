import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exact, fidelityPage } from '../src/dialects/_kit/fidelity.ts'
import { fidelity } from '../src/dialects/cotalker/fidelity.ts'
import { openapiDocuments } from '../src/openapi.ts'
import { at } from './support.ts'

const { cotalker: document = {} } = await openapiDocuments()
const methods = ['get', 'post', 'patch', 'put', 'delete'] as const

/** As the table writes it: v2 stands for v3 as well. */
const nameOf = (method: string, path: string) =>
  `${method.toUpperCase()} ${path.replace(/^\/api\/v[23]\/(?!auth\/)/, '/')}`
const served = new Map<string, Set<string>>()
for (const [path, item] of Object.entries(Object(at(document, 'paths')))) {
  for (const method of methods) {
    const operation = at(item, method)
    if (operation === undefined) continue
    const parameters = Object.values(Object(at(operation, 'parameters') ?? []))
    const named = parameters.filter((one) => at(one, 'in') !== 'header').map((one) => String(at(one, 'name')))
    served.set(nameOf(method, path), new Set(named))
  }
}
const judged = new Map(Object.entries(fidelity.operations))

test('the page tells every operation that is served, and says of no other that it is', () => {
  assert.deepEqual(
    [...judged]
      .filter(([, { itself }]) => itself.is !== 'absent')
      .map(([name]) => name)
      .sort(),
    [...served.keys()].sort(),
  )
})

test('it tells every parameter of theirs, in path and query', () => {
  for (const [name, parameters] of served) {
    const told = Object.keys(judged.get(name)?.parameters ?? {})
    assert.deepEqual(
      [...parameters].filter((parameter) => !told.includes(parameter)),
      [],
      name,
    )
  }
})

test('a parameter that is neither in path and query nor in the body is told as absent', () => {
  for (const [name, { itself, parameters }] of judged) {
    if (itself.is === 'absent') continue
    const [method = '', path = ''] = name.split(' ')
    const url = path.startsWith('/api/') || path.startsWith('/auth') ? path : `/api/v2${path}`
    const body = at(
      document,
      'paths',
      url,
      method.toLowerCase(),
      'requestBody',
      'content',
      'application/json',
      'schema',
    )
    const known = new Set([...(served.get(name) ?? []), ...Object.keys(Object(at(body, 'properties')))])
    const others = Object.entries(parameters).filter(([parameter]) => !known.has(parameter))
    for (const [parameter, { is }] of others) assert.equal(is, 'absent', `${name}: ${parameter}`)
  }
})

test('every dialect has its section, every judgement its row', () => {
  const page = fidelityPage([
    {
      title: 'Sample',
      about: 'About it.',
      operations: { 'GET /x': { itself: exact, parameters: { y: { is: 'absent', why: 'no need' } } } },
      everywhere: { errors: { is: 'different', why: 'ours', test: 'a.test.ts: one: two' } },
      notes: { 'A note': 'Its text.' },
    },
  ])
  for (const text of [
    '## Sample',
    'About it.',
    '| `GET /x` | exact |  |  |',
    '| `y` | absent | no need |  |',
    '| errors | different | ours | `a.test.ts`: one: two |',
    '### A note\n\nIts text.',
  ]) {
    assert.ok(page.includes(text), text)
  }
})
