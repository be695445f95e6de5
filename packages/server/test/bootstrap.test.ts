import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'

const bootstrap = path.join(import.meta.dirname, '../../../scripts/bootstrap.cjs')

/** Stands for npm: notes that it ran, takes its time, and installs one package, or fails. */
const fakeNpm = `
const fs = require('fs')
fs.appendFileSync('npm-ran', process.argv.slice(2).join(' ') + '\\n')
if (fs.existsSync('npm-fails')) process.exit(7)
setTimeout(() => fs.mkdirSync('node_modules/one', { recursive: true }), 300)
`

/** A checkout of its own, with a space in its path. */
function checkout(t: TestContext) {
  const root = mkdtempSync(path.join(tmpdir(), 'rollcall boot '))
  t.after(() => rmSync(root, { recursive: true }))
  const file = (name: string) => path.join(root, name)
  for (const folder of ['scripts', 'tmp']) mkdirSync(file(folder))
  copyFileSync(bootstrap, file('scripts/bootstrap.cjs'))
  writeFileSync(file('npm-cli.js'), fakeNpm)
  const lock = (version: string) =>
    writeFileSync(file('package-lock.json'), JSON.stringify({ packages: { '': {}, 'node_modules/one': { version } } }))
  lock('1.0.0')
  const env = { ...process.env, npm_execpath: file('npm-cli.js'), TMPDIR: file('tmp'), TEMP: file('tmp') }

  const run = () =>
    new Promise<{ code: number | null; said: string }>((resolve) => {
      const child = spawn(process.execPath, [file('scripts/bootstrap.cjs')], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      let said = ''
      child.stdout.on('data', (data) => (said += data))
      child.stderr.on('data', (data) => (said += data))
      child.on('close', (code) => resolve({ code, said }))
    })
  const installs = () => (existsSync(file('npm-ran')) ? readFileSync(file('npm-ran'), 'utf8').trim().split('\n') : [])
  return { file, lock, run, installs }
}

const silent = { code: 0, said: '' }

test('it installs once, says so, and is silent while the lockfile stays', async (t) => {
  const { lock, run, installs } = checkout(t)
  const first = await run()
  assert.equal(first.code, 0)
  assert.match(first.said, /^The packages are not installed yet\.\nInstalling them .+\nInstalled in \d+ s\.\n\n$/)
  assert.deepEqual(await run(), silent)
  assert.deepEqual(installs(), ['ci --include=dev --include=optional --no-audit --no-fund --loglevel=error'])

  lock('1.0.1')
  assert.match((await run()).said, /^The installed packages are out of date\./)
  assert.deepEqual(await run(), silent)
  assert.equal(installs().length, 2)
})

test('what was installed by hand counts, if it is what the lockfile names', async (t) => {
  const { file, lock, run, installs } = checkout(t)
  mkdirSync(file('node_modules'))
  const hidden = JSON.stringify({ packages: { 'node_modules/one': { version: '1.0.0' } } })
  writeFileSync(file('node_modules/.package-lock.json'), hidden)
  assert.deepEqual(await run(), silent)
  assert.deepEqual(installs(), [])

  lock('1.0.1')
  await run()
  assert.equal(installs().length, 1)
})

test('two at once install once', async (t) => {
  const { file, run, installs } = checkout(t)
  const both = await Promise.all([run(), run()])
  assert.deepEqual(
    both.map(({ code }) => code),
    [0, 0],
  )
  assert.equal(installs().length, 1)
  assert.deepEqual(readdirSync(file('tmp')), [])
})

test('the lock of a process that died holds nobody up', async (t) => {
  const { file, run } = checkout(t)
  await Promise.all([
    run(),
    (async () => {
      while (readdirSync(file('tmp')).length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      const [lock = ''] = readdirSync(file('tmp'))
      copyFileSync(path.join(file('tmp'), lock), file('copied-lock'))
      writeFileSync(file('lock-name'), lock)
    })(),
  ])
  // The first run has ended, so its number is that of a dead process.
  copyFileSync(file('copied-lock'), path.join(file('tmp'), readFileSync(file('lock-name'), 'utf8')))
  rmSync(file('node_modules'), { recursive: true })
  assert.equal((await run()).code, 0)
  assert.deepEqual(readdirSync(file('tmp')), [])
})

test('a failed install says what to look at, keeps the exit code, and is tried again', async (t) => {
  const { file, run } = checkout(t)
  writeFileSync(file('npm-fails'), '')
  const { code, said } = await run()
  assert.equal(code, 7)
  assert.match(said, /npm ci failed \(exit code 7\)\. What it said stands above\. Things to check:\n {2}- the network/)
  assert.deepEqual(readdirSync(file('tmp')), [])

  rmSync(file('npm-fails'))
  assert.equal((await run()).code, 0)
  assert.deepEqual(await run(), silent)
})
