import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { peers } from '../../peers/index.ts'
import { type Bench, type Line, openBench, orFailed, type Row, ratioLine } from '../bench.ts'
import { rowsOf } from '../database.ts'
import { copyOf, type Dataset, dropCopy, ensureDataset } from '../dataset.ts'
import { type Peer, type PeerSetting, type PeerWork, peerWorks } from '../peer.ts'
import { peopleOf } from '../people.ts'
import { startProduct } from '../product.ts'
import type { RequestPlan } from '../request.ts'
import { byId, newest, reading, variedPages } from '../requests.ts'
import { compare } from '../rounds.ts'
import { type Words, wordsOf } from '../words.ts'
import { creating } from './writes.ts'

const atLeast: Record<PeerWork, number> = {
  get: 10,
  list10: 12,
  list100: 12,
  wordSearch: 5,
  prefixSearch: 5,
  create: 3,
}
const connectionsOf = (work: PeerWork) => (work.endsWith('Search') || work === 'create' ? 8 : 32)
/** As many people as a peer's reads are of. */
const asked = 2000

/**
 * The same work of ours. Searches are varied, so that no page is kept whole; the peers' words come again. Lists are measured twice:
 * the newest people again and again, as the peers are asked, and varied.
 */
const ours = (bench: Bench, words: Words): Record<PeerWork, readonly { told: string; plan: RequestPlan }[]> => {
  const lists = (limit: number) => [
    { told: `list ${limit}`, plan: newest(bench, 'cotalker', [{ limit, offset: 0 }]) },
    { told: `list ${limit}, ours varied`, plan: newest(bench, 'cotalker', variedPages(limit)) },
  ]
  const searching = (found: readonly string[]) =>
    reading(
      bench,
      'cotalker',
      [8, 9, 10, 11, 12].flatMap((limit) => found.map((word) => `/api/v2/users?search=${word}&limit=${limit}`)),
    )
  return {
    get: [{ told: 'get', plan: byId(bench, 'cotalker', bench.someIds.slice(0, asked)) }],
    list10: lists(10),
    list100: lists(100),
    wordSearch: [{ told: 'word search, ours varied', plan: searching([...words.rare, ...words.common]) }],
    prefixSearch: [
      { told: 'prefix search, ours varied', plan: searching([...words.rarePrefixes, ...words.commonPrefixes]) },
    ],
    create: [{ told: 'create', plan: creating(bench) }],
  }
}

async function besidePeer(bench: Bench, peer: Peer, setting: PeerSetting, words: Words): Promise<Line[]> {
  const running = await peer.start(setting)
  try {
    const lines: Line[] = []
    for (const work of peerWorks) {
      const theirs = running.requests[work]
      if (theirs === null) continue
      for (const { told, plan } of ours(bench, words)[work]) {
        const comparison = await compare(plan, theirs, { ...bench.effort, connections: connectionsOf(work) })
        lines.push(ratioLine(`${told}, beside ${peer.name} ${peer.version}`, peer.name, comparison, atLeast[work]))
      }
    }
    for (const note of running.notes) bench.log(`  ${note}`)
    return lines
  } finally {
    await running.stop()
  }
}

/** Beside these peers; each is installed when it is first asked for. */
export const peersRow = (names: readonly string[], people: number): Row => ({
  name: 'peers',
  title: 'Beside what people would use instead',
  told: `The same ${people.toLocaleString('en')} people in one tenant on the same PostgreSQL (json-server: in memory); 32 connections, searches and creations 8.`,
  run: async ({ at, effort, log }) => {
    const original = await ensureDataset(at, { people, tenants: 'one', log })
    const dataset = await copyOf(at.postgres, original)
    const product = await startProduct(at, dataset.database)
    try {
      const bench = await openBench({ at, dataset, product, effort, log })
      const words = await wordsOf(bench)
      const lines: Line[] = []
      for (const name of names) {
        const peer = peers[name]
        if (peer === undefined) throw new Error(`There is no peer ${name}; there are ${Object.keys(peers).join(', ')}.`)
        log(`  ${name}`)
        lines.push(
          ...(await orFailed(`beside ${name}`, '', async () =>
            besidePeer(bench, peer, await settingOf(bench, original, peer), words),
          )),
        )
      }
      return lines
    } finally {
      await product.stop()
      await dropCopy(at.postgres, dataset.database)
    }
  },
})

async function settingOf({ at, log }: Bench, { database, people }: Dataset, { name }: Peer): Promise<PeerSetting> {
  const own = `peer_${name.replaceAll('-', '_')}_${people}`
  const there = await rowsOf(at.postgres.connection('postgres'), 'select from pg_database where datname = $1', [own])
  if (there.length === 0) await rowsOf(at.postgres.connection('postgres'), `create database ${own}`)
  const directory = join(at.directory, '..', 'peers', name)
  await mkdir(directory, { recursive: true })
  return {
    people: peopleOf(at.postgres.connection(database), people),
    database: { url: at.postgres.url(own), socketDirectory: at.postgres.socketDirectory, user: 'postgres', name: own },
    directory,
    pin: at.pin,
    log: (line) => log(`    ${line}`),
  }
}
