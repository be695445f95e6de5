import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { bounded, eventually, Owner, postmasterPid } from './embedded-support.ts'
import { readyUrl, runMain, runToEnd, send, startServer } from './server-process.ts'
import { adminToken, embeddedEnv, livingPostmaster, servedDataDir } from './server-support.ts'
import { adminEmail } from './support.ts'

const keyList = ['key', 'list', '--dialect', 'cotalker']
const keyCreate = ['key', 'create', '--dialect', 'cotalker', '--user', adminEmail]

test('a second live server on the same data directory is refused, and the first goes on', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  const env = embeddedEnv(dataDir)
  const first = await startServer(t, env)
  const { code, output, errors } = await runToEnd(['start'], { ...env, PORT: '0' })
  assert.equal(code, 1)
  assert.equal(output, '')
  assert.equal(
    errors,
    `error: A Rollcall server (process id ${first.child.pid}) already serves the data directory ${dataDir}. ` +
      `Stop it ("kill ${first.child.pid}"), or set ROLLCALL_DATA_DIR to another directory.\n`,
  )
  await adminToken(first.url)
})

test('a start while the last one is still stopping waits for it', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  let last = await startServer(t, embeddedEnv(dataDir))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) {
    const ended = last.stop(signal)
    const next = await startServer(t, embeddedEnv(dataDir))
    assert.equal(await ended, 0)
    await adminToken(next.url)
    last = next
  }
  assert.equal(await last.stop(), 0)
  assert.equal(postmasterPid(dataDir), null)
})

test('commands work while a server runs and while none does', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  const env = embeddedEnv(dataDir)
  const alone = await runToEnd(keyCreate, env)
  assert.equal(alone.code, 0, alone.errors)
  assert.equal(postmasterPid(dataDir), null, 'it stopped the database that it had started')

  const server = await startServer(t, env)
  const database = livingPostmaster(dataDir)
  const beside = await runToEnd(keyList, env)
  assert.equal(beside.code, 0, beside.errors)
  assert.equal(beside.output.split('\n').length, 2, beside.output)
  assert.equal(livingPostmaster(dataDir), database)
  const [, token = ''] = /^token +(\S+)$/m.exec(alone.output) ?? []
  assert.equal((await send(server.url, 'GET', '/api/v2/users/me', { token })).status, 200)
})

test('who started the database ends while a server uses it: the server goes on', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  const command = await Owner.open(t, dataDir)
  const server = await startServer(t, embeddedEnv(dataDir))
  const token = await adminToken(server.url)
  const before = livingPostmaster(dataDir)
  await command.did('close')
  await eventually('the server has brought the database back', () => ![before, null].includes(postmasterPid(dataDir)))
  await eventually(
    'it serves',
    async () => (await send(server.url, 'GET', '/api/v2/users/me', { token })).status === 200,
  )
  assert.equal((await runToEnd(keyCreate, embeddedEnv(dataDir))).code, 0)
  const refused = await runToEnd(['start'], { ...embeddedEnv(dataDir), PORT: '0' })
  assert.match(refused.errors, /already serves/, 'it has its lock again')
  assert.equal(await server.stop(), 0)
  assert.equal(postmasterPid(dataDir), null)
})

test(
  'commands in the middle of their work when the server stops succeed, or say that they did not',
  bounded,
  async (t) => {
    const dataDir = await servedDataDir(t)
    const server = await startServer(t, embeddedEnv(dataDir))
    const commands = [1, 2, 3].map(() => runToEnd(keyCreate, embeddedEnv(dataDir)))
    const stopped = server.stop()
    const ends = await Promise.all(commands)
    for (const { code, output, errors } of ends) {
      // A change whose connection broke may have been made or not: the command can not simply try it again.
      if (code === 0) assert.equal(errors, 'The token is shown only this once.\n')
      else assert.deepEqual([code, output, errors], [1, '', 'error: The database does not answer; try again soon.\n'])
    }
    assert.equal(await stopped, 0)
    await eventually('nobody is left', () => postmasterPid(dataDir) === null)
    assert.equal((await runToEnd(keyList, embeddedEnv(dataDir))).code, 0)
  },
)

test('a port that is taken is one line', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  const holder = await startServer(t, embeddedEnv(dataDir))
  const { port } = new URL(holder.url)
  const other = await servedDataDir(t)
  const { code, errors } = await runToEnd(['start'], { ...embeddedEnv(other), PORT: port })
  assert.equal(code, 1)
  assert.equal(
    errors,
    `error: Port ${port} of 127.0.0.1 is in use. Set PORT to another one, or to 0 for any that is free.\n`,
  )
  assert.equal(postmasterPid(other), null, 'its database is closed')
})

test('whoever reads the output may stop reading', bounded, async (t) => {
  const server = runMain(['start'], { ...embeddedEnv(await servedDataDir(t)), PORT: '0', ROLLCALL_LOG_LEVEL: 'info' })
  t.after(() => server.stop('SIGKILL'))
  const url = await readyUrl(server)
  for (const stream of [server.child.stdout, server.child.stderr]) {
    stream?.destroy()
    if (stream !== null) await once(stream, 'close')
  }
  for (let count = 0; count < 20; count += 1) await adminToken(url)
  assert.equal(await server.stop(), 0)
})
