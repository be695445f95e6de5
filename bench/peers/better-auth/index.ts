import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Peer, PeerSetting } from '../../src/peer.ts'
import { checkedPeer, type PeerApi, property, textOf } from '../check.ts'
import { install } from '../install.ts'
import { batch, fillTable, nameOfBatch, type PeopleTable } from '../people-table.ts'
import { fullName, sampleOf } from '../sample.ts'
import { type PeerServer, startServer } from '../server.ts'

const version = '1.7.25'
const node = '24.21.0'
const admin = '/api/auth/admin'

export const peer: Peer = {
  name: 'better-auth',
  version,
  node,
  async start(setting) {
    const { directory, database, people, pin, log } = setting
    const executable = await install(directory, { node, packages: { 'better-auth': version, pg: '8.23.1' } }, log)
    copyFileSync(join(import.meta.dirname, 'serve.mjs'), join(directory, 'serve.mjs'))
    const server = await startServer({
      directory,
      command: [executable, 'serve.mjs'],
      pin,
      environment: { DATABASE_URL: database.url },
      readyPath: '/api/auth/ok',
    })
    try {
      await fillTable(setting, table)
      const cookie = await administrator(server, setting)
      return await checkedPeer(server, apiOf(server, cookie), await sampleOf(people), notes)
    } catch (error) {
      await server.stop()
      throw error
    }
  },
}

const notes = [
  'better-auth: an administrator of the admin plugin asks; sessions are kept in memory (secondaryStorage); lists count the total too, since they cannot do without',
  'better-auth: word search finds the letters anywhere in the name (an index with gin_trgm_ops), prefix search those the name begins with (text_pattern_ops)',
]

const table: PeopleTable = {
  table: '"user"',
  insert: `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt", role, banned, username,
      "givenNames", "familyName", "secondFamilyName", "displayName", phone, "jobTitle", language, active, tags)
    select id, ${nameOfBatch}, email, true, "createdAt", "modifiedAt", 'user', false, username,
      "givenNames", "familyName", "secondFamilyName", "displayName", phone, "jobTitle", language, active, tags
    from ${batch}`,
  afterwards: [
    'create extension if not exists pg_trgm',
    'create index if not exists user_created on "user" ("createdAt" desc)',
    'create index if not exists user_name on "user" (name text_pattern_ops)',
    'create index if not exists user_letters on "user" using gin (name gin_trgm_ops)',
  ],
}

const login = { email: 'bench@example.com', password: 'bench-password' }

/** The cookies of a session of an administrator. */
async function administrator(server: PeerServer, { database }: PeerSetting): Promise<string> {
  // Refused where it was made by a run before.
  await send(server, '/api/auth/sign-up/email', { ...login, name: 'Bench' })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  // Oldest of all, so that it is in no list.
  const { rowCount } = await client.query(
    `update "user" set role = 'admin', "createdAt" = '2000-01-01' where email = $1`,
    [login.email],
  )
  await client.end()
  if (rowCount !== 1) throw new Error('better-auth made no user')
  const reply = await send(server, '/api/auth/sign-in/email', login)
  const cookies = reply.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  if (!reply.ok) throw new Error(`better-auth: ${reply.status} ${await reply.text()}`)
  return cookies.join('; ')
}

async function send({ origin }: PeerServer, path: string, body: unknown): Promise<Response> {
  const address = `http://${origin.host}:${origin.port}`
  const headers = { 'content-type': 'application/json', origin: address }
  return await fetch(`${address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

const newest = 'sortBy=createdAt&sortDirection=desc'

function apiOf({ origin }: PeerServer, cookie: string): PeerApi {
  const search = (operator: string, value: string) =>
    `${admin}/list-users?${newest}&limit=10&searchField=name&searchOperator=${operator}&searchValue=${encodeURIComponent(value)}`
  return {
    headers: { cookie, origin: `http://${origin.host}:${origin.port}` },
    get: (id) => `${admin}/get-user?id=${id}`,
    list: (limit) => `${admin}/list-users?${newest}&limit=${limit}`,
    wordSearch: (word) => search('contains', word),
    findsWord: ({ name }, word) => name.includes(word),
    prefixSearch: (prefix) => search('starts_with', prefix),
    create: {
      path: `${admin}/create-user`,
      // createdAt and updatedAt are the server's.
      body: ({ email, createdAt: _createdAt, modifiedAt: _modifiedAt, ...data }) => ({
        email,
        name: fullName(data),
        data,
      }),
    },
    one: (reply) => reply,
    many: (reply) => property(reply, 'users'),
    createdId: (reply) => textOf(property(reply, 'user'), 'id'),
  }
}
