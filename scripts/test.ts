/** `npm test`: the whole suite, or the files and node:test options given after `--`. */
import { spawn } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const root = path.join(import.meta.dirname, '..')
const everything = ['packages/*/test/**/*.test.ts', 'packages/*/src/**/*.test.ts', 'bench/test/*.test.ts']

const help = `Runs the tests, on a database of their own that is removed afterwards.

  npm test                                              everything
  npm test -- packages/server/test/config.test.ts       one file (a folder or a quoted glob works too)
  npm test -- --test-name-pattern=bulk                  tests whose name matches; any option of node --test works
  npm test -- --watch packages/server/test/http-*.ts    again whenever a file changes
`

/** A folder stands for the tests below it. */
const asPattern = (place: string) =>
  statSync(path.join(root, place), { throwIfNoEntry: false })?.isDirectory() ? path.join(place, '**/*.test.ts') : place

const isMissing = (place: string) => !existsSync(path.join(root, place)) && globSync(place, { cwd: root }).length === 0

function run(options: string[], places: string[]): Promise<number> {
  const args = [
    '--test',
    '--test-global-setup=packages/server/test/global-setup.ts',
    // A test file waits for its database and its processes about as long as it computes.
    `--test-concurrency=${Math.max(4, availableParallelism())}`,
    ...(options.some((option) => option.startsWith('--test-reporter')) ? [] : ['--test-reporter=spec']),
    ...options,
    ...places,
  ]
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  // Ctrl-C reaches the child by itself; this process stays until the child has taken its database down.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

const { tokens } = parseArgs({ strict: false, tokens: true })
const places = tokens.filter((token) => token.kind === 'positional').map((token) => token.value)
const options = tokens
  .filter((token) => token.kind === 'option')
  .map((token) => (token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`))
const missing = places.filter(isMissing)

if (options.includes('--help') || options.includes('-h')) {
  process.stdout.write(help)
} else if (missing.length > 0) {
  process.stderr.write(`No such test file: ${missing.join(', ')}. "npm test -- --help" shows examples.\n`)
  process.exitCode = 2
} else {
  const startedAt = Date.now()
  const what = places.length > 0 ? places.join(' ') : 'every test'
  process.stdout.write(`Running ${what} on Node ${process.versions.node}. More: npm test -- --help\n\n`)
  process.exitCode = await run(options, (places.length > 0 ? places : everything).map(asPattern))
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  process.stdout.write(
    process.exitCode === 0
      ? `\nAll passed in ${seconds} s. Next: "npm run check" (types, lint, generated files), "npm start" (the server).\n`
      : `\nFailed after ${seconds} s; the failures stand above. One file again: npm test -- packages/server/test/NAME.test.ts\n`,
  )
}
