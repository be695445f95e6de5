import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { bounded, eventually, Owner, postmasterPid } from './embedded-support.ts'
import { send, startServer } from './server-process.ts'
import {
  adminToken,
  embeddedEnv,
  livingPostmaster,
  makeRole,
  personBody,
  rowsOf,
  servedDataDir,
} from './server-support.ts'
import { at, textAt } from './support.ts'

/** Writers and readers of every kind of connection that the store has; each waits a little after a failure. */
async function load(url: string) {
  const token = await adminToken(url)
  const role = await makeRole(url, token)
  const seen = { statuses: new Map<string, number>(), wrong: new Set<string>(), acknowledged: new Set<string>() }
  let [stopped, count] = [false, 0]
  const call = async (kind: string, method: string, path: string, body?: unknown) => {
    const reply = await send(url, method, path, { token, ...(body !== undefined && { body }) })
    const key = `${kind} ${reply.status}`
    seen.statuses.set(key, (seen.statuses.get(key) ?? 0) + 1)
    if (reply.status === 503) {
      const form = [at(reply.body, 'statusCode'), at(reply.body, 'code'), typeof at(reply.body, 'message')].join(' ')
      if (form !== '503 unavailable string') seen.wrong.add(JSON.stringify(reply.body))
      await sleep(20)
    } else if (reply.status >= 300) seen.wrong.add(`${key} ${JSON.stringify(reply.body)}`)
    return reply
  }
  const loop = async (work: () => Promise<unknown>) => {
    while (!stopped) await work()
  }
  const done = Promise.all([
    ...[1, 2].map(() =>
      loop(async () => {
        count += 1
        const made = await call('create', 'POST', '/api/v2/users', personBody(`person${count}@example.com`, role))
        if (made.status === 201) seen.acknowledged.add(textAt(made.body, '_id'))
      }),
    ),
    loop(() => call('me', 'GET', '/api/v2/users/me')),
    loop(() => call('list', 'GET', '/api/v2/users?limit=5&count=true')),
    loop(() => call('search', 'GET', '/api/v2/users?search=person&limit=5&count=true')),
  ])
  return {
    seen,
    stop: async () => {
      stopped = true
      await done
    },
  }
}

/** All kinds of requests work, five times in a row. */
async function works(url: string): Promise<void> {
  const token = await adminToken(url)
  for (let round = 0; round < 5; round += 1) {
    for (const path of [
      '/api/v2/users/me',
      '/api/v2/users?limit=5&count=true',
      '/api/v2/users?search=person&count=true',
    ]) {
      assert.equal((await send(url, 'GET', path, { token })).status, 200, path)
    }
  }
}

const ready = (url: string) => fetch(`${url}/readyz`).then(({ status }) => status === 200)

test(
  'kill -9 of the embedded database: 503 for a moment, then everything works in the same process',
  bounded,
  async (t) => {
    const dataDir = await servedDataDir(t)
    const server = await startServer(t, embeddedEnv(dataDir))
    server.child.once('exit', (code) => code !== 0 && t.diagnostic(server.errors()))
    const { seen, stop } = await load(server.url)
    for (const round of [1, 2, 3]) {
      const before = livingPostmaster(dataDir)
      const enough = seen.acknowledged.size + 10
      await eventually('people are made', () => seen.acknowledged.size >= enough)
      process.kill(before, 'SIGKILL')
      const began = performance.now()
      await eventually('another database runs', () => ![before, null].includes(postmasterPid(dataDir)))
      await eventually('it is ready', () => ready(server.url))
      await works(server.url)
      t.diagnostic(`round ${round}: everything works ${Math.round(performance.now() - began)} ms after the kill`)
    }
    await stop()
    t.diagnostic(JSON.stringify([...seen.statuses].sort()))
    assert.deepEqual([...seen.wrong], [])
    assert.equal(server.child.exitCode, null)
    assert.equal(await server.stop(), 0)
    assert.equal(postmasterPid(dataDir), null)
    const rows = await rowsOf(dataDir, 'select from users where id = any($1)', [[...seen.acknowledged]])
    assert.equal(rows.length, seen.acknowledged.size)
  },
)

test('connections cut off one by one are replaced; nobody notices but who was writing', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  const server = await startServer(t, embeddedEnv(dataDir))
  const beside = await Owner.open(t, dataDir)
  const { seen, stop } = await load(server.url)
  for (let round = 0; round < 10; round += 1) {
    await beside.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rollcall ${server.child.pid}'`,
    )
    const enough = seen.acknowledged.size + 5
    await eventually('people are made', () => seen.acknowledged.size >= enough)
  }
  await stop()
  t.diagnostic(JSON.stringify([...seen.statuses].sort()))
  assert.deepEqual([...seen.wrong], [])
  await works(server.url)
})

test('the database ends while the server stops: it is not brought back', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  const server = await startServer(t, embeddedEnv(dataDir))
  process.kill(livingPostmaster(dataDir), 'SIGKILL')
  const began = performance.now()
  assert.equal(await server.stop('SIGTERM'), 0)
  t.diagnostic(`stopped after ${Math.round(performance.now() - began)} ms`)
  // Its children may outlive it by a moment; a database that was started again would live on.
  const pid = postmasterPid(dataDir)
  const next = await startServer(t, embeddedEnv(dataDir))
  assert.notEqual(postmasterPid(dataDir), pid, 'the next server had to start it')
  assert.equal(await next.stop(), 0)
})
