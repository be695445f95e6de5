import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Peer } from '../../src/peer.ts'
import { checkedPeer, hasWord, type PeerApi, property, textOf } from '../check.ts'
import { install } from '../install.ts'
import { batch, fillTable, nameOfBatch, type PeopleTable } from '../people-table.ts'
import { fullName, sampleOf } from '../sample.ts'
import { type PeerServer, startServer } from '../server.ts'

const version = '9.10.0'
const node = '24.21.0'
const masterKey = 'bench-master-key'
const path = '/parse/classes/Person'

export const peer: Peer = {
  name: 'parse-server',
  version,
  node,
  async start(setting) {
    const { directory, database, people, pin, log } = setting
    const executable = await install(directory, { node, packages: { 'parse-server': version, express: '5.2.1' } }, log)
    copyFileSync(join(import.meta.dirname, 'serve.mjs'), join(directory, 'serve.mjs'))
    const server = await startServer({
      directory,
      command: [executable, 'serve.mjs'],
      pin,
      environment: {
        DATABASE: database.name,
        DATABASE_SOCKETS: database.socketDirectory,
        DATABASE_USER: database.user,
        MASTER_KEY: masterKey,
      },
      readyPath: '/parse/health',
    })
    try {
      await defineClass(server)
      await fillTable(setting, table)
      const session = await signedIn(server)
      return await checkedPeer(server, apiOf(session), await sampleOf(people), notes)
    } catch (error) {
      await server.stop()
      throw error
    }
  },
}

const notes = [
  'parse-server: people are objects of a class of their own, readable and creatable by whoever is signed in, since its users cannot be created without a password',
  'parse-server: word search is $text on the name (a GIN index), prefix search an anchored $regex on the name (an index with text_pattern_ops)',
]

const text = { type: 'String' }
const fields = {
  username: text,
  email: text,
  name: text,
  givenNames: text,
  familyName: text,
  secondFamilyName: text,
  displayName: text,
  phone: text,
  jobTitle: text,
  language: text,
  active: { type: 'Boolean' },
  tags: { type: 'Array' },
}
const signedInOnly = { requiresAuthentication: true }

const table: PeopleTable = {
  table: '"Person"',
  insert: `insert into "Person" ("objectId", "createdAt", "updatedAt", username, email, name, "givenNames", "familyName",
      "secondFamilyName", "displayName", phone, "jobTitle", language, active, tags)
    select id, "createdAt", "modifiedAt", username, email, ${nameOfBatch}, "givenNames", "familyName",
      "secondFamilyName", "displayName", phone, "jobTitle", language, active, tags::jsonb from ${batch}`,
  afterwards: [
    'create index if not exists person_created on "Person" ("createdAt" desc)',
    'create index if not exists person_name on "Person" (name text_pattern_ops)',
    `create index if not exists person_words on "Person" using gin (to_tsvector('simple', name))`,
  ],
}

async function defineClass(server: PeerServer): Promise<void> {
  const permissions = { find: signedInOnly, get: signedInOnly, create: signedInOnly, count: signedInOnly }
  const body = { className: 'Person', fields, classLevelPermissions: permissions }
  const { status } = await send(server, 'GET', '/parse/schemas/Person')
  if (status !== 200) await expected(send(server, 'POST', '/parse/schemas/Person', body))
}

/** The session token of somebody who is no administrator. */
async function signedIn(server: PeerServer): Promise<string> {
  const login = { username: 'bench', password: 'bench-password' }
  const { status } = await send(server, 'POST', '/parse/login', login)
  if (status !== 200) await expected(send(server, 'POST', '/parse/users', login))
  return textOf(await expected(send(server, 'POST', '/parse/login', login)), 'sessionToken')
}

async function send({ origin: { host, port } }: PeerServer, method: string, where: string, body?: unknown) {
  const headers = {
    'x-parse-application-id': 'bench',
    'x-parse-master-key': masterKey,
    'content-type': 'application/json',
  }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const reply = await fetch(`http://${host}:${port}${where}`, init)
  const parsed: unknown = await reply.json()
  return { status: reply.status, reply: parsed }
}

async function expected(sending: ReturnType<typeof send>): Promise<unknown> {
  const { status, reply } = await sending
  if (status >= 300) throw new Error(`parse-server: ${status} ${JSON.stringify(reply)}`)
  return reply
}

function apiOf(session: string): PeerApi {
  const newest = (limit: number, where: unknown) =>
    `${path}?order=-createdAt&limit=${limit}&where=${encodeURIComponent(JSON.stringify(where))}`
  return {
    headers: { 'x-parse-application-id': 'bench', 'x-parse-session-token': session },
    get: (id) => `${path}/${id}`,
    list: (limit) => `${path}?order=-createdAt&limit=${limit}`,
    wordSearch: (word) => newest(10, { name: { $text: { $search: { $term: word, $language: 'simple' } } } }),
    findsWord: hasWord,
    prefixSearch: (prefix) => newest(10, { name: { $regex: `^\\Q${prefix}\\E` } }),
    create: {
      path,
      // createdAt and updatedAt are the server's.
      body: ({ createdAt: _createdAt, modifiedAt: _modifiedAt, ...person }) => ({ ...person, name: fullName(person) }),
    },
    one: withId,
    many: (reply) => {
      const results = property(reply, 'results')
      return Array.isArray(results) ? results.map(withId) : results
    },
    createdId: (reply) => textOf(reply, 'objectId'),
  }
}

const withId = (person: unknown): unknown =>
  typeof person === 'object' && person !== null ? { ...person, id: property(person, 'objectId') } : person
