import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Exchange, readFixture } from './fixture-format.ts'
import { type FixtureServer, startFixtureServer } from './fixture-server.ts'
import { openStored } from './stored.ts'

/** How a dialect's requests prove who sends them. */
export type CredentialHeaders = (server: FixtureServer, userId: string) => Promise<Record<string, string>>

/** How they do with one of the tenant's keys. */
export type KeyHeaders = (server: FixtureServer, scope: 'fullAccess' | 'authOnly') => Promise<Record<string, string>>

/** Makes a test of every exchange of every `*.json` file in a folder. */
export function runFixtures(folder: string, credentialHeaders: CredentialHeaders, keyHeaders?: KeyHeaders): void {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  assert.notEqual(files.length, 0, `no fixtures in ${folder}`)
  for (const file of files.sort()) {
    describe(basename(file, '.json'), () => {
      const { given, exchanges } = readFixture(join(folder, file))
      const cleanUps: (() => Promise<void>)[] = []
      let server: FixtureServer
      // Not before its turn: the servers of all files at once would want more connections than a database has.
      before(async () => {
        server = await startFixtureServer({ after: (cleanUp) => cleanUps.push(cleanUp) }, given)
      })
      after(async () => {
        for (const cleanUp of cleanUps.reverse()) await cleanUp()
      })
      for (const exchange of exchanges) {
        test(exchange.title, async (t) => {
          const { connection } = server
          const stored = connection === null ? null : await openStored(t, connection)
          const userId = exchange.request.as === undefined ? null : server.userIdOf(exchange.request.as)
          const scope = exchange.request.with
          const credential = {
            ...(userId !== null && (await credentialHeaders(server, userId))),
            ...(scope !== undefined && (await keyHeaders?.(server, scope))),
          }
          const run = () => runExchange(server, exchange, credential)
          if (stored !== null && exchange.reply.status >= 400) await stored.unchanged(run)
          else await run()
        })
      }
    })
  }
}

async function runExchange(server: FixtureServer, { makes = [], request, reply }: Exchange, credential: object) {
  server.ids.tell(makes)
  const { method, path, headers, body, text } = request
  const payload = typeof text === 'object' ? text.repeat.repeat(text.times) : (text ?? body)
  const actual = await server.call(method, path, {
    headers: { ...credential, ...headers },
    ...(payload !== undefined && { body: payload }),
  })
  assert.deepEqual(actual.body, filledIn(reply.body, actual.body), actual.text)
  assert.equal(actual.status, reply.status)
  for (const [name, value] of Object.entries(reply.headers ?? {}))
    assert.equal(String(actual.headers[name]), value, name)
  assert.deepEqual(server.ids.take(), [], 'ids that were told but not made')
}

/** What is expected, with the texts that only need to match taken from what came. */
function filledIn(expected: unknown, actual: unknown): unknown {
  if (Array.isArray(expected)) {
    return expected.map((item, at) => filledIn(item, Array.isArray(actual) ? actual[at] : undefined))
  }
  if (!isObject(expected)) return expected
  if (typeof expected.$matches === 'string') {
    assert.match(String(actual), new RegExp(expected.$matches))
    return actual
  }
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [key, filledIn(value, isObject(actual) ? actual[key] : undefined)]),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
