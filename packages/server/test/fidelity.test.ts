import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exact, fidelityPage } from '../src/dialects/_kit/fidelity.ts'
import { dialects } from '../src/dialects/index.ts'
import { openapiDocuments } from '../src/openapi.ts'
import { at } from './support.ts'

const documents = await openapiDocuments()
const methods = ['get', 'post', 'patch', 'put', 'delete'] as const

/** How each dialect's table writes a path; Cotalker's v2 stands for v3 as well. */
const shortened: Readonly<Record<string, (path: string) => string>> = {
  cotalker: (path) => path.replace(/^\/api\/v[23]\/(?!auth\/)/, '/'),
  cometchat: (path) => path.replace(/^\/v3(\.0)?\//, '/'),
  rocketchat: (path) => path.replace(/^\/api\/v1\//, '/'),
}

for (const { name: dialect, fidelity } of dialects) {
  describe(dialect, () => {
    const short = shortened[dialect] ?? ((path: string) => path)
    const served = new Map<string, Set<string>>()
    const bodies = new Map<string, Set<string>>()
    for (const [path, item] of Object.entries(Object(at(documents[dialect], 'paths')))) {
      for (const method of methods) {
        const operation = at(item, method)
        if (operation === undefined) continue
        const name = `${method.toUpperCase()} ${short(path)}`
        const parameters = Object.values(Object(at(operation, 'parameters') ?? []))
        const named = parameters.filter((one) => at(one, 'in') !== 'header').map((one) => String(at(one, 'name')))
        served.set(name, new Set(named))
        const forms = Object.values(Object(at(operation, 'requestBody', 'content') ?? {}))
        const members = forms.flatMap((form) => Object.keys(Object(at(form, 'schema', 'properties') ?? {})))
        bodies.set(name, new Set([...(bodies.get(name) ?? []), ...members]))
      }
    }
    const judged = new Map(Object.entries(fidelity.operations))

    test('the page tells every operation that is served, and says of no other that it is', () => {
      assert.notEqual(served.size, 0)
      const told = [...judged].filter(([, { itself }]) => itself.is !== 'absent').map(([name]) => name)
      assert.deepEqual(told.sort(), [...served.keys()].sort())
    })

    test('it tells every parameter of theirs, in path and query', () => {
      for (const [name, parameters] of served) {
        const told = Object.keys(judged.get(name)?.parameters ?? {})
        const untold = [...parameters].filter((parameter) => !told.includes(parameter))
        assert.deepEqual(untold, [], name)
      }
    })

    test('a parameter that is neither in path and query nor in the body is told as absent', () => {
      for (const [name, { itself, parameters }] of judged) {
        if (itself.is === 'absent') continue
        const known = new Set([...(served.get(name) ?? []), ...(bodies.get(name) ?? [])])
        const others = Object.entries(parameters).filter(([parameter]) => !known.has(parameter))
        for (const [parameter, { is }] of others) assert.equal(is, 'absent', `${name}: ${parameter}`)
      }
    })
  })
}

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
