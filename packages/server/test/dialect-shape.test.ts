import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { judgementsOf } from '../src/dialects/_kit/fidelity.ts'
import { dialects } from '../src/dialects/index.ts'

const place = join(import.meta.dirname, '../src/dialects')
const folders = readdirSync(place, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && entry.name !== '_kit' ? [entry.name] : [],
)
/** Who knows one dialect finds everything in the others. */
const files = [
  'README.md',
  'index.ts',
  'schemas.ts',
  'parse.ts',
  'presenter.ts',
  'fields.ts',
  'errors.ts',
  'auth.ts',
  'fidelity.ts',
  'conformance.test.ts',
]

test('each mounted dialect has its folder, and each folder is mounted', () => {
  assert.deepEqual(dialects.map(({ name }) => name).sort(), folders.sort())
})

for (const folder of folders) {
  describe(folder, () => {
    const textOf = (file: string) => readFileSync(join(place, folder, file), 'utf8')

    for (const file of files) {
      test(`has ${file}`, () => assert.ok(existsSync(join(place, folder, file))))
    }

    test('has routes.ts, or routes/ with a file for each resource', () => {
      const [file, inFolder] = [existsSync(join(place, folder, 'routes.ts')), existsSync(join(place, folder, 'routes'))]
      assert.ok(file !== inFolder)
      if (file) assert.ok(textOf('routes.ts').split('\n').length <= 300, 'past 300 lines it becomes a folder')
    })

    test('has fixtures', () => {
      const fixtures = readdirSync(join(place, folder, 'fixtures'))
      assert.ok(fixtures.length > 0)
      assert.deepEqual(
        fixtures.filter((name) => !name.endsWith('.json')),
        [],
      )
    })

    test('has tables of fields and errors that the compiler keeps complete', () => {
      assert.match(textOf('fields.ts'), /: Record<UserField, string \| null> = \{/)
      assert.match(textOf('errors.ts'), /: Record<(ErrorCode|Refusal), /)
      for (const file of ['fields.ts', 'errors.ts']) {
        assert.doesNotMatch(textOf(file), /Partial<Record|as Record|@ts-/)
      }
    })

    test('sets statuses of errors in errors.ts alone', () => {
      const sources = readdirSync(join(place, folder), { recursive: true, encoding: 'utf8' }).filter(
        (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'errors.ts',
      )
      assert.ok(sources.some((file) => /^routes(\.ts|\W.+\.ts)$/.test(file)))
      for (const file of sources) {
        assert.doesNotMatch(textOf(file), /\.code\([45]|[sS]tatus(Code)?: [45]\d\d/, file)
      }
    })

    test('names a test that exists beside each known difference', () => {
      const { fidelity } = dialects.find(({ name }) => name === folder) ?? {}
      assert.ok(fidelity)
      const differences = judgementsOf(fidelity).filter(([, { is }]) => is === 'different' || is === 'tolerant')
      assert.ok(differences.length > 0, 'no known differences')
      for (const [what, judgement] of differences) {
        assert.ok('test' in judgement && judgement.why.length > 3, what)
        const [, file, title] = /^([\w./-]+(?:\.test\.ts|\.json)): (.+)$/.exec(judgement.test) ?? []
        assert.ok(file !== undefined && title !== undefined, `no test named: ${what}`)
        const found = [join(import.meta.dirname, file), join(place, folder, file)].find((path) => existsSync(path))
        assert.ok(found, `${file} does not exist`)
        assert.ok(readFileSync(found, 'utf8').includes(title), `${file} has no ${title}`)
      }
      assert.match(textOf('README.md').split(/^## Known differences$/m)[1] ?? '', /docs\/fidelity\.md/)
    })
  })
}
