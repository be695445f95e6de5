import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bounded, eventually, freshDataDir, postmasterPid } from './embedded-support.ts'
import { runMain, send, startServer } from './server-process.ts'
import {
  adminToken,
  databaseEnded,
  embeddedEnv,
  livingPostmaster,
  makeRole,
  openRequest,
  personBody,
  servedDataDir,
} from './server-support.ts'

test('a first start makes everything, says so, and a second one takes under two seconds', bounded, async (t) => {
  const dataDir = freshDataDir(t, 'a new folder/data')
  const { ROLLCALL_ADMIN_PASSWORD: _, ROLLCALL_SECRET: __, ...env } = embeddedEnv(dataDir)
  const first = await startServer(t, { ...env, ROLLCALL_LOG_LEVEL: 'info' })
  assert.match(first.errors(), /"Creating the database in /)
  assert.ok(!first.errors().includes('repairs itself'), 'nothing was cut off')
  const [, password] = /Password +(\S+) {3}\(shown only this once\)/.exec(first.output()) ?? []
  const login = { email: env.ROLLCALL_ADMIN_EMAIL, password }
  assert.equal((await send(first.url, 'POST', '/auth/local', { body: login })).status, 200)
  assert.equal(await first.stop(), 0)
  assert.deepEqual(readdirSync(dataDir).sort(), ['postgres', 'postgres.log', 'run', 'secret'])
  assert.equal(statSync(join(dataDir, 'secret')).mode & 0o777, 0o600)

  const began = performance.now()
  const second = await startServer(t, env)
  const took = performance.now() - began
  t.diagnostic(`ready again after ${Math.round(took)} ms`)
  // Two seconds are promised for a machine that does nothing else; tests run beside each other.
  assert.ok(took < 10_000, `${took} ms`)
  assert.ok(!second.output().includes('shown only this once'))
  assert.equal((await send(second.url, 'POST', '/auth/local', { body: login })).status, 200)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal}: an open request is finished, new ones are refused, the database is closed`, bounded, async (t) => {
    const dataDir = await servedDataDir(t)
    const server = await startServer(t, embeddedEnv(dataDir))
    const database = livingPostmaster(dataDir)
    const open = await openRequest(server.url)
    const began = performance.now()
    const ended = server.stop(signal)
    await eventually('it says that it stops', () => server.errors().includes(`${signal}: finishing open requests`))
    await eventually('it listens no more', () =>
      fetch(`${server.url}/healthz`).then(
        () => false,
        () => true,
      ),
    )
    assert.equal(await open.finish(), 200)
    assert.equal(await ended, 0)
    assert.ok(performance.now() - began < 5000, 'a connection that is kept alive does not hold it up')
    await databaseEnded(dataDir, database)
    assert.equal(server.errors().trim().split('\n').length, 1, server.errors())
  })
}

test('SIGTERM to the whole process group stops in order, and so does one that arrives twice', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  const server = await startServer(t, embeddedEnv(dataDir), { group: true })
  const database = livingPostmaster(dataDir)
  const open = await openRequest(server.url)
  process.kill(-(server.child.pid ?? 0), 'SIGTERM')
  await eventually('it stops', () => server.errors().includes('SIGTERM: finishing'))
  // As npm does, which passes on what the group has got already.
  server.child.kill('SIGTERM')
  assert.equal(await open.finish(), 200)
  assert.equal(await server.stop('SIGCONT'), 0)
  await databaseEnded(dataDir, database)
})

test('the end of the shell that npm started it below ends it in order', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  const shell = runMain(
    ['start'],
    { ...embeddedEnv(dataDir), PORT: '0', npm_lifecycle_event: 'start' },
    { shell: true },
  )
  t.after(() => shell.stop('SIGKILL'))
  await eventually('it serves', () => shell.output().includes('rollcall ready on'))
  const database = livingPostmaster(dataDir)
  await shell.stop('SIGTERM')
  await databaseEnded(dataDir, database)
})

const onlyLinux = process.platform !== 'linux' && 'only Linux ends the database with its process'

for (const whom of ['process', 'whole process group'] as const) {
  test(`SIGKILL to the ${whom}: the next start serves what was acknowledged`, bounded, async (t) => {
    const dataDir = await servedDataDir(t)
    const killed = await startServer(t, embeddedEnv(dataDir), { group: true })
    const token = await adminToken(killed.url)
    const body = personBody('ada@example.com', await makeRole(killed.url, token))
    assert.equal((await send(killed.url, 'POST', '/api/v2/users', { token, body })).status, 201)
    process.kill(whom === 'process' ? (killed.child.pid ?? 0) : -(killed.child.pid ?? 0), 'SIGKILL')

    const next = await startServer(t, embeddedEnv(dataDir))
    const seen = await send(next.url, 'GET', '/api/v2/users?email=ada%40example.com&count=true', { token })
    assert.match(JSON.stringify(seen.body), /"count":1/)
    assert.equal(await next.stop(), 0)
    assert.equal(postmasterPid(dataDir), null)
  })
}

test('SIGKILL and no next start: the database ends too', { ...bounded, skip: onlyLinux }, async (t) => {
  const dataDir = await servedDataDir(t)
  const killed = await startServer(t, embeddedEnv(dataDir), { group: true })
  const database = livingPostmaster(dataDir)
  process.kill(-(killed.child.pid ?? 0), 'SIGKILL')
  await databaseEnded(dataDir, database)
})
