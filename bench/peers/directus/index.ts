import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Peer, PeerPerson, PeerSetting } from '../../src/peer.ts'
import { checkedPeer, type PeerApi, property, textOf } from '../check.ts'
import { install } from '../install.ts'
import { fillTable } from '../people-table.ts'
import { fullName, type Known, sampleOf } from '../sample.ts'
import { type PeerServer, startServer } from '../server.ts'
import { collection, table } from './collection.ts'

const version = '12.4.0'
/** That of its own container image; its isolated-vm 5 cannot be compiled for 24. */
const node = '22.23.3'
const path = '/items/people'

export const peer: Peer = {
  name: 'directus',
  version,
  node,
  async start(setting) {
    const { directory, people, pin, log } = setting
    const executable = await install(directory, { node, packages: { directus: version } }, log)
    const token = tokenOf(directory)
    const environment = environmentOf(setting, token)
    // Not its `directus` command, which asks the registry for a newer version first.
    const program = [executable, join('node_modules', '@directus', 'api', 'dist', 'cli', 'run.js')]
    await bootstrap(directory, program, environment)
    const command = [...program, 'start']
    const server = await startServer({ directory, command, pin, environment, readyPath: '/server/ping' })
    try {
      await defineCollection(server, token)
      await fillTable(setting, table)
      const { newest, asked, ...terms } = await sampleOf(people)
      const sample = { newest: newest.map(withUuid), asked: asked.map(withUuid), ...terms }
      return await checkedPeer(server, apiOf(token), sample, notes)
    } catch (error) {
      await server.stop()
      throw error
    }
  },
}

const notes = [
  'directus: people are items of a collection of their own (free of charge it has three users), asked for with an administrator’s static token',
  'directus: CACHE_ENABLED with CACHE_AUTO_PURGE, so that lists are kept until something changes; creations write its activity and revisions',
  'directus: word search is `search` (the letters anywhere in the name, other fields not searchable, an index with gin_trgm_ops), prefix search _starts_with on the name (text_pattern_ops)',
]

/** Whose first 24 digits are the person's. */
const uuidOf = (id: string): string => `${id}00000000`.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
const withUuid = (person: Known): Known => ({ ...person, id: uuidOf(person.id) })

/** Kept beside the database that knows it. */
function tokenOf(directory: string): string {
  const file = join(directory, 'token')
  try {
    return readFileSync(file, 'utf8')
  } catch {
    const token = randomUUID()
    writeFileSync(file, token, { mode: 0o600 })
    return token
  }
}

function environmentOf({ database }: PeerSetting, token: string): Record<string, string> {
  return {
    SECRET: 'a secret of the benchmark, which guards nothing',
    DB_CLIENT: 'pg',
    DB_HOST: database.socketDirectory,
    DB_PORT: '5432',
    DB_DATABASE: database.name,
    DB_USER: database.user,
    ADMIN_EMAIL: 'bench@example.com',
    ADMIN_PASSWORD: randomUUID(),
    ADMIN_TOKEN: token,
    CACHE_ENABLED: 'true',
    CACHE_AUTO_PURGE: 'true',
    PRESSURE_LIMITER_ENABLED: 'false',
    LOG_LEVEL: 'silent',
    TELEMETRY: 'false',
    // Without a licence it reports all the same: to nobody.
    TELEMETRY_URL: 'http://127.0.0.1:9',
  }
}

async function bootstrap(directory: string, program: readonly string[], environment: Record<string, string>) {
  const [executable = '', ...rest] = program
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  const env = { ...process.env, NODE_ENV: 'production', ...environment }
  const child = spawn(executable, [...rest, 'bootstrap'], {
    cwd: directory,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  child.on('error', reject)
  child.on('exit', resolve)
  const code = await promise
  if (code !== 0) throw new Error(`directus bootstrap ended with ${code}`)
}

async function defineCollection({ origin: { host, port } }: PeerServer, token: string): Promise<void> {
  const address = `http://${host}:${port}/collections`
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const present = await fetch(`${address}/people`, { headers })
  await present.arrayBuffer()
  if (present.ok) return
  const reply = await fetch(address, { method: 'POST', headers, body: JSON.stringify(collection) })
  if (!reply.ok) throw new Error(`directus: ${reply.status} ${await reply.text()}`)
}

function apiOf(token: string): PeerApi {
  const newest = (limit: number) => `${path}?sort=-createdAt&limit=${limit}`
  return {
    headers: { authorization: `Bearer ${token}` },
    get: (id) => `${path}/${id}`,
    list: newest,
    wordSearch: (word) => `${newest(10)}&search=${encodeURIComponent(word)}`,
    findsWord: ({ name }, word) => name.toLowerCase().includes(word.toLowerCase()),
    prefixSearch: (prefix) => `${newest(10)}&filter[name][_starts_with]=${encodeURIComponent(prefix)}`,
    create: { path, body: bodyOf },
    one: (reply) => property(reply, 'data'),
    many: (reply) => property(reply, 'data'),
    createdId: (reply) => textOf(property(reply, 'data'), 'id'),
  }
}

// createdAt and modifiedAt are the server's.
function bodyOf({ createdAt: _createdAt, modifiedAt: _modifiedAt, ...person }: Omit<PeerPerson, 'id'>): unknown {
  return { ...person, name: fullName(person) }
}
