import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bounded, eventually, Owner, postmasterPid, usedDataDir } from './embedded-support.ts'

test('a second server is refused at once, by process id, address and data directory', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const first = await Owner.open(t, dataDir)
  await first.did('serve')
  const second = await Owner.open(t, dataDir)
  const began = Date.now()
  second.tell('serve')
  assert.equal(
    await second.refusal(),
    `A Rollcall server at http://127.0.0.1:3000 (process id ${first.pid}) already serves the data directory ${dataDir}. ` +
      `Stop it ("kill ${first.pid}"), or set ROLLCALL_DATA_DIR to another directory.`,
  )
  assert.ok(Date.now() - began < 2_000)
})

test('a server that is stopping is waited for, and its database is started again', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const first = await Owner.open(t, dataDir)
  await first.did('serve')
  await first.did('stopping')
  const second = await Owner.open(t, dataDir)
  second.tell('serve')
  await eventually('the second waits in the database', async () => {
    const names = await first.query(
      `select application_name as n from pg_stat_activity where application_name like 'rollcall serve%'`,
    )
    return names.length > 0
  })
  await first.did('close')
  await first.did('release')
  assert.deepEqual(await second.answer(), { ok: true })
  assert.deepEqual(
    first.events.filter((event) => event === 'lost'),
    [],
    'it had given the lock up',
  )
  assert.notEqual(postmasterPid(dataDir), null)
})

test('waiting for one that does not end has an end', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const first = await Owner.open(t, dataDir)
  await first.did('serve')
  await first.did('stopping')
  const second = await Owner.open(t, dataDir, { waitMs: 500 })
  second.tell('serve')
  assert.match(await second.refusal(), new RegExp(`^Waited 0.5 s for .* ${first.pid} to leave .*kill -9 ${first.pid}`))
})

test('the lock of a server ended by kill -9 is free at once', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const first = await Owner.open(t, dataDir)
  await first.did('serve')
  first.kill('SIGKILL')
  const second = await Owner.open(t, dataDir)
  await second.did('serve')
})

test('a server whose database died is told, and takes the lock again', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const server = await Owner.open(t, dataDir)
  await server.did('serve')
  process.kill(postmasterPid(dataDir) ?? 0, 'SIGKILL')
  await eventually('it is told', () => server.events.includes('lost'))
  await server.did('ensure')
  await server.did('serve')
  const second = await Owner.open(t, dataDir)
  second.tell('serve')
  assert.match(await second.refusal(), /already serves/)
})

test('a released lock can be taken by another process of the same database', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const first = await Owner.open(t, dataDir)
  await first.did('serve')
  const second = await Owner.open(t, dataDir)
  await first.did('stopping')
  await first.did('release')
  await second.did('serve')
})
