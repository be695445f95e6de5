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
/** As many people as a peer's reads are of, and words as it is asked for again and again. */
const [asked, searched] = [2000, 40]

/** In turn of both, as far as they go. */
const mixed = (some: readonly string[], others: readonly string[]): string[] =>
  Array.from({ length: Math.max(some.length, others.length) }, (_, at) =>
    [some[at] ?? [], others[at] ?? []].flat(),
  ).flat()

/**
 * The same work of ours. Lists and searches are measured twice: the same ones again and again, as the peers are asked, and varied, so that
 * no page is kept whole.
 */
const ours = (bench: Bench, words: Words): Record<PeerWork, readonly { told: string; plan: RequestPlan }[]> => {
  const lists = (limit: number) => [
    { told: `list ${limit}`, plan: newest(bench, 'cotalker', [{ limit, offset: 0 }]) },
    { told: `list ${limit}, ours varied`, plan: newest(bench, 'cotalker', variedPages(limit)) },
  ]
  const searches = (told: string, found: readonly string[]) => {
    const paths = (limits: readonly number[], words: readonly string[]) =>
      limits.flatMap((limit) => words.map((word) => `/api/v2/users?search=${word}&limit=${limit}`))
    return [
      { told, plan: reading(bench, 'cotalker', paths([10], found.slice(0, searched))) },
      { told: `${told}, ours varied`, plan: reading(bench, 'cotalker', paths([8, 9, 10, 11, 12], found)) },
    ]
  }
  return {
    get: [{ told: 'get', plan: byId(bench, 'cotalker', bench.someIds.slice(0, asked)) }],
    list10: lists(10),
    list100: lists(100),
    wordSearch: searches('word search', mixed(words.rare, words.common)),
    prefixSearch: searches('prefix search', mixed(words.commonPrefixes, words.rarePrefixes)),
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
        const name = `${told}, beside ${peer.name} ${peer.version}`
        const run = async () => {
          const comparison = await compare(plan, theirs, { ...bench.effort, connections: connectionsOf(work) })
          return [ratioLine(name, peer.name, comparison, atLeast[work])]
        }
        lines.push(...(await orFailed(name, `≥ ${atLeast[work]}`, run)))
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
