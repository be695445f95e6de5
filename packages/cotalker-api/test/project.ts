/** A project of its own that installs the packed client as scripts of the platform do, and runs what they print. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import { startRegistry } from './registry.ts'

const packageRoot = path.join(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const folderOf = (name: string) => path.dirname(require.resolve(`${name}/package.json`))

export const alias = '@cotalker/cotalker-api'
export type ModuleKind = 'module' | 'commonjs'

export interface Ended {
  readonly code: number
  readonly output: string
  readonly errors: string
}

/** The tarball as `npm publish` would send it, built anew, in `folder`. */
export async function packClient(folder: string): Promise<string> {
  await npm(['pack', '--pack-destination', folder], packageRoot)
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack made no tarball.')
  return path.join(folder, tarball)
}

/** An empty project with the client installed under the platform's name. Its axios is the one of this repository. */
export async function createProject(folder: string, tarball: string, kind: ModuleKind): Promise<void> {
  await mkdir(folder)
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'samples', private: true, type: kind }))
  const registry = await startRegistry(manifest.name, manifest.version, tarball)
  try {
    const cache = path.join(folder, '.npm')
    // The peer is linked below: with it, an installation would ask the network for some 25 packages.
    const options = ['--legacy-peer-deps', '--registry', registry.url, '--cache', cache, '--no-audit', '--no-fund']
    await npm(['install', ...options, `${alias}@npm:${manifest.name}@${manifest.version}`], folder)
  } finally {
    await registry.stop()
  }
  await mkdir(path.join(folder, 'node_modules/@types'))
  for (const name of ['axios', '@types/node']) {
    await symlink(folderOf(name), path.join(folder, 'node_modules', name), 'junction')
  }
}

const compilerOptions = {
  strict: true,
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  noEmitOnError: true,
  outDir: 'out',
  rootDir: '.',
}

/** The files of a folder by their names, as they are. */
export async function sourcesIn(folder: string): Promise<Record<string, Buffer>> {
  const names = (await readdir(folder)).toSorted()
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))])),
  )
}

/** Writes sources into a new folder of the project, ready to be compiled. */
export async function addSources(folder: string, sources: Record<string, string | Buffer>): Promise<void> {
  await mkdir(folder)
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  for (const [name, code] of Object.entries(sources)) await writeFile(path.join(folder, name), code)
}

/** The compiler's own report, one line a mistake. */
export const compile = (folder: string): Promise<Ended> =>
  run(process.execPath, [path.join(folderOf('typescript'), 'bin/tsc'), '--pretty', 'false'], folder)

/** Runs a compiled file whose requests to the platform go to `server`. */
export function runRedirected(folder: string, file: string, { server, token }: { server: string; token: string }) {
  const redirect = pathToFileURL(path.join(import.meta.dirname, 'redirect.ts')).href
  const env = { SAMPLES_SERVER: server, ACCESS_TOKEN: token, NO_COLOR: '1' }
  return run(process.execPath, ['--import', redirect, path.join('out', file.replace(/ts$/, 'js'))], folder, env)
}

async function npm(args: string[], cwd: string): Promise<void> {
  // What the npm that may have started this process was told is not meant for this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_TEST)/i.test(name)))
  const cli = process.env.npm_execpath ?? ''
  const { code, output, errors } = /npm-cli\.js$/.test(cli)
    ? await run(process.execPath, [cli, ...args], cwd, env)
    : await run('npm', args, cwd, env)
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${output}${errors}`)
}

function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const shell = process.platform === 'win32' && command === 'npm'
    execFile(command, args, { cwd, env, shell, timeout: 60_000 }, (error, output, errors) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1
      resolve({ code, output, errors: error !== null && errors === '' ? String(error) : errors })
    })
  })
}
