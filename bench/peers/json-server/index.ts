import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Peer, PeerPerson, PeerSetting } from '../../src/peer.ts'
import { checkedPeer, type PeerApi, textOf } from '../check.ts'
import { install } from '../install.ts'
import { fullName, sampleOf } from '../sample.ts'
import { startServer } from '../server.ts'

const version = '0.17.4'
const node = '24.21.0'

export const peer: Peer = {
  name: 'json-server',
  version,
  node,
  async start(setting) {
    const { directory, people, pin, log } = setting
    const executable = await install(directory, { node, packages: { 'json-server': version } }, log)
    await writePeople(setting)
    copyFileSync(join(import.meta.dirname, 'serve.mjs'), join(directory, 'serve.mjs'))
    const server = await startServer({
      directory,
      command: [executable, 'serve.mjs'],
      pin,
      environment: {},
      readyPath: '/people?_limit=1',
    })
    return await checkedPeer(server, api, await sampleOf(people), notes)
  },
}

const newest = (query: string, limit: number) => `/people?${query}_sort=createdAt&_order=desc&_limit=${limit}`

const api: PeerApi = {
  headers: {},
  get: (id) => `/people/${id}`,
  list: (limit) => newest('', limit),
  wordSearch: (word) => newest(`q=${encodeURIComponent(word)}&`, 10),
  findsWord: ({ name, username, email }, word) =>
    [name, username, email].some((text) => text.toLowerCase().includes(word.toLowerCase())),
  prefixSearch: (prefix) => newest(`name_like=^${encodeURIComponent(prefix)}&`, 10),
  create: { path: '/people', body: withName },
  one: (reply) => reply,
  many: (reply) => reply,
  createdId: (reply) => textOf(reply, 'id'),
}

const notes = [
  'json-server keeps its people in memory only (its command would write the whole file on each change) and has no credentials',
  'json-server: word search finds the letters anywhere in any field; both searches and the lists look at everybody',
]

async function writePeople({ directory, people }: PeerSetting): Promise<void> {
  const rows: unknown[] = []
  for await (const person of people) rows.push(withName(person))
  writeFileSync(join(directory, 'people.json'), JSON.stringify({ people: rows }))
}

function withName(person: Omit<PeerPerson, 'id'>): unknown {
  return { ...person, name: fullName(person) }
}
