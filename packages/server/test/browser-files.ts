/**
 * The headless browser's files: a Chromium for Linux on x86-64, with the libraries and fonts that it may lack, unpacked
 * once from its npm package into node_modules/.cache (about 220 MB).
 */
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import server from '../package.json' with { type: 'json' }

const run = promisify(execFile)

/** Another browser to test with, where ours does not run: the path of a Chromium, or of its headless shell. */
const chosen = process.env.ROLLCALL_TEST_CHROMIUM || undefined

/** Why tests that need the browser are left out here; `false` where they run. For `skip`. */
export const browserMissing =
  chosen === undefined && !(process.platform === 'linux' && process.arch === 'x64')
    ? 'the browser from npm is for Linux on x86-64; ROLLCALL_TEST_CHROMIUM names another'
    : false

export interface BrowserFiles {
  readonly executable: string
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>
}

let found: Promise<BrowserFiles> | undefined

/** Unpacks what has not been unpacked yet, however many test files ask at once. */
export function browserFiles(): Promise<BrowserFiles> {
  found ??= findFiles()
  return found
}

async function findFiles(): Promise<BrowserFiles> {
  if (chosen !== undefined) return { executable: chosen, env: {} }
  const folder = await unpackedFolder()
  const executable = join(folder, 'chromium')
  const env = { FONTCONFIG_FILE: join(folder, 'fonts.conf') }
  if (await starts(executable, {})) return { executable, env }
  const libraries = { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') }
  if (await starts(executable, libraries)) return { executable, env: { ...env, ...libraries } }
  // Once more for its message.
  await run(executable, ['--version'], { env: libraries })
  throw new Error(`${executable} does not start.`)
}

async function starts(executable: string, env: Record<string, string>): Promise<boolean> {
  try {
    await run(executable, ['--version'], { env })
    return true
  } catch {
    return false
  }
}

const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url))

async function unpackedFolder(): Promise<string> {
  const folder = join(cache, `rollcall-browser-${server.devDependencies['@sparticuz/chromium']}`)
  if (existsSync(folder)) return folder
  const draft = draftFolder()
  try {
    await unpackInto(draft)
    if (dirname(draft) !== dirname(folder)) return draft
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    // Another test file was faster.
    if (!existsSync(folder)) throw error
  }
  return folder
}

/** In the cache; where somebody else's rights forbid that, in a folder that ends with this process. */
function draftFolder(): string {
  try {
    mkdirSync(cache, { recursive: true })
    return mkdtempSync(join(cache, 'rollcall-browser-draft-'))
  } catch {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-browser-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
}

/** The package unpacks into the system's temporary folder only: a process of its own is told another one. */
const unpackScript = `
  import { inflate } from '@sparticuz/chromium'
  for (const file of JSON.parse(process.env.FILES)) await inflate(file)
`

async function unpackInto(folder: string): Promise<void> {
  const bin = new URL('../bin/', import.meta.resolve('@sparticuz/chromium'))
  const files = ['chromium.br', 'fonts.tar.br', 'al2023.tar.br'].map((name) => fileURLToPath(new URL(name, bin)))
  await run(process.execPath, ['--input-type=module', '--eval', unpackScript], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: folder, FILES: JSON.stringify(files) },
  })
  writeFileSync(
    join(folder, 'fonts.conf'),
    '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n' +
      '  <dir prefix="relative">fonts/fonts</dir>\n  <cachedir prefix="xdg">fontconfig</cachedir>\n</fontconfig>\n',
  )
  // Also for tests of another user.
  chmodSync(join(folder, 'chromium'), 0o755)
  chmodSync(folder, 0o755)
}
