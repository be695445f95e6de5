import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ServerProcess, send, startServer } from './server-process.ts'
import {
  adminToken,
  embeddedEnv,
  livingPostmaster,
  makeRole,
  personBody,
  rowsOf,
  servedDataDir,
} from './server-support.ts'
import { textAt } from './support.ts'

/** The suite's share; `ROLLCALL_TEST_ROUNDS=20 npm test -- packages/server/test/server-crash.test.ts` for more. */
const rounds = Number(process.env.ROLLCALL_TEST_ROUNDS ?? 3)
const writers = 8

/** What is ended by SIGKILL, in turn. */
const victims = ['the server', 'the server and its process group', 'the server and its database'] as const

function kill(victim: (typeof victims)[number], server: ServerProcess, dataDir: string): void {
  const pid = server.child.pid ?? 0
  if (victim === 'the server and its database') process.kill(livingPostmaster(dataDir), 'SIGKILL')
  process.kill(victim === 'the server and its process group' ? -pid : pid, 'SIGKILL')
}

test('kill -9 in a loop of creates: every acknowledged user is there after the next start, with its event', {
  timeout: 60_000 + rounds * 60_000,
}, async (t) => {
  const dataDir = await servedDataDir(t)
  const env = embeddedEnv(dataDir)
  const acknowledged = new Set<string>()
  const refusals = new Map<number, number>()
  let count = 0
  for (let round = 0; round < rounds; round += 1) {
    const server = await startServer(t, env, { group: true })
    const token = await adminToken(server.url)
    const role = await makeRole(server.url, token)
    const before = acknowledged.size
    let killed = false
    const write = async () => {
      while (!killed) {
        count += 1
        const body = personBody(`person${count}@example.com`, role)
        try {
          const made = await send(server.url, 'POST', '/api/v2/users', { token, body })
          if (made.status === 201) acknowledged.add(textAt(made.body, '_id'))
          else refusals.set(made.status, (refusals.get(made.status) ?? 0) + 1)
        } catch {
          // The connection ended with the server: nothing was acknowledged.
        }
      }
    }
    const writing = Promise.all(Array.from({ length: writers }, write))
    // Another moment each round, once the writers are at it.
    while (acknowledged.size < before + 50 + 37 * round) await sleep(1)
    kill(victims[round % victims.length] ?? 'the server', server, dataDir)
    killed = true
    await writing
    await server.stop('SIGKILL')

    const next = await startServer(t, env)
    const there = await send(next.url, 'GET', '/api/v2/users?limit=1&count=true', { token: await adminToken(next.url) })
    assert.equal(there.status, 200)
    assert.equal(await next.stop(), 0)
    const ids = [...acknowledged]
    const lost = await rowsOf<{ id: string }>(
      dataDir,
      `select id from unnest($1::text[]) as id
       where not exists (select from users where users.id = acknowledged.id)
          or not exists (select from events where type = 'user.created' and subject_id = acknowledged.id)`.replaceAll(
        'as id',
        'as acknowledged (id)',
      ),
      [ids],
    )
    assert.deepEqual(lost, [], `round ${round}: ${lost.length} of ${ids.length} are lost`)
    const halves = await rowsOf<{ id: string }>(
      dataDir,
      `select id from users
       where not exists (select from events where type like '%.created' and subject_id = users.id)`,
    )
    assert.deepEqual(halves, [], `round ${round}: nobody is there without an event`)
  }
  t.diagnostic(
    `${rounds} rounds, ${acknowledged.size} users acknowledged, other statuses: ${JSON.stringify([...refusals])}`,
  )
  assert.deepEqual(
    [...refusals.keys()].filter((status) => status !== 503),
    [],
  )
})
