/**
 * Packs the client, installs it under the platform's name in a project of its own, and runs the samples that the
 * platform's pages print, unchanged, against a running server with the sample people.
 *
 *   npm run samples -w packages/cotalker-api -- [URL]      http://127.0.0.1:3000 when left out
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import axios from 'axios'
import { addSources, compile, createProject, packClient, runRedirected, sourcesIn } from '../test/project.ts'

const server = process.argv[2] ?? 'http://127.0.0.1:3000'
const login = { email: 'edward@cotalker.com', password: 'rollcall-demo' }

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

async function logIn(): Promise<string> {
  const { data } = await axios.post<{ token: string }>('/auth/local', login, { baseURL: server })
  return data.token
}

async function runSamples(folder: string, token: string): Promise<boolean> {
  say('Packing the client and installing it as @cotalker/cotalker-api.')
  const installed = path.join(folder, 'project')
  await createProject(installed, await packClient(folder), 'module')
  const project = path.join(installed, 'samples')
  const samples = await sourcesIn(path.join(import.meta.dirname, '../test/samples'))
  await addSources(project, samples)
  const compiled = await compile(project)
  if (compiled.code !== 0) {
    say(compiled.output + compiled.errors)
    return false
  }
  let passed = true
  for (const sample of Object.keys(samples)) {
    const { code, output, errors } = await runRedirected(project, sample, { server, token })
    // A sample that catches its errors prints them and ends well.
    const ok = code === 0 && output.includes('_id:')
    passed &&= ok
    say(`\n${ok ? 'passed' : 'FAILED'}: ${sample}\n${output}${errors}`)
  }
  return passed
}

const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-samples-'))
try {
  const token = await logIn()
  if (!(await runSamples(folder, token))) process.exitCode = 1
} catch (error) {
  const why = error instanceof Error ? error.message : String(error)
  process.stderr.write(
    `${why}\nIs a server with the sample people at ${server}? "npm start", "npm start -- seed --demo".\n`,
  )
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
