import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { testDatabase } from '../../server/test/database.ts'
import { runToEnd, send, startServer } from '../../server/test/server-process.ts'
import { secret, textAt } from '../../server/test/support.ts'
import {
  addSources,
  alias,
  compile,
  createProject,
  type ModuleKind,
  packClient,
  runRedirected,
  sourcesIn,
} from './project.ts'

/** Who is in what each sample of the platform's pages prints, with the sample people. */
const samples: Record<string, string[]> = {
  'get-me.ts': ['edward@cotalker.com'],
  'users-by-email-caught.ts': ['nick@wuxi.com', 'yanxiang@wuxi.com'],
  'users-by-email.ts': ['edward@cotalker.com', 'guillermo@cotalker.com'],
}
const kinds: ModuleKind[] = ['module', 'commonjs']

let folder = ''
let tarball = ''
const projectOf = (kind: ModuleKind) => path.join(folder, kind)

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rollcall-client-'))
  tarball = await packClient(folder)
  await Promise.all(kinds.map((kind) => createProject(projectOf(kind), tarball, kind)))
})
after(() => rm(folder, { recursive: true, force: true }))

test('the package holds what is needed to use it, and nothing else', async () => {
  const project = projectOf('module')
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
  const others = files.filter((file) => !/^package\/dist\/(esm|cjs)\/.+\.(js|d\.ts)$/.test(file))
  assert.deepEqual(others.toSorted(), [
    'package/LICENSE',
    'package/NOTICE',
    'package/README.md',
    'package/dist/cjs/package.json',
    'package/dist/esm/package.json',
    'package/package.json',
  ])
  for (const name of ['LICENSE', 'NOTICE']) {
    const ours = await readFile(path.join(import.meta.dirname, '../../..', name), 'utf8')
    assert.equal(await readFile(path.join(project, 'node_modules', alias, name), 'utf8'), ours)
  }
  const manifest = JSON.parse(await readFile(path.join(project, 'node_modules', alias, 'package.json'), 'utf8'))
  assert.equal(manifest.dependencies, undefined)
  assert.deepEqual(Object.keys(manifest.peerDependencies), ['axios'])
  const { dependencies } = JSON.parse(await readFile(path.join(project, 'package.json'), 'utf8'))
  assert.deepEqual(dependencies, { [alias]: `npm:@rollcall/cotalker-api@^${manifest.version}` })
})

/** A server in a process of its own, with the sample people; and a token of one of them. */
async function startSeeded(scope: Parameters<typeof startServer>[0]) {
  const { host, database, user } = await testDatabase(scope)
  const env = {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host ?? '')}`,
    ROLLCALL_SECRET: secret,
    ROLLCALL_LOG_LEVEL: 'warn',
  }
  const seeded = await runToEnd(['seed', '--demo'], env)
  assert.equal(seeded.code, 0, seeded.errors)
  const { url: server } = await startServer(scope, env)
  const login = { email: 'edward@cotalker.com', password: 'rollcall-demo' }
  return { server, token: textAt((await send(server, 'POST', '/auth/local', { body: login })).body, 'token') }
}

async function compileSamples(kind: ModuleKind): Promise<string> {
  const place = path.join(projectOf(kind), 'samples')
  const sources = await sourcesIn(path.join(import.meta.dirname, 'samples'))
  assert.deepEqual(Object.keys(sources), Object.keys(samples))
  await addSources(place, sources)
  assert.deepEqual(await compile(place), { code: 0, output: '', errors: '' })
  return place
}

test("the samples of the platform's pages compile and run unchanged, as ES modules and as CommonJS", async (t) => {
  const [target, ...places] = await Promise.all([startSeeded(t), ...kinds.map(compileSamples)])
  const runAll = async (place: string) => {
    for (const [sample, emails] of Object.entries(samples)) {
      const { code, output, errors } = await runRedirected(place, sample, target)
      assert.deepEqual({ code, errors }, { code: 0, errors: '' }, `${place}: ${sample}`)
      const printed = [...output.matchAll(/^ +email: '(.+)'/gm)].map(([, email = '']) => email)
      assert.deepEqual(printed.toSorted(), emails, `${place}: ${sample} printed ${output}`)
    }
  }
  await Promise.all(places.map(runAll))
})

test('the examples of the README compile', async () => {
  const readme = await readFile(path.join(import.meta.dirname, '../README.md'), 'utf8')
  const place = path.join(projectOf('module'), 'readme')
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  assert.equal(examples.length, 2)
  await addSources(place, Object.fromEntries(examples.map((code, number) => [`example-${number}.ts`, code])))
  assert.deepEqual(await compile(place), { code: 0, output: '', errors: '' })
})

test('what the API has not does not compile, each mistake with a message that names it', async () => {
  const project = path.join(projectOf('module'), 'type-errors')
  const mistakes = await sourcesIn(path.join(import.meta.dirname, 'type-errors'))
  await addSources(project, mistakes)
  const { output } = await compile(project)
  const reported = output.split('\n').filter((line) => /^\S+\.ts\(/.test(line))
  assert.equal(reported.length, Object.keys(mistakes).length, output)
  for (const [mistake, source] of Object.entries(mistakes)) {
    const [, code = '', message = ''] = /^\/\/ (TS\d+): (.+)\n/.exec(source.toString()) ?? []
    const line = reported.find((candidate) => candidate.startsWith(`${mistake}(`)) ?? `nothing for ${mistake}`
    assert.ok(code !== '' && line.includes(`error ${code}:`) && line.includes(message), line)
  }
})
