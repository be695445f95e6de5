import assert from 'node:assert/strict'
import type { PeerWork, RunningPeer } from '../src/peer.ts'
import type { RequestPlan } from '../src/request.ts'
import { createdPerson, createdPrefix, type Known, type Sample } from './sample.ts'
import type { PeerServer } from './server.ts'

/** How one peer is asked, and how its replies are read. */
export interface PeerApi {
  readonly headers: Readonly<Record<string, string>>
  readonly get: (id: string) => string
  /** So many, newest first. */
  readonly list: (limit: number) => string
  /** The ten newest whom `findsWord` names. */
  readonly wordSearch: (word: string) => string
  readonly findsWord: (person: Known, word: string) => boolean
  /** The ten newest whose name begins with it. */
  readonly prefixSearch: (prefix: string) => string
  /** Without a password. The body is of the person that nobody has been yet. */
  readonly create: { readonly path: string; readonly body: (person: ReturnType<typeof createdPerson>) => unknown }
  /** The parsed reply's person. */
  readonly one: (reply: unknown) => unknown
  /** The parsed reply's people. */
  readonly many: (reply: unknown) => unknown
  /** The id that the parsed reply to a creation tells. */
  readonly createdId: (reply: unknown) => string
}

/** As Rollcall's word search has it. */
export const hasWord = ({ name }: Known, word: string): boolean => name.split(' ').includes(word)

type Requests = Record<PeerWork, RequestPlan>

/** The peer, after it was asked for each work and answered rightly; it is stopped if it did not. */
export async function checkedPeer(
  { origin, stop }: PeerServer,
  api: PeerApi,
  sample: Sample,
  notes: readonly string[],
): Promise<RunningPeer> {
  const requests = requestsOf(origin, api, sample)
  try {
    for (const work of ['get', 'list10', 'list100', 'wordSearch', 'prefixSearch'] as const) {
      const plan = requests[work]
      for (const path of plan.paths.slice(0, 5)) await ask(plan, path)
    }
    // Far beyond the numbers that a run counts up.
    await creates(api, requests, 2_000_000_000)
  } catch (error) {
    await stop()
    throw error
  }
  return { requests, notes, stop }
}

function requestsOf(origin: RequestPlan['origin'], api: PeerApi, { newest, asked, words, prefixes }: Sample): Requests {
  const { headers } = api
  const reading = (paths: readonly string[], check: (reply: unknown, place: number) => void): RequestPlan => ({
    origin,
    method: 'GET',
    paths,
    headers,
    check: ({ status, body }, path) => {
      assert.equal(status, 200, `${path}: ${status} ${body.slice(0, 300)}`)
      check(JSON.parse(body), paths.indexOf(path))
    },
  })
  const searching = (terms: readonly string[], path: (term: string) => string, finds: PeerApi['findsWord']) =>
    reading(terms.map(path), (reply, place) => {
      const term = terms[place] ?? ''
      expectNewest(
        api.many(reply),
        newest.filter((person) => finds(person, term)),
        10,
      )
    })
  const listing = (limit: number) => reading([api.list(limit)], (reply) => expectNewest(api.many(reply), newest, limit))
  return {
    get: reading(
      asked.map(({ id }) => api.get(id)),
      (reply, place) => assert.deepEqual(known(api.one(reply)), asked[place]),
    ),
    list10: listing(10),
    list100: listing(100),
    wordSearch: searching(words, api.wordSearch, api.findsWord),
    prefixSearch: searching(prefixes, api.prefixSearch, ({ name }, prefix) => name.startsWith(prefix)),
    create: {
      origin,
      method: 'POST',
      paths: [api.create.path],
      headers,
      body: (n) => JSON.stringify(api.create.body(createdPerson(n))),
      check: ({ status, body }) => {
        assert.ok(status === 200 || status === 201, `${status} ${body.slice(0, 300)}`)
        assert.match(api.createdId(JSON.parse(body)), /./)
      },
    },
  }
}

/** Those of the first `limit` who were not created by a benchmark are the newest of `people`, in their order. */
function expectNewest(reply: unknown, people: readonly Known[], limit: number): void {
  assert.ok(Array.isArray(reply))
  const told = reply.map(known)
  assert.equal(told.length, Math.min(limit, people.length), 'so many are found')
  const seeded = told.filter(({ username }) => !username.startsWith(createdPrefix))
  assert.deepEqual(seeded, people.slice(0, seeded.length))
}

/** Creates somebody, and finds them by the id that the reply told. */
async function creates(api: PeerApi, { create, get }: Requests, n: number): Promise<void> {
  const reply = await ask(create, create.paths[0] ?? '', create.body?.(n))
  const id = api.createdId(reply)
  const { username, email } = createdPerson(n)
  const found = await ask({ ...get, check: ({ status }) => assert.equal(status, 200) }, api.get(id))
  assert.deepEqual(known(api.one(found)), { id, username, email, name: 'Newly Joined Person' })
}

async function ask(plan: RequestPlan, path: string, body?: string): Promise<unknown> {
  const { host, port } = plan.origin
  const headers = body === undefined ? plan.headers : { ...plan.headers, 'content-type': 'application/json' }
  const init = body === undefined ? { headers } : { method: 'POST', headers, body }
  const reply = await fetch(`http://${host}:${port}${path}`, init)
  const text = await reply.text()
  plan.check({ status: reply.status, body: text }, path)
  return JSON.parse(text)
}

function known(reply: unknown): Known {
  return {
    id: textOf(reply, 'id'),
    username: textOf(reply, 'username'),
    email: textOf(reply, 'email'),
    name: textOf(reply, 'name'),
  }
}

/** A property of a parsed reply; `undefined` where it has none. */
export function property(reply: unknown, name: string): unknown {
  return typeof reply === 'object' && reply !== null
    ? Object.entries(reply).find(([key]) => key === name)?.[1]
    : undefined
}

export function textOf(reply: unknown, name: string): string {
  const value = property(reply, name)
  assert.equal(typeof value, 'string', `${name} of ${JSON.stringify(reply)?.slice(0, 300)}`)
  return String(value)
}
