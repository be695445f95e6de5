/**
 * `npm run gen` writes the files that are made from the sources; with `--check` it writes nothing and fails, naming the
 * stale ones. Generated files are committed, so that a change of theirs is seen in review.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { formatted } from '../packages/cotalker-api/scripts/generator/format.ts'
import { clientSources } from '../packages/cotalker-api/scripts/generator/sources.ts'
import { environmentTable } from '../packages/server/src/config.ts'
import { fidelityPage } from '../packages/server/src/dialects/_kit/fidelity.ts'
import { dialects } from '../packages/server/src/dialects/index.ts'
import { firstDifference, replaceBetween } from './generated-text.ts'

const root = path.join(import.meta.dirname, '..')
const openapi = path.join(root, 'packages/server/src/openapi.ts')
const client = 'packages/cotalker-api/src/generated'

/** What every generated file must hold, by its path below the root; `null` is a file that must not be there. */
async function generated(): Promise<Map<string, string | null>> {
  const files = new Map<string, string | null>()
  const operating = 'docs/operating.md'
  const text = await readFile(path.join(root, operating), 'utf8')
  files.set(operating, replaceBetween(text, 'environment', environmentTable()))

  files.set('docs/fidelity.md', fidelityPage(dialects.map(({ fidelity }) => fidelity)))

  if (existsSync(openapi)) {
    for (const name of await filesIn('openapi')) files.set(`openapi/${name}`, null)
    const module: { openapiDocuments: () => Promise<Record<string, object>> } = await import(openapi)
    const documents = await module.openapiDocuments()
    for (const [dialect, document] of Object.entries(documents)) {
      files.set(`openapi/${dialect}.json`, `${JSON.stringify(document, null, 2)}\n`)
    }
    for (const name of await filesIn(client)) files.set(`${client}/${name}`, null)
    for (const [name, code] of clientSources(documents.cotalker ?? {})) {
      files.set(`${client}/${name}`, formatted(`${client}/${name}`, code))
    }
  }
  return files
}

async function filesIn(folder: string): Promise<string[]> {
  const place = path.join(root, folder)
  return existsSync(place) ? readdir(place) : []
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(path.join(root, file), 'utf8')
  } catch {
    return null
  }
}

async function stale(): Promise<{ file: string; before: string | null; after: string | null }[]> {
  const all = []
  for (const [file, after] of await generated()) {
    const before = await readOrNull(file)
    if (before !== after) all.push({ file, before, after })
  }
  return all
}

async function write(): Promise<void> {
  for (const { file, after } of await stale()) {
    if (after === null) {
      process.stdout.write(`${file} belongs to no generator any more: delete it\n`)
      continue
    }
    await mkdir(path.dirname(path.join(root, file)), { recursive: true })
    await writeFile(path.join(root, file), after)
    process.stdout.write(`wrote ${file}\n`)
  }
}

async function check(): Promise<void> {
  const files = await stale()
  for (const { file, before, after } of files) {
    const difference = after === null ? 'It belongs to no generator any more.' : firstDifference(before ?? '', after)
    process.stderr.write(`${file} is not what the sources give.\n${difference}\n`)
  }
  if (files.length === 0) return
  process.stderr.write('\nRun "npm run gen" and commit what it changes.\n')
  process.exitCode = 1
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } })
if (values.help) {
  process.stdout.write(
    'npm run gen            writes the generated files\nnpm run gen -- --check  fails if one is stale\n',
  )
} else if (values.check) {
  await check()
} else {
  await write()
}
